import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { Chance } from '../../src/demo/random';
import { Certificate } from '../../src/modules/certificates/model';
import { completionOf } from '../../src/modules/learning';
import { Enrolment, Fact } from '../../src/modules/learning/model';
import { MailSend, Notification } from '../../src/modules/notifications/model';
import { addMembership, createOrganisation } from '../../src/modules/organisations';
import { rebuild } from '../../src/modules/reporting';
import { Mark } from '../../src/modules/reporting/model';
import { connectDb, disconnectDb } from '../../src/platform/db';
import { Outbox } from '../../src/platform/outbox/model';
import { QUEUES, Queues } from '../../src/platform/queue';
import { createRedis } from '../../src/platform/redis';
import { localStorage } from '../../src/platform/storage';
import { Client } from '../support/client';
import { makePerson, PASSWORD, type TestPerson } from '../support/factories/accounts';
import { publishSmallCourse, QUIZ, RIGHT } from '../support/factories/learning';
import { shownReports } from '../support/reports';
import { type Kelas, processesOf, startedKelas, statusOf, until, useFolders } from './kelas';

/**
 * Web, worker, redis and the engine run as they do for everyone, and are killed again and again
 * while 200 people go through a course by its pages. What counts is what is there at the end.
 */
jest.setTimeout(300_000);
const PATIENCE_MS = 200_000;

const LEARNERS = 200;
const AT_ONCE = 6;
const COURSE = 'small-course';
/** What is killed, and how often; by a part of its command line. */
const VICTIMS = {
  worker: { part: 'dist/worker.js', times: 4 },
  redis: { part: 'unixsocket:', times: 3 },
  engine: { part: 'dist/engine.js', times: 3 },
  web: { part: 'dist/web.js', times: 1 },
} as const;
type Victim = keyof typeof VICTIMS;

/** The same seed gives the same order of victims and the same moments, counted in requests. */
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);

// Before the processes are ended.
afterAll(() => disconnectDb());
const folder = useFolders();
let kelas: Kelas;
let people: TestPerson[] = [];
let answered = 0;
let finished = 0;
let learned = false;

const hidden = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

function addresses(): { mongodbUri: string; redisUrl: string } {
  return JSON.parse(readFileSync(path.join(kelas.data, 'run/addresses.json'), 'utf8'));
}

beforeAll(async () => {
  const data = folder();
  const courses = path.join(path.dirname(data), 'courses');
  mkdirSync(courses, { recursive: true });
  // Everyone comes from an address of their own: as many sign in at once as never do from one.
  kelas = await startedKelas({
    data,
    env: { KELAS_COURSES: courses, TRUST_PROXY: '1', LOG_LEVEL: 'warn' },
  });
  await connectDb(addresses().mongodbUri);
  const { id: organisationId } = await createOrganisation({
    code: 'kelas-centre',
    name: 'Kelas Centre',
    kind: 'agency',
    timeZone: 'Asia/Singapore',
  });
  const platform = { storage: localStorage(path.join(data, 'files')) };
  await publishSmallCourse({ platform }, COURSE, { course: `completion: { passed: ${QUIZ} }` });
  people = await Promise.all(Array.from({ length: LEARNERS }, () => makePerson()));
  const belongs = { organisationId, kind: 'employee', startsOn: '2026-01-01' } as const;
  for (const { userId } of people) await addMembership({ userId, ...belongs });
});

/** Someone who tries again what got no answer, or that the site was not well. */
class Learner {
  readonly #client: Client;
  readonly #from: string;
  readonly #person: TestPerson;

  constructor(person: TestPerson, index: number) {
    this.#person = person;
    this.#client = new Client(kelas.origin);
    this.#from = `10.0.${Math.floor(index / 250)}.${(index % 250) + 1}`;
  }

  /** Goes on from wherever the person stands, until the course says that it is completed. */
  async complete(): Promise<void> {
    await this.#signIn();
    await this.#get(`/courses/${COURSE}`);
    const href = await this.#post(`/courses/${COURSE}/enrol`);
    await this.#post(`${href}/first-steps/viewed`);
    for (;;) {
      const finished = await this.#get(`${href}/finished`);
      if (finished.status === 200) return;
      await this.#takeQuiz(`${href}/${QUIZ}`);
    }
  }

  async #signIn(): Promise<void> {
    for (;;) {
      await this.#get('/sign-in');
      const { email } = this.#person;
      const fields = { email, password: PASSWORD, returnTo: '/me' };
      await this.#post('/sign-in', fields);
      if ((await this.#get('/me')).status === 200) return;
    }
  }

  async #takeQuiz(base: string): Promise<void> {
    let location = await this.#post(`${base}/start`);
    while (location.includes('/question/')) {
      const { text } = await this.#get(location);
      const question = hidden(text, 'question');
      if (question === '') return;
      location = await this.#post(`${base}/answer`, {
        attempt: hidden(text, 'attempt'),
        question,
        answer: RIGHT[question as keyof typeof RIGHT],
        go: 'next',
      });
    }
    await this.#post(`${base}/submit`);
  }

  async #get(target: string) {
    return this.#insist(() => this.#client.get(target, { 'X-Forwarded-For': this.#from }));
  }

  /** @returns where it leads */
  async #post(target: string, fields: Record<string, string> = {}): Promise<string> {
    const from = { 'X-Forwarded-For': this.#from };
    const answer = await this.#insist(() => this.#client.post(target, fields, from));
    return String(answer.headers['location'] ?? '');
  }

  async #insist(ask: () => ReturnType<Client['get']>): ReturnType<Client['get']> {
    for (;;) {
      const answer = await ask().catch(() => null);
      answered += 1;
      if (answer && answer.status < 500 && answer.status !== 429) return answer;
      // As someone would: again when the site is well. Sent as fast as it is refused, signing in would
      // run into the limit that keeps guessers away, and stay there.
      await until(async () => (await statusOf(`${kelas.origin}/readyz`)) === 200, 'the site');
    }
  }
}

async function everyoneLearns(): Promise<void> {
  const waiting = people.entries();
  const work = async () => {
    for (const [index, person] of waiting) {
      await new Learner(person, index).complete();
      finished += 1;
    }
  };
  const working = Promise.all(Array.from({ length: AT_ONCE }, work));
  const late = new AbortController();
  const limit = after(PATIENCE_MS, 'late', { signal: late.signal }).catch(() => 'in time');
  const first = await Promise.race([working, limit]);
  late.abort();
  if (first === 'late') throw new Error(`${finished} have completed:\n${kelas.output()}`);
}

const pidOf = (part: string): number | undefined =>
  [...processesOf(kelas.data)].find(([, command]) => command.includes(part))?.[0];

/** Kills one after the other, each at a moment drawn by the seed, until all were, or learning ended. */
async function killAtRandom(): Promise<Victim[]> {
  const chance = new Chance(seed);
  const names = Object.keys(VICTIMS) as Victim[];
  const plan = chance.shuffle(
    names.flatMap((name) => Array.from({ length: VICTIMS[name].times }, () => name)),
  );
  const killed: Victim[] = [];
  let moment = 0;
  for (const name of plan) {
    moment += chance.whole(40, 180);
    const limit = moment;
    await until(() => answered >= limit || learned, 'the next moment', 120_000);
    // One that was killed a moment ago is being started again: it is found when it is there.
    await until(() => pidOf(VICTIMS[name].part) !== undefined, `${name} to run`);
    process.kill(pidOf(VICTIMS[name].part) ?? 0, 'SIGKILL');
    killed.push(name);
  }
  return killed;
}
/** Nothing waits any more: no event, no job, no mail. */
async function settled(queues: Queues): Promise<boolean> {
  if ((await Outbox.countDocuments({ status: 'waiting' })) > 0) return false;
  if ((await Mark.countDocuments()) > 0) return false;
  for (const name of QUEUES) {
    const counts = await queues
      .get(name)
      .getJobCounts('active', 'waiting', 'delayed', 'prioritized');
    // The schedules of the rooms wait as delayed jobs, for ever.
    const schedules = await queues.get(name).getJobSchedulersCount();
    const open = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (open > schedules) return false;
  }
  return true;
}

test(`kill -9 of worker, redis, engine and web loses nothing and does nothing twice (CRASH_SEED=${seed})`, async () => {
  const started = Date.now();
  // Both to their end, whatever becomes of the other: nothing of this test runs on into the next.
  const [learning, killing] = await Promise.allSettled([
    everyoneLearns().finally(() => {
      learned = true;
    }),
    killAtRandom(),
  ]);
  const learnedAfter = Date.now() - started;
  if (learning.status === 'rejected') throw learning.reason;
  if (killing.status === 'rejected') throw killing.reason;
  const killed = killing.value;
  await until(async () => (await statusOf(`${kelas.origin}/readyz`)) === 200, 'readiness');
  const redis = createRedis(addresses().redisUrl, { failFast: false });
  const queues = new Queues(redis, 'kelas');
  await until(() => settled(queues), 'everything to come to rest', 120_000);
  const failed = (await Promise.all(QUEUES.map((name) => queues.get(name).getFailed()))).flat();
  await queues.close();
  redis.disconnect();

  expect(killed.length).toBeGreaterThanOrEqual(10);
  // A run of a schedule may fall into a kill: what it would have done, the next one does.
  expect(failed.filter((job) => job.repeatJobKey === undefined).map(({ name }) => name)).toEqual(
    [],
  );

  // 200 people have completed, each once, by facts that say so.
  const enrolments = await Enrolment.find().lean();
  expect(enrolments).toHaveLength(LEARNERS);
  expect(new Set(enrolments.map(({ userId }) => userId)).size).toBe(LEARNERS);
  expect(enrolments.every(({ status }) => status === 'completed')).toBe(true);
  for (const { _id } of enrolments) expect((await completionOf(_id.toHexString()))?.met).toBe(true);
  expect(await Fact.countDocuments({ kind: 'viewed' })).toBe(LEARNERS);
  expect(await Fact.countDocuments({ kind: 'passed' })).toBe(LEARNERS);

  // Each has one certificate, and its file is the one that was noted.
  const certificates = await Certificate.find().lean();
  expect(new Set(certificates.map(({ enrolmentId }) => enrolmentId)).size).toBe(LEARNERS);
  expect(certificates).toHaveLength(LEARNERS);
  for (const { pdf } of certificates) {
    const bytes = readFileSync(path.join(kelas.data, 'files', pdf?.key ?? 'none'));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(pdf?.sha256);
  }

  // Each was told twice, of the enrolment and of the certificate: once by mail, once in the list.
  const expected = [
    ...enrolments.map(({ _id }) => `enrolled-${_id.toHexString()}`),
    ...certificates.map(({ _id }) => `certificate-ready-${_id.toHexString()}`),
  ].sort();
  // Who signed in twice, because the first answer was lost, is also told of a new device.
  const files = readdirSync(path.join(kelas.data, 'mail')).filter((name) =>
    /^(enrolled|certificate-ready)-.*\.eml$/.test(name),
  );
  expect(files.map((name) => path.parse(name).name).sort()).toEqual(expected);
  const kind = { $in: ['enrolled', 'certificate-ready'] as const };
  const mails = await MailSend.find({ kind }).lean();
  expect(mails.map(({ sendKey }) => sendKey).sort()).toEqual(expected);
  expect(mails.filter(({ status }) => status !== 'sent')).toEqual([]);
  const notices = await Notification.find({ kind }).lean();
  expect(notices.map(({ eventKey }) => eventKey).sort()).toEqual(expected);

  // What staff see is what the facts say, counted anew.
  const followed = await shownReports();
  expect(followed.rows).toHaveLength(LEARNERS);
  await rebuild('Asia/Singapore');
  expect(await shownReports()).toEqual(followed);

  const again = mails.filter(({ tries }) => tries > 1).length;
  console.log(
    `CRASH_SEED=${seed}: ${killed.join(' ')}; ${answered} requests in ${(learnedAfter / 1000).toFixed(0)} s, at rest after ${((Date.now() - started) / 1000).toFixed(0)} s; ${again} mails needed a second try`,
  );
  kelas.process.kill('SIGTERM');
  expect(await kelas.ended).toBe(0);
});
