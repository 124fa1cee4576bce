import { findOpenAttempt, questionsOf, startAttempt } from '../../src/modules/assessment';
import type { PublishedVersion, Question } from '../../src/modules/catalogue';
import { MINUTE, now, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import {
  answerLog,
  EIGHT_KINDS,
  fieldsOf,
  makeTaker,
  publishQuiz,
  rightAnswer,
  type Taker,
} from '../support/factories/assessment';

const app = useApp();
const version = new Map<string, PublishedVersion>();
const quizOf = (name: string): PublishedVersion => {
  const found = version.get(name);
  if (!found) throw new Error(`There is no quiz ${name}`);
  return found;
};

beforeAll(async () => {
  const quizzes = {
    open: 'passMark: 60\n',
    timed: 'passMark: 60\ntimeLimitMinutes: 10\nattempts: 2\n',
    silent: 'passMark: 60\nreview: { marks: never, feedback: never, answers: never }\n',
    told: 'passMark: 10\nattempts: 1\nreview: { marks: after-attempt, feedback: after-attempt, answers: after-attempt }\n',
    intro: 'passMark: 60\nattempts: 2\nintro: Take *your* time.\n',
  };
  for (const [name, head] of Object.entries(quizzes)) {
    const made = await publishQuiz(
      app,
      `pages-${name}`,
      `shuffleOptions: false\n${head}${EIGHT_KINDS}`,
    );
    version.set(name, made);
  }
});
afterEach(() => setClock());

const later = (minutes: number) => {
  const time = new Date(now().getTime() + minutes * MINUTE);
  setClock(() => time);
};

interface Begun extends Taker {
  readonly attemptId: string;
  readonly questions: readonly Question[];
}

async function begun(name: string): Promise<Begun> {
  const taker = await makeTaker(app, quizOf(name));
  const { attemptId } = await startAttempt(taker.place);
  // A page with a form gives the client its token.
  await taker.client.get(taker.base);
  return { ...taker, attemptId, questions: await questionsOf(attemptId) };
}

const numberOf = ({ questions }: Begun, id: string) =>
  questions.findIndex((question) => question.id === id) + 1;

const post = (
  { client, base, attemptId }: Begun,
  question: string,
  fields: Record<string, string | readonly string[]>,
) => client.post(`${base}/answer`, { attempt: attemptId, question, ...fields });

const idsIn = (html: string) =>
  [...html.matchAll(/type="hidden" name="answer" value="([^"]+)"/g)].map(([, id]) => id ?? '');

const marked = (html: string, number: number) =>
  html.split('<article').find((part) => part.includes(`id="review-${number}"`)) ?? '';

describe('before the start', () => {
  test('the page says what to expect', async () => {
    const { client, base } = await makeTaker(app, quizOf('intro'));
    const { text } = await client.get(base);
    expect(text).toContain('8 questions');
    expect(text).toContain('60%');
    expect(text).toContain('2 attempts left');
    expect(text).toContain('Take <em>your</em> time.');
    expect(text).toContain('Start the quiz');
  });

  test('an open attempt is gone on with, and earlier ones are listed', async () => {
    const taker = await begun('open');
    const { client, base } = taker;
    await post(taker, 'one-kind', { answer: 'this' });
    expect((await client.get(base)).text).toContain('Go on with question 2');
    const review = await client.post(`${base}/submit`);
    const { text } = await client.get(base);
    expect(text).toContain('Try again');
    expect(text).toContain(`href="${review.headers['location']}"`);
    expect(text).toContain('10%');
  });

  test('without attempts left there is no start', async () => {
    const { client, base } = await begun('told');
    await client.post(`${base}/submit`);
    const { text } = await client.get(base);
    expect(text).toContain('You have used every attempt');
    expect(text).not.toContain(`action="${base}/start"`);
    expect((await client.post(`${base}/start`)).status).toBe(409);
  });
});

describe('a question', () => {
  test('of each kind is answered by its form, shown again with the answer, and marked', async () => {
    const taker = await begun('open');
    const { client, base, attemptId } = taker;
    for (const [index, question] of taker.questions.entries()) {
      const page = await client.get(`${base}/question/${index + 1}`);
      expect(page.text).toContain(`Question ${index + 1} of 8`);
      const saved = await post(taker, question.id, fieldsOf(rightAnswer(question)));
      const last = index === taker.questions.length - 1;
      expect(saved.headers['location']).toBe(
        last ? `${base}/check` : `${base}/question/${index + 2}`,
      );
      const again = await client.get(`${base}/question/${index + 1}`);
      expect(again.text).toContain('data-state="saved"');
    }
    const show = async (id: string) =>
      (await client.get(`${base}/question/${numberOf(taker, id)}`)).text;
    expect(await show('one-kind')).toMatch(/value="this" checked/);
    expect((await show('several-kind')).match(/ checked/g)).toHaveLength(2);
    expect(await show('true-kind')).toMatch(/value="false" checked/);
    expect(await show('number-kind')).toContain('value="12.5"');
    expect(await show('text-kind')).toContain('value="training data"');
    expect(await show('matching-kind')).toMatch(/value="moon"[^>]* selected/);
    expect(idsIn(await show('ordering-kind'))).toEqual(['wake', 'work', 'sleep']);
    expect(await show('gaps-kind')).toMatch(/name="answer.from" value="examples"/);
    expect(await answerLog(attemptId)).toHaveLength(8);
    const review = await client.follow(await client.post(`${base}/submit`));
    expect(review.text).toContain('You have passed');
    expect(review.text).toContain('8 of 8 questions right');
  });

  test('left empty leaves no answer; emptied later takes it back', async () => {
    const taker = await begun('open');
    const { attemptId, base } = taker;
    expect((await post(taker, 'text-kind', { answer: ' ' })).headers['location']).toContain(base);
    expect((await post(taker, 'one-kind', {})).headers['location']).toBe(`${base}/question/2`);
    expect(await answerLog(attemptId)).toEqual([]);
    await post(taker, 'text-kind', { answer: 'x' });
    await post(taker, 'text-kind', { answer: '' });
    expect((await answerLog(attemptId)).map(({ value }) => value)).toEqual([
      { kind: 'text', text: 'x' },
      null,
    ]);
  });

  test('leads back, on, and to the overview', async () => {
    const taker = await begun('open');
    const { base } = taker;
    const where = async (go: string) => {
      const answer = await post(taker, 'several-kind', { go, answer: ['a'] });
      return String(answer.headers['location']).replace(base, '');
    };
    expect(await where('previous')).toBe('/question/1');
    expect(await where('next')).toBe('/question/3');
    expect(await where('check')).toBe('/check');
    expect(await where('nonsense')).toBe('/question/3');
  });

  test('lines are moved one place by a button, without a script', async () => {
    const taker = await begun('open');
    const { client, base, place } = taker;
    const number = numberOf(taker, 'ordering-kind');
    const path = `${base}/question/${number}`;
    const dealt = idsIn((await client.get(path)).text);
    expect(dealt).not.toEqual(['wake', 'work', 'sleep']);
    const [first = '', second = '', third = ''] = dealt;
    const moved = await post(taker, 'ordering-kind', { answer: dealt, move: `${first}:down` });
    expect(moved.headers['location']).toBe(path);
    expect(idsIn((await client.get(path)).text)).toEqual([second, first, third]);
    await post(taker, 'ordering-kind', { answer: [second, first, third], move: `${second}:up` });
    expect(idsIn((await client.get(path)).text)).toEqual([second, first, third]);
    expect((await findOpenAttempt(place))?.nextQuestion).toBe(number + 1);
  });

  test('going on past lines that nobody moved is no answer', async () => {
    const taker = await begun('open');
    const { client, base, attemptId } = taker;
    const path = `${base}/question/${numberOf(taker, 'ordering-kind')}`;
    const dealt = idsIn((await client.get(path)).text);
    await post(taker, 'ordering-kind', { answer: dealt, go: 'next' });
    expect(await answerLog(attemptId)).toEqual([]);
  });

  test('refused, it is shown again with what was typed and what is wrong', async () => {
    const taker = await begun('open');
    const number = String(numberOf(taker, 'text-kind'));
    const long = 'long '.repeat(120);
    const refused = await post(taker, 'text-kind', { number, answer: long });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('at most 500 characters');
    expect(refused.text).toContain('href="#field-answer"');
    expect(refused.text).toContain('id="field-answer"');
    expect(refused.text).toContain(long);
    const other = String(numberOf(taker, 'matching-kind'));
    const wrong = await post(taker, 'matching-kind', { number: other, 'answer.sun': 'pluto' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('id="field-answer"');
    expect(await answerLog(taker.attemptId)).toEqual([]);
  });

  test('of another quiz, of nobody, or malformed is not there', async () => {
    const taker = await begun('open');
    const other = await begun('timed');
    const { client, base } = taker;
    expect((await post(taker, 'nothing', { answer: 'x' })).status).toBe(404);
    expect((await post({ ...taker, attemptId: other.attemptId }, 'one-kind', {})).status).toBe(404);
    const mixed = await client.post(`${other.base}/answer`, {
      attempt: taker.attemptId,
      question: 'one-kind',
      answer: 'this',
    });
    expect(mixed.status).toBe(404);
    expect((await client.get(`${base}/question/9`)).headers['location']).toBe(base);
    expect((await client.get(`${base}/question/0`)).status).toBe(404);
    const strange = { answerId: '<script>', answer: 'this' };
    expect((await post(taker, 'one-kind', strange)).status).toBe(422);
  });
});

describe('the overview', () => {
  test('names what is not answered, before anything is sent', async () => {
    const taker = await begun('timed');
    const { client, base } = taker;
    for (const [index, question] of taker.questions.entries()) {
      if (index === 1 || index === 4) continue;
      await post(taker, question.id, fieldsOf(rightAnswer(question)));
    }
    const { text } = await client.get(`${base}/check`);
    expect(text).toContain('2 questions are not answered yet');
    expect(text).toContain('Questions 2 and 5.');
    expect(text).toContain('After this you have one more attempt.');
    expect(text).toContain(`href="${base}/question/2"`);
    await post(taker, 'several-kind', { answer: ['a'] });
    await post(taker, 'text-kind', { answer: 'x' });
    expect((await client.get(`${base}/check`)).text).toContain('All 8 questions are answered.');
  });

  test('shows the time that is left', async () => {
    const { client, base } = await begun('timed');
    later(2.5);
    for (const page of ['', '/check', '/question/3']) {
      expect((await client.get(`${base}${page}`)).text).toContain('About 7 minutes left');
    }
  });
});

describe('the review', () => {
  async function reviewOf(name: string, answers: Record<string, Record<string, string>>) {
    const taker = await begun(name);
    for (const [question, fields] of Object.entries(answers)) await post(taker, question, fields);
    const sent = await taker.client.post(`${taker.base}/submit`);
    const { text } = await taker.client.follow(sent);
    return { taker, text, of: (id: string) => marked(text, numberOf(taker, id)) };
  }
  const SOME = {
    'one-kind': { answer: 'that' },
    'several-kind': { answer: 'a' },
    'true-kind': { answer: 'false' },
    'number-kind': { answer: '99' },
    'matching-kind': { 'answer.sun': 'sun', 'answer.moon': 'mars' },
    'gaps-kind': { 'answer.from': 'data' },
  };

  test('keeps the right answers until the quiz is passed', async () => {
    const { text, of } = await reviewOf('open', SOME);
    expect(text).toContain('Not passed yet');
    expect(text).toContain('The right answers are shown once you have passed.');
    expect(text).toContain('You reached 35%. You need 60% to pass.');
    expect(text).not.toContain('Right answer');
    expect(of('one-kind')).toContain('Not that.');
    expect(of('one-kind')).toContain('One is wrong.');
    expect(of('one-kind')).toContain('One for all.');
    expect(of('one-kind')).not.toContain('Well chosen.');
    expect(of('several-kind')).toContain('Partly right');
    expect(of('several-kind')).toContain('1.5 of 3 points');
    expect(of('true-kind')).toContain('1 of 1 point');
    expect(of('text-kind')).toContain('No answer');
    expect(of('ordering-kind')).toContain('Not answered');
  });

  test('shows the right answers where the rules allow it', async () => {
    const { of } = await reviewOf('told', SOME);
    expect(of('one-kind')).toContain('Right answer');
    expect(of('number-kind')).toContain('12.5 km');
    expect(of('text-kind')).toContain('training data');
    expect(of('matching-kind')).toContain('Night');
    expect(of('ordering-kind')).toContain('The right order');
    expect(of('gaps-kind')).toContain('Gap 2: new data');
    expect(of('gaps-kind')).not.toContain('Gap 1');
    expect(of('true-kind')).not.toContain('Right answer');
  });

  test('shows the own answers alone where the rules allow nothing', async () => {
    const { text, taker, of } = await reviewOf('silent', SOME);
    expect(text).toContain('Not passed yet');
    for (const told of [
      '35%',
      'Not right',
      'Partly right',
      'Not that.',
      'points',
      'Right answer',
    ]) {
      expect({ told, there: text.includes(told) }).toEqual({ told, there: false });
    }
    expect(of('number-kind')).toContain('99');
    expect((await taker.client.get(taker.base)).text).not.toContain('35%');
  });

  test('leads on to what comes next once it is passed', async () => {
    const { text, taker } = await reviewOf('told', SOME);
    expect(text).toContain('You have passed');
    expect(text).toContain(`href="${taker.href}/the-lesson"`);
  });

  test('is there for its own person and quiz only, and not while the attempt is open', async () => {
    const { base, client, attemptId } = await begun('open');
    expect((await client.get(`${base}/review/${attemptId}`)).status).toBe(404);
    await client.post(`${base}/submit`);
    expect((await client.get(`${base}/review/${attemptId}`)).status).toBe(200);
    const other = await makeTaker(app, quizOf('open'));
    expect((await other.client.get(`${base}/review/${attemptId}`)).status).toBe(404);
    expect((await other.client.get(`${other.base}/review/${attemptId}`)).status).toBe(404);
  });
});

test.each(['zh', 'ms', 'ta'] as const)('every page can be read in %s', async (language) => {
  const taker = await makeTaker(app, quizOf('timed'), { language });
  const { client, base, place } = taker;
  const { attemptId } = await startAttempt(place);
  const pages = [
    base,
    `${base}/check`,
    ...Array.from({ length: 8 }, (_, n) => `${base}/question/${n + 1}`),
  ];
  for (const page of pages) {
    const { status, text } = await client.get(page);
    expect(status).toBe(200);
    // The interface in one language, the course in its own.
    expect(text).toMatch(new RegExp(`<html lang="${language}`));
    if (page.endsWith('question/1')) expect(text).toContain('<legend lang="en">');
  }
  await client.post(`${base}/submit`);
  expect((await client.get(`${base}/review/${attemptId}`)).status).toBe(200);
});
