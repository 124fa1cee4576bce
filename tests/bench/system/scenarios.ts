import { answerOf } from '../../../src/demo/answers';
import { Chance } from '../../../src/demo/random';
import type { AnswerValue } from '../../../src/modules/assessment';
import {
  findPublishedVersion,
  type PublishedVersion,
  type Question,
  type QuizActivity,
} from '../../../src/modules/catalogue';
import { formatCode } from '../../../src/modules/certificates/code';
import { type Answer, Browser, hidden, locationOf } from './browser';
import type { Turn } from './measure';
import { emailOf, PASSWORD } from './people';

export interface Scenario {
  readonly name: string;
  turn(person: number, round: number): Promise<Turn>;
  /** How many ask at once; the default is everyone. */
  readonly people?: number;
  /** So many turns of each, where it is a whole piece of work; otherwise as many as the time gives. */
  readonly rounds?: number;
}

/** Addresses of their own, so that they are counted as the people that they are. */
const addressOf = (index: number): string => `10.1.${Math.floor(index / 250)}.${(index % 250) + 1}`;

/** @param first number of the first of them */
export async function signInAll(port: number, count: number, first = 0): Promise<Browser[]> {
  const browsers = Array.from({ length: count }, (_, i) => new Browser(port, addressOf(first + i)));
  for (const [place, browser] of browsers.entries()) {
    const index = first + place;
    const form = await browser.get('/sign-in');
    const answer = await browser.post('/sign-in', [
      ['_csrf', hidden(form, '_csrf')],
      ['email', emailOf(index)],
      ['password', PASSWORD],
      ['returnTo', '/learn'],
    ]);
    if (answer.status !== 303) throw new Error(`${emailOf(index)} cannot sign in: ${answer.head}`);
  }
  return browsers;
}

const turnOf = (answer: Answer, status: number): Turn => ({
  requests: 1,
  bytes: answer.bytes,
  good: answer.status === status,
});

/** The fields of a form with which someone gives an answer. */
function fieldsOf(value: AnswerValue): [string, string][] {
  switch (value.kind) {
    case 'one':
      return [['answer', value.option]];
    case 'several':
      return value.options.map((option) => ['answer', option]);
    case 'true-false':
      return [['answer', String(value.value)]];
    case 'number':
    case 'text':
      return [['answer', value.text]];
    case 'matching':
      return Object.entries(value.pairs).map(([part, answer]) => [`answer.${part}`, answer]);
    case 'gaps':
      return Object.entries(value.gaps).map(([part, answer]) => [`answer.${part}`, answer]);
    case 'ordering':
      return value.order.map((item) => ['answer', item]);
  }
}

interface Learner {
  readonly browser: Browser;
  readonly href: string;
  readonly token: string;
}

async function learnersOf(browsers: readonly Browser[]): Promise<Learner[]> {
  return Promise.all(
    browsers.map(async (browser) => {
      const home = await browser.get('/learn');
      const href = /href="(\/learn\/[0-9a-f]{24})/.exec(home.body)?.[1];
      if (href === undefined) throw new Error('A learner has no course');
      const token = hidden(await browser.get(href), '_csrf');
      return { browser, href, token };
    }),
  );
}

/** An open attempt of everyone, and its first question with a choice, whose answer is given again and again. */
async function savingOf(learners: readonly Learner[], quiz: QuizActivity): Promise<Scenario> {
  const choices = quiz.quiz.questions.filter(({ kind }) => kind === 'one');
  const open = await Promise.all(
    learners.map(async ({ browser, href, token }) => {
      const base = `${href}/${quiz.id}`;
      let page = await browser.get(
        locationOf(await browser.post(`${base}/start`, [['_csrf', token]])),
      );
      for (let number = 2; !choices.some(({ id }) => id === hidden(page, 'question')); number += 1)
        page = await browser.get(`${base}/question/${number}`);
      const question = choices.find(({ id }) => id === hidden(page, 'question'));
      const options = question?.kind === 'one' ? question.options.map(({ id }) => id) : [];
      return { base, attempt: hidden(page, 'attempt'), question: question?.id ?? '', options };
    }),
  );
  return {
    name: 'saving an answer',
    turn: async (person, round) => {
      const { browser, token } = learners[person] as Learner;
      const { base, attempt, question, options } = open[person] as (typeof open)[number];
      const answer = await browser.post(
        `${base}/answer`,
        [
          ['_csrf', token],
          ['attempt', attempt],
          ['question', question],
          ['answer', options[round % options.length] ?? ''],
          ['answerId', `bench-${person}-${process.hrtime.bigint()}`],
        ],
        'application/json',
      );
      return turnOf(answer, 200);
    },
  };
}

/** From "begin" to the marked result, every question answered on a page of its own. */
function quizOf(learners: readonly Learner[], quiz: QuizActivity): Scenario {
  const byId = new Map<string, Question>(quiz.quiz.questions.map((each) => [each.id, each]));
  return {
    name: 'a whole quiz',
    rounds: 2,
    turn: async (person) => {
      const { browser, href, token } = learners[person] as Learner;
      const chance = new Chance(person);
      const base = `${href}/${quiz.id}`;
      let requests = 0;
      let bytes = 0;
      const count = (answer: Answer): Answer => {
        requests += 1;
        bytes += answer.bytes;
        return answer;
      };
      let location = locationOf(count(await browser.post(`${base}/start`, [['_csrf', token]])));
      while (location.includes('/question/')) {
        const page = count(await browser.get(location));
        const question = byId.get(hidden(page, 'question'));
        if (!question) return { requests, bytes, good: false };
        const fields = [
          ['_csrf', token],
          ['attempt', hidden(page, 'attempt')],
          ['question', question.id],
          ['go', 'next'],
          ...fieldsOf(answerOf(question, 0.8, chance)),
        ] as [string, string][];
        location = locationOf(count(await browser.post(`${base}/answer`, fields)));
      }
      const sent = count(await browser.post(`${base}/submit`, [['_csrf', token]]));
      const review = count(await browser.get(locationOf(sent)));
      return { requests, bytes, good: review.status === 200 };
    },
  };
}

const page = (
  name: string,
  learners: readonly Learner[],
  pathOf: (learner: Learner, round: number) => string,
): Scenario => ({
  name,
  turn: async (person, round) => {
    const learner = learners[person] as Learner;
    return turnOf(await learner.browser.get(pathOf(learner, round), { packed: true }), 200);
  },
});

const activitiesOf = (version: PublishedVersion) =>
  version.modules.flatMap((module) => module.activities);

/** Everything that is measured, in its order. */
export async function scenariosOf(
  browsers: readonly Browser[],
  { course, codes, staff }: { course: string; codes: readonly string[]; staff: Browser[] },
): Promise<Scenario[]> {
  const version = await findPublishedVersion(course);
  if (!version) throw new Error(`The course ${course} is not published`);
  const activities = activitiesOf(version);
  const lesson = activities.find(({ kind }) => kind === 'lesson');
  const quizzes = activities.filter((each): each is QuizActivity => each.kind === 'quiz');
  const [first, second] = quizzes;
  if (!lesson || !first || !second) throw new Error('The course has no lesson or too few quizzes');
  const learners = await learnersOf(browsers);
  return [
    page('the catalogue', learners, () => '/courses'),
    page('/learn', learners, () => '/learn'),
    page('a lesson', learners, ({ href }) => `${href}/${lesson.id}`),
    await savingOf(learners, first),
    quizOf(learners, second),
    verifying(browsers, codes),
    ...staffPages(staff),
  ];
}

/** Asked by eight at once, as there are fewer of them. */
const asked = (staff: Browser[], name: string, path: string): Scenario => ({
  name,
  people: staff.length,
  turn: async (person) => turnOf(await (staff[person] as Browser).get(path, { packed: true }), 200),
});

/** What staff of the whole centre see. */
const staffPages = (staff: Browser[]): Scenario[] => [
  asked(staff, 'staff: overview', '/staff'),
  asked(staff, 'staff: list of people', '/staff/people'),
];

/** Pages of staff that must not cost more when there are more learners. */
export async function growingPages(staff: Browser[]): Promise<Scenario[]> {
  const hundredth = await (staff[0] as Browser).get('/staff/people?page=100');
  const next = /href="([^"]+)" rel="next"/.exec(hundredth.body)?.[1]?.replaceAll('&amp;', '&');
  return [
    ...staffPages(staff),
    asked(staff, 'staff: overdue, by name', '/staff/people?state=overdue'),
    asked(staff, 'staff: not begun, by day', '/staff/people?state=not-started&sort=due'),
    asked(staff, 'staff: a name', '/staff/people?q=humaira+sharifah'),
    asked(staff, 'staff: beginnings of a name', '/staff/people?q=tan+w'),
    asked(staff, 'staff: the page after the 100th', next ?? '/staff/people?page=101'),
    asked(staff, 'staff: the last page', `/staff/people?page=${lastOf(hundredth)}`),
  ];
}

const lastOf = ({ body }: Answer): number =>
  Math.max(1, ...[...body.matchAll(/[?&;]page=(\d+)/g)].map(([, page]) => Number(page)));

/** From an address of its own each time: one may check sixty in ten minutes. */
function verifying(browsers: readonly Browser[], codes: readonly string[]): Scenario {
  let checks = 0;
  return {
    name: 'checking a certificate',
    turn: async (person) => {
      checks += 1;
      const browser = browsers[person] as Browser;
      browser.address = `10.${2 + (checks >> 16)}.${(checks >> 8) & 255}.${checks & 255}`;
      const code = codes[checks % codes.length] ?? '';
      return turnOf(await browser.get(`/verify/${formatCode(code)}`, { packed: true }), 200);
    },
  };
}
