import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import mongoose from 'mongoose';
import { withInstalledDatabase } from '../../src/cli/database';
import { loadConfig } from '../../src/platform/config';
import { until } from '../boot/kelas';
import { mongodbUri } from '../support/services';
import { kelas } from './command';

/** The source is an embedded engine of its own; the target stands on the engine of the run. */
const uri = mongodbUri('move');
const client = new MongoClient(uri);
const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-move-'));
const data = path.join(folder, 'data');
const CLI = path.resolve(__dirname, '../../dist/cli.js');

type Db = Pick<ReturnType<typeof client.db>, 'listCollections' | 'collection'>;

async function printOf(db: Db): Promise<Record<string, unknown>> {
  const prints: Record<string, unknown> = {};
  for (const { name } of await db.listCollections().toArray()) {
    const hash = createHash('sha256');
    let count = 0;
    for await (const bytes of db.collection(name).find({}, { raw: true }).sort({ _id: 1 })) {
      hash.update(bytes as unknown as Uint8Array);
      count += 1;
    }
    const indexes = await db.collection(name).listIndexes().toArray();
    prints[name] = { count, sha256: hash.digest('hex'), indexes };
  }
  return prints;
}

const inSource = <T>(work: (db: Db) => Promise<T>): Promise<T> =>
  withInstalledDatabase(
    loadConfig({ KELAS_DATA: data }),
    () => work(mongoose.connection.db as unknown as Db),
    { asItIs: true },
  );

let before: Record<string, unknown>;

beforeAll(async () => {
  await client.connect();
  before = await inSource(async (db) => {
    const small = db.collection<{ _id: unknown; [name: string]: unknown }>('a-small');
    await small.insertMany([{ _id: 'text', n: 1 }, { _id: new Map([['compound', 1]]) }]);
    await small.createIndex({ n: 1 }, { unique: true, sparse: true });
    await db
      .collection<{ _id: number }>('many')
      .insertMany(Array.from({ length: 20_000 }, (_, _id) => ({ _id, text: 'x'.repeat(200) })));
    await db.collection('many').createIndex({ text: 1, _id: -1 });
    await db.collection('sessions').insertOne({ expires: new Date(Date.now() + 3_600_000) });
    await db.collection('sessions').createIndex({ expires: 1 }, { expireAfterSeconds: 0 });
    return printOf(db);
  });
});

afterAll(async () => {
  await client.db().dropDatabase();
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

const moveTo = (to = uri, settings = {}) => kelas({ KELAS_DATA: data, ...settings }, 'move-to', to);

test('what cannot be a target is refused, with what to do', async () => {
  expect(await moveTo('mongodb://127.0.0.1:1/')).toMatchObject({ code: 2 });
  expect((await moveTo('postgres://host/kelas')).out).toContain('Usage: npm run kelas -- move-to');
  expect(await moveTo(uri, { MONGODB_URI: uri })).toMatchObject({
    code: 1,
    out: expect.stringContaining('the embedded engine is not in use'),
  });
  const nothing = path.join(folder, 'nothing');
  expect(await moveTo(uri, { KELAS_DATA: nothing })).toMatchObject({
    code: 1,
    out: expect.stringContaining('There is no embedded database'),
  });
});

test('a database that holds anything else is refused and left as it is', async () => {
  const db = client.db();
  await db.collection('of-someone-else').insertOne({ text: 'kept' });
  expect(await moveTo()).toMatchObject({
    code: 1,
    out: expect.stringMatching(/is not empty \(of-someone-else\).*Nothing was changed/),
  });
  expect(await db.listCollections().toArray()).toHaveLength(1);
  await db.dropDatabase();
});

test('while Kelas runs on the folder nothing is moved', async () => {
  await inSource(async () => {
    expect(await moveTo()).toMatchObject({ code: 1, out: expect.stringContaining('already runs') });
  });
});

test('killed on the way it goes on, and everything arrives', async () => {
  const killed = spawn(process.execPath, [CLI, 'move-to', uri], {
    env: { PATH: process.env['PATH'], KELAS_DATA: data },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => killed.once('exit', resolve));
  const db = client.db();
  const journal = db.collection<{ _id: string }>('kelas_move');
  await until(async () => (await journal.findOne({ _id: 'a-small' })) !== null, 'a collection');
  killed.kill('SIGKILL');
  await ended;
  expect(await journal.findOne({ _id: 'sessions' })).toBeNull();
  // A start in between may change what had arrived.
  await inSource(async (source) => {
    await source.collection('a-small').insertOne({ n: 3 });
    before = await printOf(source);
  });

  const done = await moveTo();
  expect(done.out).toContain('Moved 20004 documents of 3 collections to ');
  expect(done.code).toBe(0);
  expect(await printOf(db)).toEqual(before);
});

test('afterwards the old database is not used by mistake', async () => {
  expect(await moveTo()).toMatchObject({ code: 1, out: expect.stringContaining('was moved to') });
  expect(await kelas({ KELAS_DATA: data }, 'backup', path.join(folder, 'b'))).toMatchObject({
    code: 1,
    out: expect.stringContaining('name it with MONGODB_URI'),
  });
  expect(existsSync(path.join(data, 'moving'))).toBe(false);
  // The doctor finds the new place well, from the folder that was left.
  const doctor = await kelas({ KELAS_DATA: data, MONGODB_URI: uri }, 'doctor');
  expect(doctor.out).toContain('The embedded engine answers in');
  rmSync(path.join(data, 'moved-to'));
  expect(await inSource(printOf)).toEqual(before);
});

test('events that were handed to the old redis are handed over once more', async () => {
  const to = mongodbUri('move-events');
  await inSource((db) => db.collection('outbox').insertOne({ status: 'sent', sentAt: new Date() }));
  writeFileSync(path.join(data, 'moving'), 'another try');
  expect((await moveTo(to)).code).toBe(0);
  const there = client.db(new URL(to).pathname.slice(1));
  expect(await there.collection('outbox').findOne({})).toMatchObject({ status: 'waiting' });
  await there.dropDatabase();
});
