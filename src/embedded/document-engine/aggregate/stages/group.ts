import { type Doc, setOwn } from '../../bson/codec';
import { compare, equal, hashKey, orderOf } from '../../bson/compare';
import { exactInteger, int } from '../../bson/number';
import { isNumber, isObject } from '../../bson/types';
import type { Env } from '../../env';
import { location, notImplemented } from '../../errors';
import { compileSort } from '../../sort';
import type { Accumulator } from '../accumulators';
import type { Evaluate } from '../expressions/common';
import { compileExpression } from '../expressions/index';
import { compileAccumulator, type GroupAccumulator } from '../group-accumulators';
import { sortDocs, sortItems } from '../sorting';
import { BATCH, batches, gather, type MakeStage, type Stage, type StageContext } from '../types';

type Field = [string, GroupAccumulator];

function fieldsOf(spec: Doc, env: Env): Field[] {
  return Object.keys(spec).map((name): Field => {
    if (name.includes('.')) throw location(40235, `The field name '${name}' cannot contain '.'`);
    if (name.startsWith('$'))
      throw location(40236, `The field name '${name}' cannot be an operator name`);
    const v = spec[name];
    if (!isObject(v)) throw location(40234, `The field '${name}' must be an accumulator object`);
    const keys = Object.keys(v);
    const op = keys[0] ?? '';
    if (keys.length !== 1)
      throw location(40238, `The field '${name}' must specify one accumulator`);
    const accumulator = compileAccumulator(op, v[op], env);
    if (!accumulator) throw location(15952, `unknown group operator '${op}'`);
    return [name, accumulator];
  });
}

interface Group {
  id: unknown;
  accumulators: Accumulator[];
}

/** Gathers groups; `key` answers the `_id` of a document's group. */
class Groups {
  private readonly groups = new Map<string, Group>();
  constructor(
    private readonly key: Evaluate,
    private readonly fields: Field[],
  ) {}

  add(doc: Doc): void {
    const v = this.key(doc);
    const id = v === undefined ? null : v;
    const hash = hashKey(id);
    let group = this.groups.get(hash);
    if (!group) {
      group = { id, accumulators: this.fields.map(([, a]) => a.make(id)) };
      this.groups.set(hash, group);
    }
    for (let i = 0; i < this.fields.length; i++) {
      const [, { input }] = this.fields[i] as Field;
      (group.accumulators[i] as Accumulator).add(input(doc));
    }
  }

  list(): Group[] {
    return [...this.groups.values()];
  }

  doc({ id, accumulators }: Group): Doc {
    const doc: Doc = { _id: id };
    this.fields.forEach(([name], i) => {
      setOwn(doc, name, (accumulators[i] as Accumulator).value());
    });
    return doc;
  }
}

const grouping = (
  key: Evaluate,
  fields: Field[],
  { slice }: StageContext,
  order?: (a: Group, b: Group) => number,
): Stage =>
  async function* (input) {
    const groups = new Groups(key, fields);
    for await (const batch of input) {
      for (const doc of batch) groups.add(doc);
      if (slice.over()) await slice.next();
    }
    const list = order ? groups.list().sort(order) : groups.list();
    for (let i = 0; i < list.length; i += BATCH) {
      yield list.slice(i, i + BATCH).map((group) => groups.doc(group));
      if (slice.over()) await slice.next();
    }
  };

const group: MakeStage = (spec, context) => {
  if (!isObject(spec)) throw location(15947, "a group's fields must be specified in an object");
  if (!Object.hasOwn(spec, '_id'))
    throw location(15955, 'a group specification must include an _id');
  const { _id, ...rest } = spec;
  const fields = fieldsOf(rest, context.env);
  return grouping(compileExpression(_id, context.env), fields, context);
};

const COUNT = { count: { $sum: int(1) } };

const sortByCount: MakeStage = (spec, context) => {
  const operator =
    isObject(spec) && Object.keys(spec).length === 1 && Object.keys(spec)[0]?.startsWith('$');
  if (isObject(spec) && !operator)
    throw location(40147, 'the sortByCount field must be an expression inside an object');
  if (typeof spec === 'string' && !spec.startsWith('$'))
    throw location(40148, "the sortByCount field must be specified as a '$'-prefixed path");
  if (typeof spec !== 'string' && !isObject(spec))
    throw location(40149, 'the sortByCount field must be a string or an object');
  const stage = grouping(
    compileExpression(spec, context.env),
    fieldsOf(COUNT, context.env),
    context,
  );
  const sorter = compileSort({ count: int(-1) });
  return async function* (input) {
    const docs = await gather(stage(input), context.slice);
    yield* batches(await sortDocs(docs, sorter, context.slice));
  };
};

function outputOf(spec: Doc, env: Env): Field[] {
  const output = spec['output'];
  if (output === undefined) return fieldsOf(COUNT, env);
  if (!isObject(output)) throw location(40196, "The 'output' field must be an object");
  return fieldsOf(output, env);
}

function refuseUnknown(spec: Doc, known: string[], op: string, code: number): void {
  for (const k of Object.keys(spec)) {
    if (!known.includes(k)) throw location(code, `Unrecognized option to ${op}: ${k}.`);
  }
}

const bucket: MakeStage = (spec, context, op) => {
  if (!isObject(spec)) throw location(40201, `Argument to ${op} stage must be an object`);
  refuseUnknown(spec, ['groupBy', 'boundaries', 'default', 'output'], op, 40197);
  const list = spec['boundaries'];
  if (!Object.hasOwn(spec, 'groupBy') || list === undefined)
    throw location(40198, `${op} requires 'groupBy' and 'boundaries' to be specified.`);
  if (!Array.isArray(list)) throw location(40200, `The 'boundaries' field must be an array`);
  const boundaries = list.map((b) => compileExpression(b, context.env)({}));
  if (boundaries.length < 2)
    throw location(40192, "The 'boundaries' field must have at least 2 values");
  for (let i = 1; i < boundaries.length; i++) {
    if (orderOf(boundaries[i]) !== orderOf(boundaries[0]))
      throw location(40193, "All values in 'boundaries' must have the same type");
    if (compare(boundaries[i - 1], boundaries[i]) >= 0)
      throw location(40194, "The 'boundaries' must be sorted in ascending order");
  }
  const otherwise = Object.hasOwn(spec, 'default')
    ? { v: compileExpression(spec['default'], context.env)({}) }
    : undefined;
  if (
    otherwise &&
    orderOf(otherwise.v) === orderOf(boundaries[0]) &&
    compare(otherwise.v, boundaries[0]) >= 0 &&
    compare(otherwise.v, boundaries[boundaries.length - 1]) < 0
  ) {
    throw location(
      40199,
      "The 'default' must be less than the lowest boundary or not less than the highest",
    );
  }
  const by = compileExpression(spec['groupBy'], context.env);
  const key = (doc: Doc) => {
    const v = by(doc);
    for (let i = boundaries.length - 2; i >= 0; i--) {
      if (compare(v, boundaries[i]) >= 0) {
        if (compare(v, boundaries[i + 1]) < 0) return boundaries[i];
        break;
      }
    }
    if (!otherwise)
      throw location(
        40066,
        '$switch could not find a matching branch for an input, and no default was specified.',
      );
    return otherwise.v;
  };
  return grouping(key, outputOf(spec, context.env), context, (a, b) => compare(a.id, b.id));
};

const bucketAuto: MakeStage = (spec, context, op) => {
  if (!isObject(spec)) throw location(40240, `The argument to ${op} must be an object`);
  refuseUnknown(spec, ['groupBy', 'buckets', 'output', 'granularity'], op, 40245);
  if (!Object.hasOwn(spec, 'groupBy') || !Object.hasOwn(spec, 'buckets'))
    throw location(40246, `${op} requires 'groupBy' and 'buckets' to be specified`);
  const n = isNumber(spec['buckets']) ? exactInteger(spec['buckets']) : undefined;
  if (n === undefined) throw location(40241, "The 'buckets' field must be a 32-bit integer");
  if (n <= 0) throw location(40243, "The 'buckets' field must be greater than 0");
  if (Object.hasOwn(spec, 'granularity')) throw notImplemented('$bucketAuto granularity');
  const by = compileExpression(spec['groupBy'], context.env);
  const fields = outputOf(spec, context.env);
  return async function* (input) {
    const docs = await gather(input, context.slice);
    const valued: { doc: Doc; v: unknown }[] = [];
    for (const doc of docs) {
      valued.push({ doc, v: by(doc) ?? null });
      if ((valued.length & 255) === 0 && context.slice.over()) await context.slice.next();
    }
    const rows = await sortItems(valued, (a, b) => compare(a.v, b.v), context.slice);
    const size = Math.max(1, Math.round(rows.length / n));
    const made: { min: unknown; max: unknown; accumulators: Accumulator[] }[] = [];
    for (let i = 0; i < rows.length; ) {
      const first = rows[i] as (typeof rows)[number];
      const accumulators = fields.map(([, a]) => a.make());
      let end = made.length === n - 1 ? rows.length : Math.min(rows.length, i + size);
      while (end < rows.length && equal(rows[end]?.v, rows[end - 1]?.v)) end += 1;
      for (let at = i; at < end; at++) {
        const { doc } = rows[at] as (typeof rows)[number];
        fields.forEach(([, { input: take }], k) => void accumulators[k]?.add(take(doc)));
        if ((at & 255) === 0 && context.slice.over()) await context.slice.next();
      }
      const before = made[made.length - 1];
      if (before) before.max = first.v;
      made.push({ min: first.v, max: rows[end - 1]?.v, accumulators });
      i = end;
    }
    yield* batches(
      made.map(({ min, max, accumulators }) => {
        const doc: Doc = { _id: { min, max } };
        fields.forEach(([name], k) => void setOwn(doc, name, accumulators[k]?.value()));
        return doc;
      }),
    );
  };
};

export const GROUP_STAGES: Record<string, MakeStage> = {
  $group: group,
  $sortByCount: sortByCount,
  $bucket: bucket,
  $bucketAuto: bucketAuto,
};
