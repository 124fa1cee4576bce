import { statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Db } from 'mongodb';
import { EngineProcess, removeTempDirs } from './engine';

let engine: EngineProcess;
let db: Db;

beforeAll(async () => {
  engine = await EngineProcess.start();
  db = (await engine.client()).db('space');
  const rows = Array.from({ length: 2_000 }, (_, n) => ({
    _id: n as never,
    n,
    text: 'x'.repeat(200),
  }));
  await db.collection('rows').insertMany(rows);
  await db.collection('rows').createIndex({ n: 1 });
}, 30_000);

afterAll(async () => {
  await engine.stop();
  removeTempDirs();
}, 30_000);

const megabytes = () => statSync(path.join(engine.dir, 'data.mdb')).size / 1e6;

/** Each time pages of 200 KB are left behind, which the store takes again unless someone reads there. */
async function rewrite(times: number): Promise<void> {
  for (let i = 0; i < times; i += 1)
    await db
      .collection('busy')
      .replaceOne({ _id: 1 as never }, { text: String(i).repeat(200_000) }, { upsert: true });
}

it('reads that stop half way do not make the file grow', async () => {
  await rewrite(5);
  const rows = db.collection('rows');
  const open = [
    rows.find({}),
    rows.find({ n: { $gte: 0 } }),
    rows.find({ n: { $gte: 0 } }).sort({ n: -1 }),
  ];
  for (const cursor of open) {
    cursor.batchSize(100);
    // Into the third batch: what the first two read is behind it.
    for (let i = 0; i < 250; i += 1) await cursor.next();
  }
  const before = megabytes();
  await rewrite(40);
  // They read on where they stopped.
  for (const cursor of open) expect((await cursor.next())?.['n']).toBeDefined();
  expect(megabytes() - before).toBeLessThan(5);
  for (const cursor of open) await cursor.close();
}, 30_000);

it('a read that took long leaves nothing behind that holds pages', async () => {
  const many = { $range: [0, 1_000] };
  const work = { $sum: { $map: { input: many, in: { $multiply: ['$$this', '$n'] } } } };
  const [sum] = await db
    .collection('rows')
    .aggregate([{ $match: { n: { $lt: 200 } } }, { $group: { _id: null, all: { $sum: work } } }])
    .toArray();
  expect(sum?.['all']).toBe(499_500 * 19_900);
  const before = megabytes();
  await rewrite(40);
  expect(megabytes() - before).toBeLessThan(5);
}, 30_000);
