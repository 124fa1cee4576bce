import { type Doc, own, setOwn } from '../../bson/codec';
import { isObject } from '../../bson/types';
import type { Env } from '../../env';
import { EngineError, location, notImplemented } from '../../errors';
import { checkFieldPath } from '../../sort';
import { ARITHMETIC } from './arithmetic';
import { ARRAYS } from './arrays';
import type { Evaluate, Make } from './common';
import { CONVERSIONS } from './convert';
import { DATE_TEXTS } from './date-text';
import { DATES } from './dates';
import { LISTS } from './lists';
import { LOGIC } from './logic';
import { OBJECTS } from './objects';
import { ORDERED } from './ordered';
import { SETS } from './sets';
import { STRINGS } from './strings';
import { TRIGONOMETRY } from './trigonometry';

export type { Evaluate } from './common';

const OPERATORS: ReadonlyMap<string, Make> = new Map(
  [
    ARITHMETIC,
    ARRAYS,
    CONVERSIONS,
    DATES,
    DATE_TEXTS,
    LISTS,
    LOGIC,
    OBJECTS,
    ORDERED,
    SETS,
    STRINGS,
    TRIGONOMETRY,
  ].flatMap((group) => Object.entries(group)),
);

/** Compiles an expression; `unknownCode` is what an unknown operator answers (168 by default). */
export function compileExpression(spec: unknown, env: Env, unknownCode?: number): Evaluate {
  if (typeof spec === 'string') return spec.startsWith('$') ? path(spec, env) : () => spec;
  if (Array.isArray(spec)) return list(spec, env);
  if (!isObject(spec)) return () => spec;
  const keys = Object.keys(spec);
  const first = keys[0];
  if (first === undefined) return () => spec;
  if (!first.startsWith('$')) return literalDocument(spec, keys, env);
  if (keys.length > 1) {
    throw location(15983, 'An object representing an expression must have exactly one field');
  }
  const make = OPERATORS.get(first);
  if (make) return make(spec[first], env, compileExpression, first);
  if (first === '$function' || first === '$accumulator' || first === '$meta') {
    throw notImplemented(first);
  }
  const message = `Unrecognized expression '${first}'`;
  throw unknownCode === undefined
    ? new EngineError(168, 'InvalidPipelineOperator', message)
    : location(unknownCode, message);
}

function list(spec: unknown[], env: Env): Evaluate {
  const items = spec.map((item) => compileExpression(item, env));
  return (root) =>
    items.map((e) => {
      const v = e(root);
      return v === undefined ? null : v;
    });
}

function literalDocument(spec: Doc, keys: string[], env: Env): Evaluate {
  const fields = keys.map((k): [string, Evaluate] => {
    if (k.startsWith('$'))
      throw location(16410, `FieldPath field names may not start with '$': ${k}`);
    if (k.includes('.')) throw location(16412, `FieldPath field names may not contain '.': ${k}`);
    return [k, compileExpression(spec[k], env)];
  });
  return (root) => {
    const out: Doc = {};
    for (const [k, e] of fields) {
      const v = e(root);
      if (v !== undefined) setOwn(out, k, v);
    }
    return out;
  };
}

function path(text: string, env: Env): Evaluate {
  if (!text.startsWith('$$')) {
    const name = text.slice(1);
    if (name === '') throw location(16872, "'$' by itself is not a valid FieldPath");
    checkFieldPath(name);
    const parts = name.split('.');
    const current = env.vars?.get('CURRENT');
    if (current) return () => follow(current.value, parts, 0);
    if (parts.length === 1) return (root) => own(root, name);
    return (root) => follow(root, parts, 0);
  }
  const [name = '', ...rest] = text.slice(2).split('.');
  if (name === '') throw location(16870, 'empty variable names are not allowed');
  if (rest.length > 0) checkFieldPath(rest.join('.'));
  const value = variable(name, env);
  return rest.length === 0 ? value : (root) => follow(value(root), rest, 0);
}

/** A path in an expression: arrays on the way give the list of what their documents hold. */
function follow(v: unknown, parts: string[], at: number): unknown {
  if (at === parts.length) return v;
  if (isObject(v)) return follow(own(v, parts[at] as string), parts, at + 1);
  if (!Array.isArray(v)) return undefined;
  const found: unknown[] = [];
  for (const item of v) {
    if (!isObject(item)) continue;
    const inner = follow(item, parts, at);
    if (inner !== undefined) found.push(inner);
  }
  return found;
}

function variable(name: string, env: Env): Evaluate {
  const cell = env.vars?.get(name);
  if (cell) return () => cell.value;
  switch (name) {
    case 'ROOT':
    case 'CURRENT':
      return (root) => root;
    case 'REMOVE':
      return () => undefined;
    case 'NOW':
      return () => env.now;
    case 'CLUSTER_TIME':
      if (env.clusterTime === undefined) throw location(51144, 'CLUSTER_TIME is not available');
      return () => env.clusterTime;
    case 'USER_ROLES':
      return () => [];
  }
  if (env.let && Object.hasOwn(env.let, name)) {
    const { let: _, ...outer } = env;
    const v = compileExpression(env.let[name], outer)({});
    return () => v;
  }
  throw location(17276, `Use of undefined variable: ${name}`);
}
