import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Collection, Document } from 'mongodb';
import { EngineProcess, removeTempDirs } from './engine';

const DOCUMENTS = 200_000;
/** Reads that must have been answered before the slow work was; the bench says how long each takes. */
const ANSWERED = 20;

interface Item extends Document {
  _id: number;
}

let engine: EngineProcess;
let items: Collection<Item>;

beforeAll(async () => {
  engine = await EngineProcess.start();
  items = (await engine.client({ maxPoolSize: 20 })).db('slow').collection<Item>('items');
  for (let from = 0; from < DOCUMENTS; from += 5000)
    await items.insertMany(
      Array.from({ length: 5000 }, (_, i) => ({
        _id: from + i,
        group: (from + i) % 1000,
        name: `name ${((from + i) * 7919) % DOCUMENTS}`,
        tags: [`a${i % 7}`, `b${i % 11}`],
        score: ((from + i) * 31) % 10_007,
      })),
    );
}, 180_000);

afterAll(async () => {
  await engine.stop();
  removeTempDirs();
}, 30_000);

/** Point reads by three clients until `ended` says so. @returns how many were answered */
async function readUntil(ended: () => boolean): Promise<number> {
  let answered = 0;
  const reader = async () => {
    while (!ended()) {
      const _id = Math.floor(Math.random() * DOCUMENTS);
      expect(await items.findOne({ _id })).toMatchObject({ _id });
      answered += 1;
    }
  };
  await Promise.all([reader(), reader(), reader()]);
  return answered;
}

const PIPELINES: Record<string, Document[]> = {
  'groups everything': [
    { $unwind: '$tags' },
    {
      $group: {
        _id: { tag: '$tags', tens: { $mod: ['$group', 10] } },
        n: { $sum: 1 },
        mean: { $avg: '$score' },
      },
    },
    { $sort: { n: -1 } },
  ],
  'sorts everything in memory': [
    { $set: { key: { $concat: ['$name', '!'] } } },
    { $sort: { key: 1 } },
    { $skip: DOCUMENTS / 2 },
    { $limit: 1 },
  ],
  'looks at everything from several sides': [
    {
      $facet: {
        tags: [{ $sortByCount: '$tags' }],
        scores: [{ $bucketAuto: { groupBy: '$score', buckets: 5 } }],
        all: [{ $count: 'n' }],
      },
    },
  ],
};

describe('one slow query does not stop the others', () => {
  it.each(Object.entries(PIPELINES))(
    'while an aggregation %s',
    async (_, pipeline) => {
      let ended = false;
      const aggregation = items
        .aggregate(pipeline)
        .toArray()
        .finally(() => {
          ended = true;
        });
      const [result, answered] = await Promise.all([aggregation, readUntil(() => ended)]);
      expect(result.length).toBeGreaterThan(0);
      expect(answered).toBeGreaterThan(ANSWERED);
    },
    120_000,
  );

  it('while a search scans, an update changes everything, and an index is built', async () => {
    let ended = false;
    const work = async () => {
      expect(await items.countDocuments({ name: /1999$/ })).toBeGreaterThan(0);
      expect((await items.updateMany({}, { $inc: { score: 1 } })).modifiedCount).toBe(DOCUMENTS);
      await items.createIndex({ score: 1 });
      ended = true;
    };
    const [, answered] = await Promise.all([work(), readUntil(() => ended)]);
    expect(answered).toBeGreaterThan(ANSWERED);
  }, 180_000);
});

describe('a read that is taken over by the second thread', () => {
  it('gives everything, batch by batch, as it was at its beginning', async () => {
    const shape: Document[] = [
      { $match: { name: /7$/ } },
      { $set: { twice: { $add: ['$_id', '$_id'] } } },
    ];
    const cursor = items.aggregate([...shape, { $sort: { twice: -1 } }], { batchSize: 500 });
    const first = await cursor.next();
    await items.insertOne({ _id: DOCUMENTS + 7, name: 'late 7', group: 1, tags: [], score: 0 });
    const rest = await cursor.toArray();
    await items.deleteOne({ _id: DOCUMENTS + 7 });
    const ids = [first, ...rest].map((one) => Number(one?.['_id']));
    expect(ids.length).toBe(DOCUMENTS / 10);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    const found = await items
      .find({ name: /7$/ }, { batchSize: 3000, projection: { name: 1 } })
      .toArray();
    expect(found.length).toBe(ids.length);
    expect(await items.distinct('group', { name: /7$/ })).toHaveLength(100);
  }, 60_000);

  it('sees what was written before it began', async () => {
    for (let round = 0; round < 3; round++) {
      await items.updateOne({ _id: 77 }, { $set: { round } });
      const [seen] = await items
        .aggregate([{ $match: { name: /./, round: { $exists: true } } }])
        .toArray();
      expect(seen).toMatchObject({ _id: 77, round });
    }
  }, 60_000);

  it('fails as any other, can be closed early, and ends when its time is over', async () => {
    const divide = [
      {
        $group: {
          _id: null,
          x: { $sum: { $divide: ['$score', { $subtract: ['$_id', DOCUMENTS - 1] }] } },
        },
      },
    ];
    await expect(items.aggregate(divide).toArray()).rejects.toMatchObject({ codeName: 'BadValue' });
    const early = items.find({ name: /[0-8]$/ }, { batchSize: 2, sort: { name: 1 } });
    expect(await early.next()).not.toBeNull();
    await early.close();
    const hurried = items.aggregate([{ $sort: { name: 1, score: 1 } }], { maxTimeMS: 150 });
    await expect(hurried.toArray()).rejects.toMatchObject({ code: 50 });
    const { metrics } = await items.db.client.db('admin').command({ serverStatus: 1 });
    expect(metrics.cursor.open.total).toBe(0);
  }, 60_000);
});
