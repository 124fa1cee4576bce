import {
  dueAttempts,
  findOpenAttempt,
  questionsOf,
  resultsOf,
  saveAnswer,
  startAttempt,
  submitAttempt,
} from '../../src/modules/assessment';
import { drawQuestions } from '../../src/modules/assessment/draw';
import { Attempt } from '../../src/modules/assessment/model';
import type { PublishedVersion } from '../../src/modules/catalogue';
import { submitQuiz } from '../../src/modules/learning';
import { AuditLog } from '../../src/platform/audit';
import { MINUTE, now, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import {
  answerLog,
  attemptRow,
  EIGHT_KINDS,
  type Enrolled,
  makeEnrolled,
  publishQuiz,
  rightAnswer,
} from '../support/factories/assessment';
import { factsOf } from '../support/factories/learning';

const app = useApp();
let plain: PublishedVersion;
let limited: PublishedVersion;

beforeAll(async () => {
  plain = await publishQuiz(app, 'plain-quiz', `passMark: 60\nattempts: 2\n${EIGHT_KINDS}`);
  limited = await publishQuiz(
    app,
    'limited-quiz',
    `passMark: 50\nattempts: 3\ntimeLimitMinutes: 10\nshuffleQuestions: true\n${EIGHT_KINDS}`,
  );
});
afterEach(() => setClock());

const later = (minutes: number) => {
  const time = new Date(now().getTime() + minutes * MINUTE);
  setClock(() => time);
};
const text = (value: string) => ({ kind: 'text', text: value });

async function begun(version = plain): Promise<Enrolled & { attemptId: string }> {
  const enrolled = await makeEnrolled(version);
  const { attemptId } = await startAttempt(enrolled.place);
  return { ...enrolled, attemptId };
}

describe('starting', () => {
  test('finds the open attempt again, with what was drawn', async () => {
    const { place, attemptId } = await begun();
    const again = await startAttempt(place);
    expect(again).toMatchObject({ attemptId, number: 1, overdue: false, nextQuestion: 1 });
    expect(await findOpenAttempt(place)).toEqual(again);
    const { seed, drawn } = await attemptRow(attemptId);
    const quiz = plain.modules[0]?.activities.find((each) => each.kind === 'quiz');
    if (quiz?.kind !== 'quiz') throw new Error('no quiz');
    expect(drawQuestions(quiz.quiz, seed)).toEqual(drawn);
  });

  test('twenty at once begin one', async () => {
    const { place, enrolmentId } = await makeEnrolled(plain);
    const all = await Promise.all(Array.from({ length: 20 }, () => startAttempt(place)));
    expect(new Set(all.map(({ attemptId }) => attemptId)).size).toBe(1);
    expect(await Attempt.countDocuments({ enrolmentId })).toBe(1);
  });

  test('ends when the attempts are used', async () => {
    const { place, userId, enrolmentId } = await makeEnrolled(plain);
    for (const number of [1, 2]) {
      const attempt = await startAttempt(place);
      expect(attempt.number).toBe(number);
      await submitAttempt({ attemptId: attempt.attemptId, userId });
    }
    await expect(startAttempt(place)).rejects.toMatchObject({ code: 'no-attempts-left' });
    expect(await resultsOf(enrolmentId)).toEqual([
      {
        activityId: 'the-quiz',
        attemptsUsed: 2,
        attemptsLeft: 0,
        mark: 0,
        passed: false,
        submittedAt: expect.any(Date),
        open: false,
      },
    ]);
  });

  test('there is no attempt at what is no quiz', async () => {
    const { place } = await makeEnrolled(plain);
    for (const activityId of ['the-lesson', 'nothing']) {
      await expect(startAttempt({ ...place, activityId })).rejects.toMatchObject({
        code: 'not-found',
      });
    }
  });
});

describe('answering', () => {
  test('the same answer twice counts once, the latest counts', async () => {
    const { attemptId, userId } = await begun();
    const answer = { attemptId, userId, questionId: 'text-kind' };
    const first = { ...answer, answerId: 'answer-1', value: text('wrong') };
    expect(await saveAnswer(first)).toEqual({ answerId: 'answer-1', repeated: false });
    await saveAnswer({ ...answer, answerId: 'answer-2', value: text('Training  Data.') });
    expect(await saveAnswer(first)).toEqual({ answerId: 'answer-1', repeated: true });
    const log = await answerLog(attemptId);
    expect(log.map(({ answerId, sequence }) => [answerId, sequence])).toEqual([
      ['answer-1', 1],
      ['answer-2', 2],
    ]);
    await submitAttempt({ attemptId, userId });
    const { results } = await attemptRow(attemptId);
    expect(results?.find(({ questionId }) => questionId === 'text-kind')).toMatchObject({
      verdict: 'right',
    });
  });

  test('an answer that was overtaken on its way by the one that replaces it counts no more', async () => {
    const { attemptId, userId } = await begun();
    const answer = { attemptId, userId, questionId: 'text-kind' };
    const older = { ...answer, answerId: 'older', value: text('trai') };
    const newer = { ...answer, answerId: 'newer', value: text('training data') };
    await saveAnswer({ ...newer, replaces: ['older'] });
    expect(await saveAnswer(older)).toEqual({ answerId: 'older', repeated: true });
    expect(await answerLog(attemptId)).toHaveLength(1);
    const together = [
      { ...newer, answerId: 'newest', replaces: ['newer', 'between'] },
      { ...older, answerId: 'between' },
    ];
    await Promise.all(together.map(saveAnswer));
    const log = await answerLog(attemptId);
    expect(log.at(-1)?.answerId).toBe('newest');
  });

  test('forty at once are all kept in one order, the same id among them once', async () => {
    const { attemptId, userId } = await begun();
    const answers = Array.from({ length: 40 }, (_, index) => ({
      attemptId,
      userId,
      questionId: 'text-kind',
      answerId: `answer-${index % 20}`,
      value: text(String(index % 20)),
    }));
    const saved = await Promise.all(answers.map(saveAnswer));
    expect(saved.filter(({ repeated }) => repeated)).toHaveLength(20);
    const log = await answerLog(attemptId);
    expect(log.map(({ sequence }) => sequence)).toEqual(Array.from(log, (_, index) => index + 1));
    expect(new Set(log.map(({ answerId }) => answerId)).size).toBe(20);
  });

  test('an answer can be taken back', async () => {
    const { attemptId, userId, place } = await begun();
    const answer = { attemptId, userId, questionId: 'one-kind' };
    await saveAnswer({ ...answer, answerId: 'answer-1', value: { kind: 'one', option: 'this' } });
    expect((await findOpenAttempt(place))?.nextQuestion).toBe(2);
    await saveAnswer({ ...answer, answerId: 'answer-2', value: null });
    await submitAttempt({ attemptId, userId });
    const { results } = await attemptRow(attemptId);
    expect(results?.map(({ verdict }) => verdict)).toEqual(Array(8).fill('unanswered'));
  });

  test('goes on after the last answer, then with what was left out', async () => {
    const { attemptId, userId, place } = await begun();
    const questions = await questionsOf(attemptId);
    const give = async (number: number) => {
      const question = questions[number - 1];
      if (!question) throw new Error(`no question ${number}`);
      const value = rightAnswer(question);
      const answerId = `answer-${number}`;
      await saveAnswer({ attemptId, userId, questionId: question.id, answerId, value });
      return (await findOpenAttempt(place))?.nextQuestion;
    };
    expect(await give(1)).toBe(2);
    expect(await give(3)).toBe(4);
    for (const number of [4, 5, 6, 7]) await give(number);
    expect(await give(8)).toBe(2);
    expect(await give(2)).toBe(8);
  });

  test.each([
    ['an option of another question', 'one-kind', { kind: 'one', option: 'a' }],
    ['another kind', 'one-kind', { kind: 'text', text: 'this' }],
    ['no answer at all', 'one-kind', 'this'],
    ['an unknown left side', 'matching-kind', { kind: 'matching', pairs: { pluto: 'sun' } }],
    ['an unknown right side', 'matching-kind', { kind: 'matching', pairs: { sun: 'pluto' } }],
    ['half an order', 'ordering-kind', { kind: 'ordering', order: ['wake'] }],
    [
      'an order with a double',
      'ordering-kind',
      { kind: 'ordering', order: ['wake', 'wake', 'work'] },
    ],
    ['an unknown choice in a gap', 'gaps-kind', { kind: 'gaps', gaps: { on: 'o9' } }],
    ['a text without end', 'text-kind', text('x'.repeat(501))],
  ])('%s is refused', async (_name, questionId, value) => {
    const { attemptId, userId } = await begun();
    const answer = { attemptId, userId, questionId, answerId: 'answer-1', value };
    await expect(saveAnswer(answer)).rejects.toMatchObject({
      code: 'invalid',
      faults: [{ field: 'answer' }],
    });
    expect(await answerLog(attemptId)).toEqual([]);
  });

  test("another person's attempt is not there", async () => {
    const { attemptId } = await begun();
    const { userId } = await makeEnrolled(plain);
    const answer = { attemptId, userId, questionId: 'text-kind', answerId: 'a', value: text('x') };
    await expect(saveAnswer(answer)).rejects.toMatchObject({ code: 'not-found' });
    await expect(submitAttempt({ attemptId, userId })).rejects.toMatchObject({ code: 'not-found' });
    await expect(saveAnswer({ ...answer, attemptId: 'nonsense' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('submitting', () => {
  test('marks each kind', async () => {
    const { attemptId, userId } = await begun();
    for (const question of await questionsOf(attemptId)) {
      const value = rightAnswer(question);
      const answerId = `right-${question.id}`;
      await saveAnswer({ attemptId, userId, questionId: question.id, answerId, value });
    }
    expect(await submitAttempt({ attemptId, userId })).toMatchObject({
      mark: 100,
      passed: true,
      number: 1,
      first: true,
    });
    const { results } = await attemptRow(attemptId);
    expect(results?.map(({ verdict }) => verdict)).toEqual(Array(8).fill('right'));
  });

  test('gives part of the points', async () => {
    const { attemptId, userId } = await begun();
    // One of two right ticks: one and a half of ten points.
    const half = { kind: 'several', options: ['a'] };
    const answer = { attemptId, userId, questionId: 'several-kind', answerId: 'a', value: half };
    await saveAnswer(answer);
    expect(await submitAttempt({ attemptId, userId })).toMatchObject({ mark: 15, passed: false });
  });

  test('fifty at once give one result, one audit row, one fact', async () => {
    const { attemptId, userId, enrolmentId } = await begun();
    const value = { kind: 'one', option: 'this' };
    await saveAnswer({ attemptId, userId, questionId: 'one-kind', answerId: 'a', value });
    const all = await Promise.all(
      Array.from({ length: 50 }, () => submitQuiz({ attemptId, userId })),
    );
    expect(all.filter(({ first }) => first)).toHaveLength(1);
    expect(new Set(all.map(({ mark, submittedAt }) => `${mark} ${submittedAt}`)).size).toBe(1);
    expect(await AuditLog.countDocuments({ 'subject.id': attemptId })).toBe(2);
    expect(await factsOf(enrolmentId)).toHaveLength(1);
  });

  test('takes no answer afterwards, but knows the ones it has', async () => {
    const { attemptId, userId } = await begun();
    const answer = { attemptId, userId, questionId: 'text-kind', value: text('x') };
    await saveAnswer({ ...answer, answerId: 'answer-1' });
    await submitAttempt({ attemptId, userId });
    await expect(saveAnswer({ ...answer, answerId: 'answer-2' })).rejects.toMatchObject({
      code: 'attempt-submitted',
    });
    expect(await saveAnswer({ ...answer, answerId: 'answer-1' })).toMatchObject({ repeated: true });
    expect(await answerLog(attemptId)).toHaveLength(1);
  });

  test('counts every answer that was accepted, however close', async () => {
    const { attemptId, userId } = await begun();
    const questions = await questionsOf(attemptId);
    const saves = questions.map((question) =>
      saveAnswer({
        attemptId,
        userId,
        questionId: question.id,
        answerId: `close-${question.id}`,
        value: rightAnswer(question),
      }).then(
        () => question.id,
        () => null,
      ),
    );
    const [, ...saved] = await Promise.all([submitAttempt({ attemptId, userId }), ...saves]);
    const { results } = await attemptRow(attemptId);
    const right = results?.filter(({ verdict }) => verdict === 'right');
    expect(right?.map(({ questionId }) => questionId)).toEqual(saved.filter(Boolean));
  });
});

describe('a time limit', () => {
  test('gives a late last answer some seconds, and no more', async () => {
    const { attemptId, userId, place } = await begun(limited);
    const answer = { attemptId, userId, questionId: 'text-kind', value: text('x') };
    later(10.1);
    expect((await findOpenAttempt(place))?.overdue).toBe(false);
    await saveAnswer({ ...answer, answerId: 'answer-1' });
    later(0.3);
    await expect(saveAnswer({ ...answer, answerId: 'answer-2' })).rejects.toMatchObject({
      code: 'attempt-over-time',
    });
    expect(await findOpenAttempt(place)).toMatchObject({ attemptId, overdue: true });
    expect(await answerLog(attemptId)).toHaveLength(1);
  });

  test('attempts over time are due, until they are submitted', async () => {
    const one = await begun(limited);
    later(1);
    const two = await begun(limited);
    const none = await begun();
    const due = async (minutes: number) =>
      (await dueAttempts(new Date(now().getTime() + minutes * MINUTE)))
        .map(({ attemptId }) => attemptId)
        .filter((id) => [one, two, none].some(({ attemptId }) => attemptId === id));
    expect(await due(9)).toEqual([]);
    expect(await due(9.5)).toEqual([one.attemptId]);
    expect(await due(60)).toEqual([one.attemptId, two.attemptId]);
    await submitAttempt(one);
    expect(await due(60)).toEqual([two.attemptId]);
  });
});
