import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Int32 } from 'bson';
import { type Collection, type Document, MongoClient } from 'mongodb';
import { compilePipeline } from '../../src/embedded/document-engine/aggregate';
import { type Doc, decode, encode, setOwn } from '../../src/embedded/document-engine/bson/codec';
import type { Env } from '../../src/embedded/document-engine/env';
import { compileMatch } from '../../src/embedded/document-engine/match';
import { compileProjection } from '../../src/embedded/document-engine/project';
import { compileUpdate } from '../../src/embedded/document-engine/update';
import { EngineProcess, removeTempDirs } from './engine';

const env: Env = { now: new Date(0), maxRegexMs: 25 };
const HOSTILE = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

/** A document with one field of any name. */
const doc = (...fields: [string, unknown][]): Doc => {
  const out: Doc = {};
  for (const [k, v] of fields) setOwn(out, k, v);
  return out;
};

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, Map.prototype];
const before = PROTOTYPES.map((p) => Object.getOwnPropertyNames(p).sort().join());

afterEach(() => {
  expect(PROTOTYPES.map((p) => Object.getOwnPropertyNames(p).sort().join())).toEqual(before);
  expect(({} as Doc)['polluted']).toBeUndefined();
});

describe.each(HOSTILE)('a field named %s', (name) => {
  const one = new Int32(1);

  it('is read, written and found as any other', () => {
    const stored = decode(encode(doc(['_id', one], [name, doc(['polluted', one])])));
    expect(Object.getPrototypeOf(stored)).toBe(Object.prototype);
    expect(Object.hasOwn(stored, name)).toBe(true);
    expect(compileMatch(doc([name, doc(['$exists', true])]), env).test(stored)).toBe(true);
    expect(compileMatch(doc([`${name}.polluted`, one]), env).test(stored)).toBe(true);
    expect(compileMatch(doc([name, doc(['$exists', true])]), env).test({ _id: one })).toBe(false);
    expect(compileMatch(doc([`${name}.length`, doc(['$exists', true])]), env).test({})).toBe(false);
  });

  it.each(['$set', '$inc', '$min', '$push', '$setOnInsert'])('%s changes only itself', (op) => {
    for (const path of [name, `${name}.polluted`, `a.${name}.polluted`, `a.0.${name}`]) {
      const u = compileUpdate(doc([op, doc([path, one])]), { env, upsert: true });
      const out = u.apply({ _id: one, b: one }, null) ?? u.insertFor({});
      const head = path.split('.')[0] as string;
      expect(Object.hasOwn(out, head)).toBe(true);
      expect(Object.getPrototypeOf(out)).toBe(Object.prototype);
    }
  });

  it('may be renamed, removed and projected', () => {
    const rename = compileUpdate(
      { $rename: doc(['b', `${name}.polluted`]) },
      { env, upsert: false },
    );
    const renamed = rename.apply({ _id: one, b: one }, null) as Doc;
    expect(Object.hasOwn(renamed, name)).toBe(true);
    const unset = compileUpdate({ $unset: doc([name, '']) }, { env, upsert: false });
    expect(Object.hasOwn(unset.apply(renamed, null) as Doc, name)).toBe(false);
    expect(unset.apply({ _id: one }, null)).toBeNull();
    const project = compileProjection(doc([name, one]), env);
    expect(Object.keys(project(renamed, null)).sort()).toEqual([name, '_id'].sort());
    expect(Object.keys(project({ _id: one }, null))).toEqual(['_id']);
  });

  it('comes out of upserts and expressions as a field', async () => {
    const upsert = compileUpdate({ $set: { x: one } }, { env, upsert: true });
    const made = upsert.insertFor(doc([`${name}.polluted`, one]));
    expect(Object.hasOwn(made, name)).toBe(true);
    const pairs = [[[name, { polluted: one }]]];
    const stages = [
      { $documents: [{ k: name }] },
      {
        $project: {
          _id: new Int32(0),
          literal: { $arrayToObject: { $literal: pairs[0] } },
          set: { $setField: { field: name, input: { $literal: {} }, value: { polluted: '$k' } } },
          merged: { $mergeObjects: [{ $literal: doc([name, { polluted: one }]) }] },
        },
      },
      { $group: { _id: null, all: { $mergeObjects: '$set' } } },
    ];
    const pipeline = compilePipeline(stages, env, {} as never);
    const out: Doc[] = [];
    for await (const batch of pipeline.run((async function* () {})())) out.push(...batch);
    expect(Object.hasOwn(out[0]?.['all'] as Doc, name)).toBe(true);
  });
});

describe('through the driver', () => {
  let engine: EngineProcess;
  let client: MongoClient;
  let docs: Collection<Document>;

  beforeAll(async () => {
    engine = await EngineProcess.start();
    client = await new MongoClient(engine.uri).connect();
    docs = client.db('hostile').collection('docs');
  });

  afterAll(async () => {
    await client.close();
    await engine.stop();
    removeTempDirs();
  });

  it('serves other clients as before after hostile updates', async () => {
    for (const path of ['__proto__.polluted', 'constructor.prototype.polluted', 'a.__proto__.x']) {
      const set: Document = {};
      setOwn(set, path, 1);
      await docs.insertOne({ path });
      await docs.updateOne({ path }, { $set: set });
      const other = doc(['path', `another ${path}`], [path, 1]);
      await docs.updateOne(other, { $set: { upserted: true } }, { upsert: true });
    }
    const clean = await docs.insertOne({ clean: true });
    const filter: Document = {};
    setOwn(filter, '__proto__.polluted', 1);
    expect(await docs.countDocuments(filter)).toBe(2);
    expect(await docs.findOne({ _id: clean.insertedId, polluted: { $exists: true } })).toBeNull();
    const [shown] = await docs
      .aggregate([
        { $match: { clean: true } },
        { $project: { p: '$polluted', t: { $type: '$constructor' } } },
      ])
      .toArray();
    expect(shown).toEqual({ _id: clean.insertedId, t: 'missing' });
  });
});
