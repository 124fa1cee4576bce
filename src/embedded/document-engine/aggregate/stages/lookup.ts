import { type Doc, own } from '../../bson/codec';
import { hashKey } from '../../bson/compare';
import { exactInteger, long } from '../../bson/number';
import { isNumber, isObject } from '../../bson/types';
import type { Cell, Env } from '../../env';
import { failedToParse, location, missingField, onlyFields } from '../../errors';
import { compileMatch } from '../../match';
import { isRegexValue } from '../../match/regex';
import { setPath, valuesAt, visit } from '../../paths';
import { checkFieldPath } from '../../sort';
import { equalityHints } from '../expr-hints';
import { checkVariable, type Evaluate, withVars } from '../expressions/common';
import { compileExpression } from '../expressions/index';
import {
  type Batches,
  batches,
  gather,
  type MakeStage,
  type Pipeline,
  type StageContext,
} from '../types';
import { deepPath } from './basic';

const LOOKUP = ['from', 'localField', 'foreignField', 'let', 'pipeline', 'as'];

function text(spec: Doc, name: string, op: string): string {
  const v = spec[name];
  if (v === undefined) throw missingField(op, name);
  if (typeof v !== 'string') throw failedToParse(`${op} argument '${name}' must be a string`);
  return v;
}

/** The collection that a join reads, which may be of another database. */
function fromOf(v: unknown, op: string): { db?: string; coll: string } {
  if (typeof v === 'string') return { coll: v };
  if (isObject(v) && typeof v['db'] === 'string' && typeof v['coll'] === 'string') {
    return { db: v['db'], coll: v['coll'] };
  }
  throw failedToParse(`${op} argument 'from' must be a string or an object with db and coll`);
}

const and = (a: Doc | undefined, b: Doc | undefined): Doc =>
  a && b ? { $and: [a, b] } : (a ?? b ?? {});

/** A filter for the values of a path, regular expressions taken as values. */
function anyOf(path: string, values: unknown[]): Doc {
  const plain = values.filter((v) => !isRegexValue(v));
  const regexes = values.filter(isRegexValue);
  if (regexes.length === 0) return { [path]: { $in: plain } };
  return { $or: [{ [path]: { $in: plain } }, ...regexes.map((v) => ({ [path]: { $eq: v } }))] };
}

/** The values that a local field asks for: null where there is none. */
function localValues(doc: Doc, path: string): unknown[] {
  const found = valuesAt(doc, path);
  if (found.length > 0) return found;
  let v: unknown = doc;
  for (const part of path.split('.')) v = isObject(v) ? own(v, part) : v;
  return Array.isArray(v) ? [] : [null];
}

const keyOf = (v: unknown): string => hashKey(v === undefined ? null : v);

/** Foreign documents by the values under which an equality finds them. */
class Table {
  private readonly rows = new Map<string, Doc[]>();
  private readonly parts: string[];
  constructor(path: string) {
    this.parts = path.split('.');
  }
  add(doc: Doc): void {
    const keys = new Set<string>();
    visit(doc, this.parts, true, (v) => {
      keys.add(keyOf(v));
      return false;
    });
    for (const key of keys) {
      const list = this.rows.get(key);
      if (list) list.push(doc);
      else this.rows.set(key, [doc]);
    }
  }
  find(values: unknown[]): Doc[] {
    if (values.length === 1) return this.rows.get(keyOf(values[0])) ?? [];
    const found = new Set<Doc>();
    for (const v of values) for (const doc of this.rows.get(keyOf(v)) ?? []) found.add(doc);
    return [...found];
  }
}

export const put = (doc: Doc, path: string[], v: unknown): Doc => {
  const out = deepPath(doc, path);
  setPath(out, path, v);
  return out;
};

export const lookup: MakeStage = (spec, context, op) => {
  if (!isObject(spec)) throw failedToParse(`the ${op} stage specification must be an object`);
  onlyFields(spec, op, ...LOOKUP);
  const as = text(spec, 'as', op);
  checkFieldPath(as);
  const from = Object.hasOwn(spec, 'from') ? fromOf(spec['from'], op) : undefined;
  const fields = Object.hasOwn(spec, 'localField');
  if (fields !== Object.hasOwn(spec, 'foreignField'))
    throw failedToParse("$lookup requires both or neither of 'localField' and 'foreignField'");
  const local = fields ? text(spec, 'localField', op) : undefined;
  const foreign = fields ? text(spec, 'foreignField', op) : undefined;
  if (local !== undefined) checkFieldPath(local);
  if (foreign !== undefined) checkFieldPath(foreign);
  const path = as.split('.');
  if (!Object.hasOwn(spec, 'pipeline')) {
    if (Object.hasOwn(spec, 'let'))
      throw failedToParse("$lookup with a 'let' argument requires a pipeline");
    if (local === undefined || foreign === undefined || !from) {
      throw failedToParse(
        "$lookup requires either 'pipeline' or both 'localField' and 'foreignField'",
      );
    }
    return (input) => byFields(input, context, from, local, foreign, path);
  }
  const inner = subPipeline(spec, context, op);
  if (!from && inner.pipeline.readsCollection) {
    throw failedToParse(
      "must specify 'pipeline' with a $documents first stage when 'from' is missing",
    );
  }
  const { leading } = inner.pipeline;
  const hints = equalityHints(leading.filter, inner.env);
  const read = (extra: Doc[]): Batches => {
    if (!from || !inner.pipeline.readsCollection) return inner.pipeline.run(batches([]));
    const all = [...extra, ...hints(), ...(leading.filter ? [leading.filter] : [])];
    const filter = all.length > 1 ? { $and: all } : (all[0] ?? {});
    const query = { ...leading, filter, db: from.db, env: inner.env };
    return inner.pipeline.run(context.source.find(from.coll, query));
  };
  const constant = local === undefined && inner.vars.length === 0;
  return async function* (input) {
    let same: Doc[] | undefined;
    for await (const batch of input) {
      const out: Doc[] = [];
      for (const doc of batch) {
        const values = inner.vars.map(({ evaluate }) => evaluate(doc));
        inner.vars.forEach(({ cell }, i) => {
          cell.value = values[i];
        });
        const extra =
          local === undefined ? [] : [anyOf(foreign as string, localValues(doc, local))];
        const found: Doc[] = same ?? (await gather(read(extra), context.slice));
        if (constant) same = found;
        out.push(put(doc, path, found));
      }
      yield out;
      if (context.slice.over()) await context.slice.next();
    }
  };
};

interface Inner {
  pipeline: Pipeline;
  env: Env;
  vars: { cell: Cell; evaluate: Evaluate }[];
}

function subPipeline(spec: Doc, context: StageContext, op: string): Inner {
  const given = spec['let'] ?? {};
  if (!isObject(given)) throw failedToParse(`${op} argument 'let' must be an object`);
  const cells: Record<string, Cell> = Object.create(null);
  const vars = Object.keys(given).map((name) => {
    const cell: Cell = { value: undefined };
    cells[checkVariable(name)] = cell;
    return { cell, evaluate: compileExpression(given[name], context.env) };
  });
  const env = withVars(context.env, cells);
  return { pipeline: context.compile(spec['pipeline'], env, 'sub'), env, vars };
}

async function* byFields(
  input: Batches,
  { source, slice }: StageContext,
  from: { db?: string; coll: string },
  local: string,
  foreign: string,
  path: string[],
): Batches {
  const indexed = foreign === '_id' || (!from.db && source.hasIndex(from.coll, foreign));
  let table: Table | undefined;
  const fill = async (filter: Doc) => {
    const made = new Table(foreign);
    for await (const batch of source.find(from.coll, { filter, db: from.db })) {
      for (const doc of batch) made.add(doc);
      if (slice.over()) await slice.next();
    }
    return made;
  };
  for await (const batch of input) {
    const wanted = batch.map((doc) => localValues(doc, local));
    let here: Table;
    if (indexed) {
      // One question for the whole batch, answered by the index.
      const distinct = new Map(wanted.flat().map((v) => [hashKey(v), v]));
      here = await fill(anyOf(foreign, [...distinct.values()]));
    } else {
      table ??= await fill({});
      here = table;
    }
    yield batch.map((doc, i) => put(doc, path, here.find(wanted[i] as unknown[])));
    if (slice.over()) await slice.next();
  }
}

const GRAPH = [
  'from',
  'startWith',
  'connectFromField',
  'connectToField',
  'as',
  'maxDepth',
  'depthField',
  'restrictSearchWithMatch',
];

export const graphLookup: MakeStage = (spec, { env, source, slice }, op) => {
  if (!isObject(spec)) throw failedToParse(`the ${op} stage specification must be an object`);
  for (const k of Object.keys(spec)) {
    if (!GRAPH.includes(k)) throw location(40104, `Unknown argument to ${op}: ${k}`);
  }
  const need = (name: string): string => {
    const v = spec[name];
    if (v === undefined) throw location(40105, `${op} requires '${name}' to be specified`);
    if (typeof v !== 'string') throw failedToParse(`argument '${name}' to ${op} must be a string`);
    checkFieldPath(v);
    return v;
  };
  if (spec['startWith'] === undefined)
    throw location(40105, `${op} requires 'startWith' to be specified`);
  const [from, connectFrom, connectTo, as] = [
    'from',
    'connectFromField',
    'connectToField',
    'as',
  ].map(need) as [string, string, string, string];
  const depthField = spec['depthField'] === undefined ? undefined : need('depthField').split('.');
  const deepest =
    spec['maxDepth'] === undefined
      ? Number.POSITIVE_INFINITY
      : isNumber(spec['maxDepth'])
        ? exactInteger(spec['maxDepth'])
        : undefined;
  if (deepest === undefined) throw location(40100, 'maxDepth must be numeric');
  if (deepest < 0) throw location(40101, 'maxDepth requires a nonnegative argument');
  const restrict = spec['restrictSearchWithMatch'];
  if (restrict !== undefined && !isObject(restrict))
    throw location(40185, 'restrictSearchWithMatch must be an object');
  if (restrict) compileMatch(restrict, env);
  const start = compileExpression(spec['startWith'], env);
  const search = async (doc: Doc): Promise<Doc[]> => {
    const first = start(doc);
    let frontier = Array.isArray(first) ? first : [first ?? null];
    const asked = new Set<string>();
    const found = new Map<string, Doc>();
    for (let depth = 0; depth <= deepest && frontier.length > 0; depth++) {
      const fresh = frontier.filter((v) => !asked.has(hashKey(v)) && asked.add(hashKey(v)));
      if (fresh.length === 0) break;
      const next: unknown[] = [];
      const filter = and(anyOf(connectTo, fresh), restrict);
      for (const other of await gather(source.find(from, { filter, env }), slice)) {
        const key = hashKey(own(other, '_id'));
        if (found.has(key)) continue;
        found.set(key, depthField ? put(other, depthField, long(BigInt(depth))) : other);
        next.push(...valuesAt(other, connectFrom));
      }
      frontier = next;
    }
    return [...found.values()];
  };
  const path = as.split('.');
  return async function* (input) {
    for await (const batch of input) {
      const out: Doc[] = [];
      for (const doc of batch) out.push(put(doc, path, await search(doc)));
      yield out;
    }
  };
};
