import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Db, type Document, MongoServerError } from 'mongodb';
import { EngineProcess, removeTempDirs } from './engine';

let engine: EngineProcess;
let db: Db;

beforeAll(async () => {
  engine = await EngineProcess.start();
  db = (await engine.client({ retryWrites: false })).db('refused');
  await db.collection('c').insertOne({ a: [1, 2], e: [{ x: 1 }] });
});

afterAll(async () => {
  await engine.stop();
  removeTempDirs();
});

/** The code that a command is refused with, as a whole or in its first statement; 0 where it is not. */
async function codeOf(command: Document): Promise<number> {
  try {
    return (await db.command(command))['writeErrors']?.[0]?.code ?? 0;
  } catch (error) {
    if (error instanceof MongoServerError) return Number(error.code);
    throw error;
  }
}

const find = (filter: unknown, more: Document = {}) => ({ find: 'c', filter, ...more });
const show = (projection: Document) => find({ a: 2 }, { projection });
const update = (u: unknown, more: Document = {}) => ({
  update: 'c',
  updates: [{ q: {}, u, ...more }],
});
const index = (key: unknown, more: Document = {}) => ({
  createIndexes: 'c',
  indexes: [{ key, name: 'x', ...more }],
});

it.each<[number, string, Document]>([
  [14, 'a type that is neither number nor text', find({ a: { $type: true } })],
  [9, 'a hint that is a number', find({}, { hint: 5 })],
  [2, 'a time limit below zero', find({}, { maxTimeMS: -1 })],
  [14, 'a time limit that is a text', find({}, { maxTimeMS: 'x' })],
  [14, 'cursors that are no list', { killCursors: 'c', cursors: 'x' }],
  [31255, '$elemMatch after the positional operator', show({ 'a.$': 1, e: { $elemMatch: {} } })],
  [31256, 'the positional operator after $elemMatch', show({ e: { $elemMatch: {} }, 'a.$': 1 })],
  [14, 'array filters that are no list', update({ $set: { 'a.$[e]': 1 } }, { arrayFilters: {} })],
  [14, 'an array filter that is none', update({ $set: { 'a.$[e]': 1 } }, { arrayFilters: [1] })],
  [2, 'a new name with a null byte', update({ $rename: { a: 'b\0c' } })],
  [
    224,
    'an expression in the query of an upsert',
    {
      update: 'c',
      updates: [{ q: { $and: [{ $expr: true }] }, u: { $set: { z: 1 } }, upsert: true }],
    },
  ],
  [73, 'a collection of the system', { insert: 'system.own', documents: [{}] }],
  [40415, 'an option of create that nobody knows', { create: 'd', nonsense: 1 }],
  [2, 'a level of validation that nobody knows', { create: 'd', validationLevel: 'x' }],
  [67, 'a part of an index key with a dollar', index({ 'a.$b': 1 })],
  [67, 'a version of indexes that nobody knows', index({ a: 1 }, { v: 3 })],
  [14, 'a flag of an index that is a text', index({ a: 1 }, { unique: 'x' })],
  [
    2,
    'an unknown operator in a partial index',
    index({ a: 1 }, { partialFilterExpression: { a: { $no: 1 } } }),
  ],
  [197, 'an _id index that ends', index({ _id: 1 }, { expireAfterSeconds: 1 })],
  [197, 'an _id index of some documents', index({ _id: 1 }, { partialFilterExpression: { a: 1 } })],
  [2, 'an _id index backwards', index({ _id: -1 })],
  [2, 'a hidden _id index', index({ _id: 1 }, { name: '_id_', hidden: true })],
  [
    86,
    'two indexes of one name in one command',
    {
      createIndexes: 'c',
      indexes: [
        { key: { a: 1 }, name: 'x' },
        { key: { b: 1 }, name: 'x' },
      ],
    },
  ],
  [
    85,
    'one index by two names in one command',
    {
      createIndexes: 'c',
      indexes: [
        { key: { a: 1 }, name: 'x' },
        { key: { a: 1 }, name: 'y' },
      ],
    },
  ],
  [40414, 'a drop of no index', { dropIndexes: 'c' }],
  [14, 'a drop of an index that is a number', { dropIndexes: 'c', index: 5 }],
  [
    72,
    'a change of an index told twice',
    { collMod: 'c', index: { name: '_id_', keyPattern: { _id: 1 } } },
  ],
])('answers %i to %s', async (code, _what, command) => {
  expect(await codeOf(command)).toBe(code);
});

it('divides, gives and writes as MongoDB does where much comes at once', async () => {
  const many = db.collection('many');
  await many.insertMany(Array.from({ length: 3000 }, (_, n) => ({ _id: n as never, g: n % 3, n })));
  const outside = [
    { $densify: { field: 'n', range: { step: 1, bounds: [-2, 1] } } },
    { $count: 'n' },
  ];
  expect(await many.aggregate(outside).toArray()).toEqual([{ n: 3002 }]);
  const whole = { $covariancePop: ['$n', '$n'] };
  const window = [
    { $setWindowFields: { partitionBy: '$g', output: { v: whole } } },
    { $group: { _id: '$g', v: { $addToSet: '$v' } } },
    { $sort: { _id: 1 } },
  ];
  const variances = await many.aggregate(window).toArray();
  expect(variances.map((one) => [one['_id'], one['v']])).toEqual(
    [0, 1, 2].map((g) => [g, [749999.25]]),
  );
  await many
    .aggregate([{ $project: { g: 1 } }, { $merge: { into: 'merged', on: '_id' } }])
    .toArray();
  // The documents of one group meet the same one: the last of them stays.
  const last = [{ $sort: { _id: 1 } }, { $project: { _id: '$g', n: 1 } }, { $merge: 'merged' }];
  await many.aggregate(last).toArray();
  expect(await db.collection('merged').countDocuments()).toBe(3000);
  expect(await db.collection('merged').find().sort({ _id: 1 }).limit(4).toArray()).toEqual([
    { _id: 0, g: 0, n: 2997 },
    { _id: 1, g: 1, n: 2998 },
    { _id: 2, g: 2, n: 2999 },
    { _id: 3, g: 0 },
  ]);
});
