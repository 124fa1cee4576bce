import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Collection, Db, Document, Filter, Sort } from 'mongodb';
import { EngineProcess, removeTempDirs } from './engine';

interface Item extends Document {
  _id: number;
}

let engine: EngineProcess;
let items: Collection<Item>;
let db: Db;

beforeAll(async () => {
  engine = await EngineProcess.start();
  db = (await engine.client()).db('plans');
  items = db.collection<Item>('items');
  await items.createIndexes([
    { key: { org: 1, status: 1, at: -1 } },
    { key: { email: 1 }, unique: true, sparse: true },
    { key: { tags: 1, n: 1 } },
    { key: { n: -1 } },
    { key: { at: 1 }, partialFilterExpression: { status: 'open' } },
    { key: { 'name.last': 1 } },
  ]);
  await items.insertMany(
    Array.from({ length: 2000 }, (_, i) => ({
      _id: i,
      org: i % 20,
      status: i % 3 === 0 ? 'open' : 'done',
      at: new Date(1.7e12 + i * 1000),
      ...(i % 2 === 0 && { email: `p${i}@example.org` }),
      tags: [`t${i % 5}`, `u${i % 7}`],
      n: i % 100,
      name: { first: `F${i}`, last: `L${i % 50}` },
    })),
  );
}, 30_000);

afterAll(async () => {
  await engine.stop();
  removeTempDirs();
});

interface Stage {
  stage: string;
  inputStage?: Stage;
  inputStages?: Stage[];
  indexName?: string;
  direction?: string;
}

async function explain(filter: Filter<Item>, sort?: Sort, limit = 0) {
  const cursor = items.find(filter).limit(limit);
  const explained = await (sort ? cursor.sort(sort) : cursor).explain('executionStats');
  const stages: string[] = [];
  let index: string | undefined;
  let direction: string | undefined;
  const walk = (stage: Stage): void => {
    stages.push(stage.stage);
    index ??= stage.indexName;
    direction ??= stage.direction;
    for (const inner of stage.inputStages ?? (stage.inputStage ? [stage.inputStage] : []))
      walk(inner);
  };
  walk(explained['queryPlanner'].winningPlan);
  const stats = explained['executionStats'];
  return {
    stages,
    index,
    direction,
    keys: stats.totalKeysExamined as number,
    docs: stats.totalDocsExamined as number,
    returned: stats.nReturned as number,
  };
}

describe('explain of an aggregation', () => {
  const stages = [
    { $match: { org: 3 } },
    { $unwind: '$tags' },
    { $group: { _id: '$status', n: { $sum: 1 } } },
    { $sort: { n: -1 } },
  ];

  it('shows the query at its head, then each stage with what it let through', async () => {
    const explained = await items.aggregate(stages).explain('executionStats');
    expect(explained['stages'].map((stage: Document) => Object.keys(stage)[0])).toEqual([
      '$cursor',
      '$unwind',
      '$group',
      '$sort',
    ]);
    const [{ $cursor, ...first }, unwind, , sort] = explained['stages'];
    expect($cursor.queryPlanner.winningPlan.inputStage.stage).toBe('IXSCAN');
    expect($cursor.executionStats).toMatchObject({ nReturned: 100, totalDocsExamined: 100 });
    expect(first).toMatchObject({ nReturned: 100, executionTimeMillisEstimate: expect.anything() });
    const pulled = await items.aggregate(stages.slice(0, 2)).toArray();
    expect(unwind).toMatchObject({ $unwind: '$tags', nReturned: pulled.length });
    expect(sort.$sort).toEqual({ sortKey: { n: -1 } });
    expect(sort.nReturned).toBe((await items.aggregate(stages).toArray()).length);
  });

  it('only plans where no more is asked, and writes nothing', async () => {
    const planned = await items.aggregate(stages).explain('queryPlanner');
    expect(planned['stages'][0].$cursor).not.toHaveProperty('executionStats');
    expect(planned['stages'][1]).toEqual({ $unwind: '$tags' });
    const out = [...stages, { $out: 'explained' }];
    const written = await items.aggregate(out).explain('executionStats');
    expect(written['stages'].at(-1)).toMatchObject({ $out: 'explained', nReturned: 0 });
    expect(await items.db.listCollections({ name: 'explained' }).toArray()).toEqual([]);
  });

  it('is that of the query alone where an index serves all of it', async () => {
    const pipeline = [{ $match: { org: 3 } }, { $sort: { status: 1 } }, { $limit: 5 }];
    const explained = await items.aggregate(pipeline).explain('executionStats');
    expect(explained).not.toHaveProperty('stages');
    expect(explained['queryPlanner'].winningPlan.stage).toBe('LIMIT');
    expect(explained['executionStats'].nReturned).toBe(5);
  });
});

describe('the index that is chosen', () => {
  it('serves equality on all of it, and reads nothing else', async () => {
    expect(await explain({ email: 'p10@example.org' })).toMatchObject({
      stages: ['FETCH', 'IXSCAN'],
      index: 'email_1',
      keys: 1,
      docs: 1,
      returned: 1,
    });
    expect(await explain({ _id: 7 })).toMatchObject({ index: '_id_', keys: 1, docs: 1 });
  });

  it('serves a prefix, a range after it, and the order', async () => {
    expect(await explain({ org: 3 })).toMatchObject({ index: 'org_1_status_1_at_-1', docs: 100 });
    const at = { $gte: new Date(1.7e12), $lt: new Date(1.7e12 + 600_000) };
    const ranged = await explain({ org: 3, status: 'open', at });
    expect(ranged).toMatchObject({ index: 'org_1_status_1_at_-1', returned: 10, docs: 10 });
    const ordered = await explain({ org: 3, status: 'open' }, { at: -1 }, 5);
    expect(ordered).toMatchObject({ stages: ['LIMIT', 'FETCH', 'IXSCAN'], docs: 5, keys: 5 });
    const backward = await explain({ org: 3, status: 'open' }, { at: 1 }, 5);
    expect(backward).toMatchObject({ direction: 'backward', docs: 5 });
  });

  it('serves $in, also with a range and in order', async () => {
    expect(await explain({ org: { $in: [1, 2, 99] } })).toMatchObject({ docs: 200, returned: 200 });
    const both = await explain({ org: { $in: [1, 2] }, status: { $in: ['open', 'done'] } });
    expect(both).toMatchObject({ index: 'org_1_status_1_at_-1', docs: 200 });
    const sorted = await explain({ org: { $in: [5, 1] } }, { org: 1, status: 1 });
    expect(sorted.stages).not.toContain('SORT');
  });

  it('serves a sort without a filter', async () => {
    expect(await explain({}, { n: 1 }, 10)).toMatchObject({
      index: 'n_-1',
      docs: 10,
      direction: 'backward',
    });
    expect(await explain({}, { 'name.last': -1 }, 10)).toMatchObject({
      index: 'name.last_1',
      docs: 10,
    });
    expect((await explain({}, { 'name.first': 1 }, 10)).stages).toContain('SORT');
  });

  it('serves an anchored expression and a nested field', async () => {
    expect(await explain({ email: /^p19/ })).toMatchObject({
      index: 'email_1',
      returned: 55,
      docs: 55,
    });
    expect(await explain({ 'name.last': 'L7' })).toMatchObject({ index: 'name.last_1', docs: 40 });
  });

  it('serves arrays, each document once', async () => {
    expect(await explain({ tags: 't1' })).toMatchObject({ index: 'tags_1_n_1', returned: 400 });
    expect(await explain({ tags: { $in: ['t1', 'u1'] } })).toMatchObject({ returned: 628 });
    expect(await explain({ tags: { $all: ['t1', 'u1'] } })).toMatchObject({
      index: 'tags_1_n_1',
      returned: 58,
    });
    const sorted = await explain({ tags: 't1' }, { n: 1 }, 3);
    expect(sorted).toMatchObject({ index: 'tags_1_n_1', docs: 3 });
    expect(sorted.stages).not.toContain('SORT');
  });

  it('serves $or where every branch has an index', async () => {
    const either = await explain({ $or: [{ email: 'p10@example.org' }, { 'name.last': 'L3' }] });
    expect(either).toMatchObject({
      stages: ['FETCH', 'OR', 'IXSCAN', 'IXSCAN'],
      returned: 41,
      docs: 41,
    });
    expect((await explain({ $or: [{ _id: 1 }, { 'name.first': 'F3' }] })).stages).toContain(
      'COLLSCAN',
    );
  });

  it('is partial only for a filter that it covers, sparse only where the field is needed', async () => {
    const since = { $gte: new Date(1.7e12 + 1.99e6) };
    expect(await explain({ status: 'open', at: since })).toMatchObject({
      index: 'at_1',
      returned: 3,
    });
    expect((await explain({ at: since })).stages).toContain('COLLSCAN');
    expect((await explain({ email: null })).stages).toContain('COLLSCAN');
    expect((await explain({}, { email: 1 })).stages).toContain('SORT');
  });

  it('is the one that leaves least to read', async () => {
    expect(await explain({ org: 3, email: { $in: ['p63@x', 'p46@example.org'] } })).toMatchObject({
      index: 'email_1',
    });
    expect(await explain({ n: 4, 'name.last': 'L4' })).toMatchObject({ index: 'n_-1', docs: 20 });
  });

  it('can be told by a hint, or refused', async () => {
    const hinted = await items.find({ org: 3 }).hint({ n: -1 }).explain();
    expect(hinted['queryPlanner'].winningPlan.inputStage.indexName).toBe('n_-1');
    await expect(items.find({}).hint('nosuch').toArray()).rejects.toMatchObject({ code: 2 });
    await items.findOne({ 'name.first': 'x' });
    const { log } = await items.db.client.db('admin').command({ getLog: 'scans' });
    expect(log).toContainEqual(expect.stringContaining('COLLSCAN plans.items {"name.first":1}'));
  });

  it('serves the head of a pipeline, updates, deletes and counts too', async () => {
    const plans = await Promise.all([
      items
        .aggregate([{ $match: { org: 1 } }, { $sort: { status: 1 } }, { $group: { _id: '$n' } }])
        .explain(),
      items.db.command({
        explain: { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { z: 1 } } }] },
      }),
      items.db.command({
        explain: { delete: 'items', deletes: [{ q: { email: 'x' }, limit: 1 }] },
      }),
      items.db.command({ explain: { count: 'items', query: { n: 5 } } }),
      items.db.command({
        explain: { findAndModify: 'items', query: { n: 5 }, sort: { n: 1 }, update: {} },
      }),
    ]);
    for (const plan of plans) {
      const query = plan['stages']?.[0].$cursor ?? plan;
      const text = JSON.stringify(query['queryPlanner'].winningPlan);
      expect(text).toContain('IXSCAN');
      expect(text).not.toContain('"SORT"');
    }
  });
});

describe('whatever the index', () => {
  const scalar = fc.oneof(
    fc.integer({ min: 0, max: 4 }),
    fc.constantFrom(null, 'a', 'ab', 'b', true, 1.5),
  );
  const field = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.record({ c: scalar }));
  const doc = fc.record({ a: field, b: field }, { requiredKeys: [] });
  const condition = fc.oneof(
    scalar,
    fc.record({ $gt: scalar }),
    fc.record({ $gte: scalar, $lt: scalar }),
    fc.record({ $lte: scalar }),
    fc.record({ $in: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
    fc.record({ $exists: fc.boolean() }),
    fc.record({ $ne: scalar }),
    fc.constant({ $regex: '^a' }),
    fc.array(scalar, { maxLength: 2 }),
  );
  const filter = fc.oneof(
    fc.record({ a: condition, b: condition, 'a.c': condition }, { requiredKeys: [] }),
    fc.record({
      $or: fc.array(fc.record({ a: condition, b: condition }, { requiredKeys: ['a'] }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  );
  const sort = fc.constantFrom(
    { a: 1 },
    { a: -1 },
    { b: 1, a: -1 },
    { a: 1, b: 1 },
    { 'a.c': 1 },
    {},
  );
  const indexes = fc.subarray(
    [
      { a: 1 },
      { a: -1 },
      { b: 1, a: -1 },
      { a: 1, b: 1 },
      { 'a.c': 1 },
      { 'a.c': -1, b: 1 },
    ] as const,
    { minLength: 1, maxLength: 3 },
  );
  const parallel = (one: Document) => Array.isArray(one['a']) && Array.isArray(one['b']);

  it('gives what a scan of everything gives, in the same order', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(doc, { minLength: 1, maxLength: 25 }),
        indexes,
        fc.array(fc.tuple(filter, sort), { minLength: 3, maxLength: 8 }),
        async (docs, keys, queries) => {
          const { db } = items;
          const indexed = db.collection<Item>(`indexed${round}`);
          const plain = db.collection<Item>(`plain${round++}`);
          const all = docs.filter((one) => !parallel(one)).map((one, _id) => ({ _id, ...one }));
          if (all.length === 0) return;
          await indexed.createIndexes(keys.map((key) => ({ key })));
          await Promise.all([indexed.insertMany(all), plain.insertMany(all)]);
          for (const [query, order] of queries) {
            const wanted = await plain
              .find(query as Filter<Item>)
              .sort({ ...order, _id: 1 })
              .toArray();
            const found = await indexed
              .find(query as Filter<Item>)
              .sort({ ...order })
              .toArray();
            const ids = (list: Item[]) => list.map((one) => one._id).sort((a, b) => a - b);
            expect(ids(found)).toEqual(ids(wanted));
            // Documents that are equal in the order may come in any order.
            const ordered = await plain
              .find({ _id: { $in: ids(found) } })
              .sort({ ...order })
              .toArray();
            const places = new Map(ordered.map((one, i) => [one._id, i]));
            const keyOf = (one: Item) =>
              JSON.stringify(Object.keys(order).map((path) => one[path.split('.')[0] ?? '']));
            const byPlace = [...found].sort(
              (x, y) => (places.get(x._id) ?? 0) - (places.get(y._id) ?? 0),
            );
            if (
              Object.keys(order).every((path) => path !== 'a.c') &&
              found.every((one) => !Array.isArray(one['a']) && !Array.isArray(one['b']))
            )
              expect(found.map(keyOf).map((key) => key.replaceAll('null', 'undefined'))).toEqual(
                byPlace.map(keyOf).map((key) => key.replaceAll('null', 'undefined')),
              );
          }
          await Promise.all([indexed.drop(), plain.drop()]);
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);
});

describe('where all indexes leave many', () => {
  let people: Collection<Document>;

  beforeAll(async () => {
    people = db.collection('people');
    await people.createIndexes([
      { key: { g: 1, nodes: 1, name: 1 } },
      { key: { g: 1, nodes: 1, due: 1 } },
      { key: { g: 1, words: 1 } },
    ]);
    await people.insertMany(
      Array.from({ length: 3000 }, (_, i) => ({
        g: 1,
        nodes: ['top', i % 2 === 0 ? 'even' : 'odd'],
        name: `n${String((i * 7) % 3000).padStart(4, '0')}`,
        due: i % 20 === 0 ? 1 : 9,
        words: i % 20 === 0 ? ['tan', `p${i}`] : ['lim'],
      })),
    );
  });

  const indexOf = async (filter: Filter<Document>, sort?: Sort, limit = 0): Promise<string> => {
    const cursor = people.find(filter).limit(limit);
    const plan = await (sort ? cursor.sort(sort) : cursor).explain('queryPlanner');
    return /"indexName":"([^"]+)"/.exec(JSON.stringify(plan))?.[1] ?? '';
  };

  it('takes the one that is soon read whole', async () => {
    const tan = { g: 1, nodes: 'top', words: /^tan/ };
    expect(await indexOf(tan)).toBe('g_1_words_1');
    expect(await people.countDocuments(tan)).toBe(150);
    // Of 3,000 one in 20: a page in order is read from 500, all of them are sooner sorted.
    expect(await indexOf(tan, { name: 1 }, 25)).toBe('g_1_words_1');
    expect(await indexOf({ g: 1, nodes: 'top', due: 1 }, { name: 1 }, 25)).toBe(
      'g_1_nodes_1_due_1',
    );
    // One in two: the next 25 in order are found among 50.
    expect(await indexOf({ g: 1, nodes: 'top', due: 9 }, { name: 1 }, 25)).toBe(
      'g_1_nodes_1_name_1',
    );
  });

  it('counts what an array holds by the entries of its index', async () => {
    expect(await people.countDocuments({ g: 1, nodes: 'even' })).toBe(1500);
    expect(await people.countDocuments({ g: 1, nodes: 'even', due: 1 })).toBe(150);
    await people.insertMany([
      { g: 2, nodes: ['a', 'a'], name: 'twice' },
      { g: 2, nodes: 'a', name: 'no array' },
      { g: 2, nodes: [['a']], name: 'an array in it' },
      { g: 2, nodes: [], name: 'empty' },
    ]);
    expect(await people.countDocuments({ g: 2, nodes: 'a' })).toBe(2);
    const second = people.find({ g: 2, nodes: 'a' }).sort({ name: 1 }).skip(1);
    expect((await second.toArray()).map(({ name }) => name)).toEqual(['twice']);
  });
});
