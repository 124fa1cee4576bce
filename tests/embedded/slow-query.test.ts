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
