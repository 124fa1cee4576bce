import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onDemand } from 'bson';
import type { Db, Document } from 'mongodb';
import { EngineProcess, removeTempDirs } from './engine';

let engine: EngineProcess;
let db: Db;

beforeAll(async () => {
  engine = await EngineProcess.start();
  db = (await engine.client()).db('names');
});

afterAll(async () => {
  await engine.stop();
  removeTempDirs();
});

type Fields = [string, unknown][];

/** A document whose fields are sent in just this order: an object of JavaScript would change it. */
const doc = (...fields: Fields): Document => new Map(fields) as Document;

/** `{b,2{1,x}}`: the names of a document's fields as they stand in its bytes. */
function namesIn(bytes: Uint8Array): string {
  const names = [...onDemand.parseToElements(bytes)].map(([type, at, length, from, size]) => {
    const name = Buffer.from(bytes.subarray(at, at + length)).toString();
    return type === 3 ? name + namesIn(bytes.subarray(from, from + size)) : name;
  });
  return `{${names.join()}}`;
}

async function stored(filter: Document = {}): Promise<string> {
  const raw = await db.collection('c').find(filter, { raw: true }).sort({ _id: 1 }).toArray();
  return raw.map((one) => namesIn(one as unknown as Uint8Array)).join();
}

const INNER = doc(['b', 1], ['2', 1], ['x', doc(['z', 1], ['10', 1], ['9', 1])], ['1', 1]);
const SHOWN = '{b,2,x{z,10,9},1}';
const update = (q: Document, u: unknown, more: Document = {}) =>
  db.command({ update: 'c', updates: [{ q, u, ...more }] });

it('keeps the order of fields whose names look like numbers, however they come', async () => {
  await db.command({ insert: 'c', documents: [doc(['_id', 1], ['m', INNER], ['0', 1])] });
  expect(await stored()).toBe(`{_id,m${SHOWN},0}`);

  await update({ _id: 1 }, { $set: { 'm.7': 1, k: INNER } });
  expect(await stored()).toBe(`{_id,m{b,2,x{z,10,9},1,7},0,k${SHOWN}}`);

  await update({ _id: 1 }, { $push: { list: INNER }, $unset: { 'm.2': 1, k: 1 } });
  await update({ _id: 1 }, { $rename: { 'm.1': 'm.3' } });
  expect(await stored()).toBe('{_id,m{b,x{z,10,9},7,3},0,list}');

  await update({ _id: 1 }, doc(['b', INNER], ['5', 1], ['4', INNER]));
  expect(await stored()).toBe(`{_id,b${SHOWN},5,4${SHOWN}}`);

  await update({ _id: 2, u: INNER }, { $set: { v: INNER } }, { upsert: true });
  expect(await stored({ _id: 2 })).toBe(`{_id,u${SHOWN},v${SHOWN}}`);

  await update({ _id: 2 }, [{ $set: { w: INNER } }, { $unset: 'u' }]);
  expect(await stored({ _id: 2 })).toBe(`{_id,v${SHOWN},w${SHOWN}}`);

  const changed = {
    findAndModify: 'c',
    query: { _id: 3 },
    upsert: true,
    update: { $set: { INNER } },
  };
  await db.command(changed);
  expect(await stored({ _id: 3 })).toBe(`{_id,INNER${SHOWN}}`);
});

it('keeps their order in what an aggregation makes', async () => {
  await db.command({ delete: 'c', deletes: [{ q: {}, limit: 0 }] });
  await db.command({ insert: 'd', documents: [doc(['_id', 1], ['b', 1], ['2', 5], ['1', 7])] });
  const write = (...stages: Document[]) =>
    db
      .collection('d')
      .aggregate([...stages, { $out: 'c' }])
      .toArray();

  await write({ $set: doc(['made', INNER], ['8', 1]) });
  expect(await stored()).toBe(`{_id,b,2,1,made${SHOWN},8}`);
  await write({ $project: { 1: 1, 2: 1, x: '$2' } });
  expect(await stored()).toBe('{_id,2,1,x}');
  await write({ $group: doc(['_id', null], ['z', { $sum: '$2' }], ['0', { $sum: '$1' }]) });
  expect(await stored()).toBe('{_id,z,0}');
  await write(
    { $project: { a: { $objectToArray: '$$ROOT' } } },
    { $unwind: '$a' },
    {
      $group: { _id: null, names: { $push: '$a.k' }, list: { $push: '$a' } },
    },
  );
  expect((await db.collection('c').findOne())?.['names']).toEqual(['_id', 'b', '2', '1']);
  await write(
    { $project: { a: { $objectToArray: '$$ROOT' } } },
    { $replaceWith: { $arrayToObject: '$a' } },
    {
      $replaceWith: {
        $mergeObjects: ['$$ROOT', { $setField: doc(['field', '0'], ['input', {}], ['value', 1]) }],
      },
    },
  );
  expect(await stored()).toBe('{_id,b,2,1,0}');
});

it('finds, sorts, compares and refuses such fields by their names', async () => {
  const c = db.collection('c');
  await c.deleteMany({});
  await c.createIndex({ 7: 1 }, { unique: true });
  await db.command({
    insert: 'c',
    documents: [
      doc(['_id', 1], ['7', 2], ['m', doc(['b', 1], ['2', 1])], ['list', [{ 0: 'x' }]]),
      doc(['_id', 2], ['7', 1], ['m', doc(['2', 1], ['b', 1])], ['list', [['x']]]),
    ],
  });
  const ids = async (filter: Document, sort: Document = { _id: 1 }) =>
    (await c.find(filter).sort(sort).toArray()).map((one) => one['_id']);
  expect(await ids({ 7: { $gt: 1 } })).toEqual([1]);
  expect(await ids({}, { 7: 1 })).toEqual([2, 1]);
  expect(await ids({ 'm.2': 1 })).toEqual([1, 2]);
  expect(await ids({ m: doc(['b', 1], ['2', 1]) })).toEqual([1]);
  expect(await ids({ m: doc(['2', 1], ['b', 1]) })).toEqual([2]);
  expect(await ids({ list: { $elemMatch: { 0: 'x' } } })).toEqual([1, 2]);
  expect(await ids({ $expr: { $eq: ['$7', 1] } })).toEqual([2]);
  expect(
    await ids({ $jsonSchema: { required: ['7'], properties: { 7: { minimum: 2 } } } }),
  ).toEqual([1]);
  expect(await c.distinct('7')).toEqual([1, 2]);
  expect((await c.find({ 7: 1 }).explain()).queryPlanner.winningPlan.inputStage.stage).toBe(
    'IXSCAN',
  );
  await expect(c.insertOne({ 7: 1 })).rejects.toMatchObject({
    code: 11000,
    keyPattern: { 7: 1 },
    keyValue: { 7: 1 },
    message: expect.stringContaining('dup key: { 7: 1 }'),
  });
  await expect(update({ _id: 1 }, { $set: { 7: 1, '7.a': 1 } })).resolves.toMatchObject({
    writeErrors: [{ code: 40 }],
  });
});
