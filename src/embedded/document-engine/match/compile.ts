import { isTruthy } from '../aggregate/expressions/common';
import { compileExpression } from '../aggregate/expressions/index';
import type { Doc } from '../bson/codec';
import { toDouble } from '../bson/number';
import { isNumber, isObject, T, typeOf } from '../bson/types';
import type { Env } from '../env';
import { badValue, EngineError, failedToParse, notImplemented } from '../errors';
import { partsOf } from '../paths';
import { compileSchema } from './json-schema';
import {
  bitsTest,
  equality,
  inequality,
  isReference,
  leaf,
  membership,
  modTest,
  not,
  sizeTest,
  typeSet,
} from './operators';
import { compileRegex, isRegexValue } from './regex';
import { atPath, onValue, type Predicate, type Record_, type ValueNode } from './walk';

const MAX_DEPTH = 200;

const allOf = (list: Predicate[]): Predicate => {
  if (list.length === 1) return list[0] as Predicate;
  return (root, rec) => list.every((p) => p(root, rec));
};

/** An alternative that fails must not leave its array index behind. */
const anyOf =
  (list: Predicate[]): Predicate =>
  (root, rec) =>
    list.some((p) => {
      const before = rec?.index ?? null;
      const matched = p(root, rec);
      if (!matched && rec) rec.index = before;
      return matched;
    });

/** Whether a value in a filter is a document of operators rather than a value to equal. */
export function isOperatorDoc(v: unknown): v is Doc {
  return isObject(v) && Object.keys(v)[0]?.startsWith('$') === true && !isReference(v);
}

/** Compiles a filter into a predicate over documents. */
export function compileFilter(filter: Doc, env: Env, depth = 0): Predicate {
  if (depth > MAX_DEPTH) throw badValue('exceeded depth limit of nested queries');
  // `$expr` may refuse a document with an error: it is asked last, as MongoDB asks it.
  const keys = Object.keys(filter);
  const ordered = [...keys.filter((k) => k !== '$expr'), ...keys.filter((k) => k === '$expr')];
  const parts = ordered.map((key): Predicate => {
    const v = filter[key];
    return key.startsWith('$') ? topLevel(key, v, env, depth) : field(key, v, env, depth);
  });
  return parts.length === 0 ? () => true : allOf(parts);
}

/** 224 where a filter may have no `$expr`: in an upsert, an array filter, a partial index. */
export function refuseExpr(filter: Doc, where: string): void {
  for (const key of Object.keys(filter)) {
    if (key === '$expr')
      throw new EngineError(224, 'QueryFeatureNotAllowed', `$expr is not allowed in ${where}`);
    const v = filter[key];
    if (key.startsWith('$') && Array.isArray(v))
      for (const part of v) if (isObject(part)) refuseExpr(part, where);
  }
}

function clauses(op: string, v: unknown, env: Env, depth: number): Predicate[] {
  if (!Array.isArray(v)) throw badValue(`${op} must be an array`);
  if (v.length === 0) throw badValue(`${op} argument must be a non-empty array`);
  return v.map((item) => {
    if (!isObject(item)) throw badValue(`${op} entries need to be full objects`);
    return compileFilter(item, env, depth + 1);
  });
}

function topLevel(op: string, v: unknown, env: Env, depth: number): Predicate {
  switch (op) {
    case '$and':
      return allOf(clauses(op, v, env, depth));
    case '$or':
      return anyOf(clauses(op, v, env, depth));
    case '$nor': {
      const list = clauses(op, v, env, depth);
      return (root) => !list.some((p) => p(root, null));
    }
    case '$expr': {
      const evaluate = compileExpression(v, env);
      return (root) => isTruthy(evaluate(root as Doc));
    }
    case '$comment':
      return () => true;
    case '$alwaysTrue':
    case '$alwaysFalse':
      if (!isNumber(v) || toDouble(v) !== 1)
        throw failedToParse(`${op} must be an integer value of 1`);
      return () => op === '$alwaysTrue';
    case '$sampleRate': {
      if (!isNumber(v)) throw badValue('argument to $sampleRate must be a numeric type');
      const rate = toDouble(v);
      if (!(rate >= 0 && rate <= 1))
        throw badValue('numeric argument to $sampleRate must be in [0, 1]');
      return () => Math.random() < rate;
    }
    case '$jsonSchema': {
      const test = onValue(compileSchema(v, env));
      return (root) => test(root);
    }
    case '$where':
    case '$text':
      throw notImplemented(op);
    default:
      throw badValue(
        `unknown top level operator: ${op}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function field(path: string, v: unknown, env: Env, depth: number): Predicate {
  return atPath(valueNode(v, env, depth), partsOf(path));
}

function valueNode(v: unknown, env: Env, depth: number): ValueNode {
  if (isRegexValue(v)) return leaf(compileRegex(v, undefined, env.maxRegexMs).test);
  return isOperatorDoc(v) ? operators(v, env, depth) : leaf(equality(v));
}

/** Compiles a document of operators such as `{ $gt: 1, $lt: 5 }`. */
export function operators(spec: Doc, env: Env, depth: number): ValueNode {
  const nodes: ValueNode[] = [];
  for (const op of Object.keys(spec)) {
    if (op === '$options') {
      if (!Object.hasOwn(spec, '$regex')) throw badValue('$options needs a $regex');
      continue;
    }
    nodes.push(operator(op, spec[op], spec, env, depth));
  }
  return nodes.length === 1 ? (nodes[0] as ValueNode) : { kind: 'and', nodes };
}

function operator(op: string, v: unknown, spec: Doc, env: Env, depth: number): ValueNode {
  if (depth > MAX_DEPTH) throw badValue('exceeded depth limit of nested queries');
  switch (op) {
    case '$eq':
      return leaf(equality(v));
    case '$ne':
      if (isRegexValue(v)) throw badValue("Can't have regex as arg to $ne.");
      return not(leaf(equality(v)));
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      if (isRegexValue(v))
        throw badValue(`Can't have RegEx as arg to predicate over field with ${op}.`);
      return leaf(inequality(op, v));
    case '$in':
      return leaf(membership(v, env.maxRegexMs, op));
    case '$nin':
      return not(leaf(membership(v, env.maxRegexMs, op)));
    case '$not':
      return negation(v, env, depth);
    case '$exists':
      return isTruthy(v) ? leaf((x) => x !== undefined) : not(leaf((x) => x !== undefined));
    case '$type': {
      const codes = typeSet(v);
      return leaf((x) => codes.has(typeOf(x)));
    }
    case '$regex':
      return leaf(compileRegex(v, spec['$options'], env.maxRegexMs).test);
    case '$size':
      return leaf(sizeTest(v), false);
    case '$mod':
      return leaf(modTest(v));
    case '$all':
      return all(v, env, depth);
    case '$elemMatch':
      return elemMatch(v, env, depth);
    case '$bitsAllSet':
    case '$bitsAllClear':
    case '$bitsAnySet':
    case '$bitsAnyClear':
      return leaf(bitsTest(op, v));
    case '$comment':
      return { kind: 'and', nodes: [] };
    case '$geoWithin':
    case '$geoIntersects':
    case '$near':
    case '$nearSphere':
    case '$within':
      throw notImplemented(op);
    default:
      throw badValue(`unknown operator: ${op}`);
  }
}

function negation(v: unknown, env: Env, depth: number): ValueNode {
  if (isRegexValue(v)) return not(leaf(compileRegex(v, undefined, env.maxRegexMs).test));
  if (!isObject(v)) throw badValue('$not needs a regex or a document');
  if (Object.keys(v).length === 0) throw badValue('$not cannot be empty');
  return not(operators(v, env, depth + 1));
}

function all(v: unknown, env: Env, depth: number): ValueNode {
  if (!Array.isArray(v)) throw badValue('$all needs an array');
  if (v.length === 0) return leaf(() => false);
  const first = v[0];
  const elements = isObject(first) && Object.keys(first)[0] === '$elemMatch';
  const nodes = v.map((item): ValueNode => {
    const isElem = isObject(item) && Object.keys(item)[0] === '$elemMatch';
    if (elements !== isElem && (elements || isOperatorDoc(item))) {
      throw badValue('no $ expressions in $all');
    }
    if (elements) {
      if (Object.keys(item as Doc).length > 1)
        throw badValue('$all/$elemMatch has to be consistent');
      return elemMatch((item as Doc)['$elemMatch'], env, depth);
    }
    if (isOperatorDoc(item)) throw badValue('no $ expressions in $all');
    return valueNode(item, env, depth);
  });
  return { kind: 'and', nodes };
}

function elemMatch(v: unknown, env: Env, depth: number): ValueNode {
  if (!isObject(v)) throw badValue('$elemMatch needs an Object');
  const first = Object.keys(v)[0];
  const logical = first === '$and' || first === '$or' || first === '$nor' || first === '$expr';
  if (isOperatorDoc(v) && !logical) {
    const test = onValue(operators(v, env, depth + 1));
    return { kind: 'array', find: (items) => items.findIndex(test) };
  }
  const predicate = compileFilter(v, env, depth + 1);
  const none: Record_ | null = null;
  return {
    kind: 'array',
    find: (items) =>
      items.findIndex((x) => {
        const t = typeOf(x);
        return (t === T.object || t === T.array) && predicate(x, none);
      }),
  };
}
