import { ObjectId } from 'bson';
import { type Doc, own, setOwn } from '../../bson/codec';
import { equal, hashKey } from '../../bson/compare';
import { isNullish, isObject } from '../../bson/types';
import { badValue, EngineError, failedToParse, location, onlyFields } from '../../errors';
import { copyDoc, step } from '../../paths';
import { withVars } from '../expressions/common';
import { compileExpression } from '../expressions/index';
import { compileTransforms } from '../transforms';
import type { Batches, MakeStage } from '../types';

function target(v: unknown, here: string, op: string): { db: string; coll: string } {
  if (typeof v === 'string') return { db: here, coll: v };
  if (isObject(v) && typeof v['coll'] === 'string') {
    const db = v['db'] ?? here;
    if (typeof db === 'string') return { db, coll: v['coll'] };
  }
  throw location(op === '$out' ? 16990 : 51178, `${op} needs the name of a collection`);
}

const withId = (doc: Doc): Doc =>
  Object.hasOwn(doc, '_id') ? doc : { _id: new ObjectId(), ...copyDoc(doc) };

async function* withIds(input: Batches): Batches {
  for await (const batch of input) yield batch.map(withId);
}

const out: MakeStage = (spec, { source }, op) => {
  const { db, coll } = target(spec, source.db, op);
  return async function* (input) {
    await source.replaceCollection(db, coll, withIds(input));
    yield [];
  };
};

const OPTIONS = ['into', 'on', 'let', 'whenMatched', 'whenNotMatched'];
type Change = (old: Doc, fresh: Doc) => Doc | null;

const immutable = (): EngineError =>
  new EngineError(
    66,
    'ImmutableField',
    "$merge failed to update the matching document: the '_id' would be modified",
  );

/** A new document that takes over the `_id` of the old one. */
function replaced(old: Doc, fresh: Doc): Doc {
  if (!Object.hasOwn(fresh, '_id')) return { _id: own(old, '_id'), ...copyDoc(fresh) };
  if (!equal(own(fresh, '_id'), own(old, '_id'))) throw immutable();
  return fresh;
}

function merged(old: Doc, fresh: Doc): Doc {
  if (Object.hasOwn(fresh, '_id') && !equal(own(fresh, '_id'), own(old, '_id'))) throw immutable();
  const doc = copyDoc(old);
  for (const k of Object.keys(fresh)) setOwn(doc, k, fresh[k]);
  return doc;
}

const merge: MakeStage = (spec, context, op) => {
  const { source, env } = context;
  const options: Doc = typeof spec === 'string' ? { into: spec } : isObject(spec) ? spec : {};
  if (typeof spec !== 'string' && !isObject(spec))
    throw location(51182, `${op} requires a string or object argument`);
  onlyFields(options, op, ...OPTIONS);
  const { db, coll } = target(options['into'], source.db, op);
  const on = options['on'] ?? '_id';
  const keys = (Array.isArray(on) ? on : [on]) as string[];
  if (keys.length === 0 || !keys.every((k) => typeof k === 'string'))
    throw location(51187, `${op} 'on' must be a string or an array of strings`);
  const matched = options['whenMatched'] ?? 'merge';
  const notMatched = options['whenNotMatched'] ?? 'insert';
  if (!['insert', 'discard', 'fail'].includes(String(notMatched)))
    throw badValue(
      `Enumeration value '${notMatched}' for field 'whenNotMatched' is not a valid value.`,
    );
  if (!source.hasUniqueIndex(db, coll, keys)) {
    throw location(51183, 'Cannot find index to verify that join fields will be unique');
  }
  if (options['let'] !== undefined && !Array.isArray(matched))
    throw location(51199, "Cannot use 'let' variables without a pipeline in 'whenMatched'");
  const given = options['let'] ?? { new: '$$ROOT' };
  if (!isObject(given)) throw failedToParse(`${op} 'let' must be an object`);
  const change = matchedChange(matched, given, env);
  const keysOf = (doc: Doc): unknown[] =>
    keys.map((k) => k.split('.').reduce<unknown>((at, part) => step(at, part), doc));
  const filterOf = (doc: Doc): Doc => ({
    $and: keysOf(doc).map((v, i) => {
      const k = keys[i] as string;
      if (isNullish(v) && k !== '_id')
        throw location(
          51132,
          "$merge write error: 'on' field cannot be missing, null or undefined",
        );
      if (Array.isArray(v))
        throw location(51185, "$merge write error: 'on' field cannot be an array");
      return { [k]: { $eq: v } };
    }),
  });
  const write = async (doc: Doc): Promise<void> => {
    if (change) {
      const n = await source.updateOne(db, coll, filterOf(doc), (old) => change(old, doc));
      if (n > 0) return;
      if (notMatched === 'discard') return;
      if (notMatched === 'fail')
        throw location(
          13113,
          '$merge could not find a matching document in the target collection for at least one document in the source collection',
        );
    }
    await source.insertOne(db, coll, withId(doc));
  };
  return async function* (input) {
    // Where `_id` is no key, one that is missing is left to what the document meets.
    for await (const batch of keys.includes('_id') ? withIds(input) : input) {
      for (let at = 0; at < batch.length; ) {
        const together = distinct(batch, at, keysOf);
        at += together.length;
        // They share a commit. What fails is told when all of them are done.
        const results = await Promise.allSettled(together.map(write));
        const failed = results.find((result) => result.status === 'rejected');
        if (failed) throw failed.reason;
      }
      if (context.slice.over()) await context.slice.next();
    }
    yield [];
  };
};

const AT_ONCE = 100;

/** The documents from one on that may be written side by side: no two of them meet the same one. */
function distinct(batch: Doc[], from: number, keysOf: (doc: Doc) => unknown[]): Doc[] {
  const seen = new Set<string>();
  const found: Doc[] = [];
  for (const doc of batch.slice(from, from + AT_ONCE)) {
    const key = hashKey(keysOf(doc));
    if (seen.has(key)) break;
    seen.add(key);
    found.push(doc);
  }
  return found;
}

/** What is done with a document that is there already; undefined for `fail`, which only inserts. */
function matchedChange(
  matched: unknown,
  given: Doc,
  env: Parameters<MakeStage>[1]['env'],
): Change | undefined {
  if (Array.isArray(matched)) {
    const names = Object.keys(given);
    const cells = Object.fromEntries(names.map((name) => [name, { value: undefined as unknown }]));
    const values = names.map((name) => compileExpression(given[name], env));
    const transform = compileTransforms(matched, withVars(env, cells));
    return (old, fresh) => {
      names.forEach((name, i) => {
        (cells[name] as { value: unknown }).value = values[i]?.(fresh);
      });
      return transform(old);
    };
  }
  switch (matched) {
    case 'replace':
      return replaced;
    case 'merge':
      return merged;
    case 'keepExisting':
      return () => null;
    case 'fail':
      return undefined;
    default:
      throw badValue(
        `Enumeration value '${String(matched)}' for field 'whenMatched' is not a valid value.`,
      );
  }
}

export const OUTPUT_STAGES: Record<string, MakeStage> = { $out: out, $merge: merge };
