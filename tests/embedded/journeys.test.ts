import type { Document } from 'mongodb';
import mongoose from 'mongoose';
import { certificateOf } from '../../src/modules/certificates';
import { useApp } from '../support/app';
import { PASSWORD, signedIn, signIn } from '../support/factories/accounts';
import { makeCentre } from '../support/factories/certificates';
import { makeLearner, publishSmallCourse, QUIZ } from '../support/factories/learning';
import { mongodbUri } from '../support/services';

const site = useApp({ MONGODB_URI: `${mongodbUri('journeys')}&monitorCommands=true` });

const READS = new Set([
  'find',
  'aggregate',
  'count',
  'distinct',
  'findAndModify',
  'update',
  'delete',
]);

/** Queries that may read a whole collection, each with its reason. */
const ALLOWED: Record<string, string> = {
  'find courses [{"publishedId":{"$ne":1},"retiredAt":1},{}]':
    'the course list wants every published course',
  'find signing_keys [{},1]': 'the keyring wants every key, of which there are a few',
};

interface Seen {
  shape: string;
  db: string;
  command: Document;
}

const seen = new Map<string, Seen>();

/** Field names and operators, without values. */
function shapeOf(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(shapeOf).slice(0, 3);
  if (typeof v !== 'object' || v === null || Object.getPrototypeOf(v) !== Object.prototype)
    return 1;
  return Object.fromEntries(Object.entries(v).map(([key, one]) => [key, shapeOf(one)]));
}

function partsOf(name: string, command: Document): unknown[] {
  switch (name) {
    case 'aggregate':
      return [command['pipeline']];
    case 'update':
      return command['updates'].map((one: Document) => one['q']);
    case 'delete':
      return command['deletes'].map((one: Document) => one['q']);
    default:
      return [command['filter'] ?? command['query'] ?? {}, command['sort'] ?? {}];
  }
}

function remember(name: string, db: string, command: Document): void {
  if (!READS.has(name)) return;
  const shape = `${name} ${command[name]} ${JSON.stringify(partsOf(name, command).map(shapeOf))}`;
  seen.set(shape, { shape, db, command });
}

/** What the engine is asked: without what belongs to the connection, and one statement alone. */
function bare(command: Document): Document {
  const { lsid, $clusterTime, $db, txnNumber, startTransaction, autocommit, ...rest } = command;
  return rest;
}

function stagesOf(plan: Document | undefined): Document[] {
  if (!plan) return [];
  const inner = plan['inputStages'] ?? (plan['inputStage'] ? [plan['inputStage']] : []);
  return [plan, ...inner.flatMap(stagesOf)];
}

const EVERYTHING = '[MinKey, MaxKey]';

/** True for a plan that goes through all documents, or through all keys of an index only for its order. */
function readsAll({ stage, indexBounds }: Document): boolean {
  if (stage === 'COLLSCAN') return true;
  if (stage !== 'IXSCAN') return false;
  const bounds = Object.values(indexBounds).flat();
  return bounds.length > 0 && bounds.every((one) => one === EVERYTHING);
}

async function scanned({ shape, db, command }: Seen): Promise<string | null> {
  const admin = mongoose.connection.getClient().db(db);
  const explained = await admin.command({ explain: bare(command), verbosity: 'queryPlanner' });
  // An aggregation that goes on after its query tells of the query first.
  const query = explained['stages']?.[0]?.$cursor ?? explained;
  const stages = stagesOf(query['queryPlanner']?.winningPlan);
  // The first few of all, in the order of an index, are only those few.
  const few = Number(command['limit']) > 0 && Object.keys(command['filter']).length === 0;
  return stages.some(readsAll) && !few && !(shape in ALLOWED) ? shape : null;
}

beforeAll(async () => {
  mongoose.connection
    .getClient()
    .on('commandStarted', ({ commandName, databaseName, command }) =>
      remember(commandName, databaseName, command),
    );
  await makeCentre();
  await publishSmallCourse(site, 'journey');
});

async function pages(client: { get(path: string): Promise<{ status: number }> }, paths: string[]) {
  for (const path of paths) expect([path, (await client.get(path)).status]).toEqual([path, 200]);
}

describe('the queries of the main journeys', () => {
  test('a visitor looks round, signs up, forgets the password', async () => {
    const visitor = site.client();
    await pages(visitor, [
      '/courses',
      '/courses?q=small',
      '/courses/journey',
      '/verify',
      '/sign-in',
      '/sign-up',
      '/forgot',
    ]);
    await visitor.get('/sign-up');
    await visitor.post('/sign-up', {
      name: 'New Person',
      email: 'new@example.org',
      password: PASSWORD,
    });
    await visitor.post('/forgot', { email: 'new@example.org' });
    expect((await visitor.get('/verify/KLS-AAAA-BBBB-CCCC')).status).toBeGreaterThanOrEqual(200);
    await site.drain();
  });

  test('a worker learns, is examined, and gets a certificate that anyone can check', async () => {
    const person = await signedIn(site);
    await person.client.get('/courses/journey');
    await person.client.post('/courses/journey/enrol');
    await pages(person.client, ['/learn', '/courses/journey']);

    const learner = await makeLearner(site, 'journey');
    const { client, href } = learner;
    for (const lesson of ['first-steps', 'second-steps', 'third-steps']) {
      await pages(client, [`${href}/${lesson}`]);
      await client.post(`${href}/${lesson}/viewed`);
    }
    const quiz = `${href}/${QUIZ}`;
    await pages(client, [href, quiz]);
    let page = await client.follow(await client.post(`${quiz}/start`));
    for (let number = 1; number <= 2; number++) {
      const option = page.text.includes('value="blue"') ? 'blue' : 'green';
      const fields = Object.fromEntries(
        [
          ...page.text.matchAll(/<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g),
        ].map((m) => [m[1] ?? '', m[2] ?? '']),
      );
      page = await client.follow(
        await client.post(`${quiz}/answer`, { ...fields, answer: option }),
      );
    }
    await client.get(`${quiz}/check`);
    await client.post(`${quiz}/submit`);
    await site.drain();
    await pages(client, ['/learn', href, `${href}/finished`, '/certificates', '/notifications']);
    const certificate = await certificateOf(learner.enrolmentId);
    expect(certificate?.ready).toBe(true);
    await pages(client, [
      `/certificates/${certificate?.id}`,
      `/certificates/${certificate?.id}/pdf`,
    ]);
    await pages(site.client(), [
      `/verify/${certificate?.code}`,
      `/verify/${certificate?.code}.json`,
    ]);
  });

  test('a person sees to the account', async () => {
    const { client, email } = await signedIn(site);
    await pages(client, [
      '/me',
      '/me/name',
      '/me/email',
      '/me/password',
      '/me/sessions',
      '/me/notifications',
      '/me/memberships',
    ]);
    await client.post('/me/name', { name: 'Another Name' });
    await client.post('/me/preferences', { language: 'en' });
    await client.post('/notifications/read-all');
    await signIn(site.client(), email);
    await client.post('/me/sessions/end-others');
    await client.post('/sign-out');
    await site.drain();
  });

  test('none of them reads a whole collection', async () => {
    const list = [...seen.values()];
    expect(list.length).toBeGreaterThan(40);
    const scans = await Promise.all(list.map(scanned));
    expect(scans.filter((one) => one !== null).sort()).toEqual([]);
    const database = mongoose.connection.name;
    const { log } = await mongoose.connection.getClient().db('admin').command({ getLog: 'scans' });
    // What the stages of a pipeline ask for in other collections is seen only there.
    const own = (log as string[]).filter((line) => line.startsWith(`COLLSCAN ${database}.`));
    const allowed = /\.(courses \{"publishedId":|report_marks \{\} |signing_keys \{\} )/;
    expect(own.filter((line) => !allowed.test(line))).toEqual([]);
  });
});
