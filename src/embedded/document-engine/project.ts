import { compileExpression, type Evaluate } from './aggregate/expressions/index';
import { type Doc, nameOf, own, setOwn } from './bson/codec';
import { toDouble } from './bson/number';
import { isNumber, isObject } from './bson/types';
import type { Env } from './env';
import { location, notImplemented } from './errors';
import { compileFilter, isOperatorDoc, operators } from './match/compile';
import { onValue } from './match/walk';
import { copyDoc } from './paths';
import { type Branch, branch, compute, exclude, include, type Node } from './project-tree';
import { checkFieldPath } from './sort';

export type Projector = (doc: Doc, arrayIndex: number | null) => Doc;

type Mode = 'find' | 'project' | 'addFields';

interface Parsing {
  env: Env;
  mode: Mode;
  type: 'include' | 'exclude' | undefined;
  idType: 'include' | 'exclude' | undefined;
  elemMatch: boolean;
  positional: boolean;
  root: Branch;
}

/** Compiles the `projection` of find; the array index is what `testPositional` gave for `a.$`. */
export function compileProjection(spec: Doc, env: Env): Projector {
  return build(spec, env, 'find');
}

/** Compiles the specification of `$project`. */
export function compileProjectStage(spec: Doc, env: Env): (doc: Doc) => Doc {
  if (Object.keys(spec).length === 0) {
    throw location(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  }
  const project = build(spec, env, 'project');
  return (doc) => project(doc, null);
}

/** Compiles the specification of `$addFields` and `$set`. */
export function compileAddFields(spec: Doc, env: Env): (doc: Doc) => Doc {
  const project = build(spec, env, 'addFields');
  return (doc) => project(doc, null);
}

function build(spec: Doc, env: Env, mode: Mode): Projector {
  const p: Parsing = {
    env,
    mode,
    type: undefined,
    idType: undefined,
    elemMatch: false,
    positional: false,
    root: branch(),
  };
  parse(spec, [], p);
  const { root } = p;
  if (mode === 'addFields') return (doc) => compute(doc, copyDoc(doc), root);
  if (root.children.size === 0) return (doc) => doc;
  const type = p.type ?? (p.idType === 'include' || p.elemMatch ? 'include' : 'exclude');
  if (type === 'include') {
    if (!root.children.has('_id')) root.children.set('_id', { kind: 'include' });
    return (doc, arrayIndex) => compute(doc, include(doc, root, arrayIndex), root);
  }
  return (doc) => compute(doc, exclude(doc, root), root);
}

function parse(spec: Doc, prefix: string[], p: Parsing): void {
  for (const held of Object.keys(spec)) {
    const key = nameOf(held);
    if (prefix.length > 0 && key.startsWith('$')) {
      throw location(16410, `FieldPath field names may not start with '$': ${key}`);
    }
    entry(key, spec[held], prefix, p);
  }
}

function entry(key: string, v: unknown, prefix: string[], p: Parsing) {
  if (p.mode === 'find' && (key.endsWith('.$') || key.includes('.$.')))
    return positional(key, v, p);
  checkFieldPath(key);
  const parts = [...prefix, ...key.split('.')];
  const path = parts.join('.');
  if (p.mode !== 'addFields' && (typeof v === 'boolean' || isNumber(v))) {
    return plain(parts, path, typeof v === 'boolean' ? v : toDouble(v) !== 0, p);
  }
  if (isObject(v)) {
    const first = Object.keys(v)[0];
    if (first === undefined && p.mode !== 'addFields') {
      throw location(
        51270,
        'An empty sub-projection is not a valid value. Found empty object at path',
      );
    }
    if (first !== undefined && !first.startsWith('$')) {
      // A document in a projection is a path written in steps.
      at(parts, p.root, path);
      return parse(v, parts, p);
    }
    if (p.mode === 'find' && findOnly(first, v, parts, path, p)) return;
    if (first !== undefined && Object.keys(v).length > 1) {
      throw location(16410, 'an expression specification must contain exactly one field');
    }
  }
  computed(parts, path, compileExpression(v, p.env, p.mode === 'addFields' ? undefined : 31325), p);
}

function computed(parts: string[], path: string, evaluate: Evaluate, p: Parsing): void {
  if (p.type === 'exclude') {
    throw location(31252, 'Cannot use an expression in an exclusion projection');
  }
  p.type = 'include';
  set(parts, path, { kind: 'computed', evaluate }, p.root);
}

function plain(parts: string[], path: string, included: boolean, p: Parsing): void {
  const kind = included ? 'include' : 'exclude';
  if (path === '_id') p.idType = kind;
  else if (p.type === undefined) p.type = kind;
  else if (p.type !== kind) {
    throw included
      ? location(31253, `Cannot do inclusion on field ${path} in exclusion projection`)
      : location(31254, `Cannot do exclusion on field ${path} in inclusion projection`);
  }
  set(parts, path, { kind }, p.root);
}

/** What only find's projection knows: `$slice` with numbers, `$elemMatch`, `$meta`. */
function findOnly(
  op: string | undefined,
  v: Doc,
  parts: string[],
  path: string,
  p: Parsing,
): boolean {
  if (op === '$meta') throw notImplemented(`$meta: ${String(v[op])}`);
  if (op === '$elemMatch') {
    if (parts.length > 1)
      throw location(31275, 'Cannot use $elemMatch projection on a nested field');
    if (!isObject(v[op])) throw location(31274, 'elemMatch: Invalid argument, object required');
    if (p.positional) throw location(31255, 'Cannot specify positional operator and $elemMatch.');
    p.elemMatch = true;
    set(parts, path, { kind: 'computed', evaluate: elemMatch(path, v[op], p.env) }, p.root);
    return true;
  }
  if (op !== '$slice') return false;
  const arg = v[op];
  const numbers = Array.isArray(arg) ? arg : [arg];
  if (
    !numbers.every(isNumber) ||
    numbers.length > 2 ||
    (Array.isArray(arg) && numbers.length < 2)
  ) {
    return false;
  }
  const [a = 0, b] = numbers.map((n) => Math.trunc(toDouble(n)));
  if (b !== undefined && b <= 0) {
    throw location(28724, 'First argument to $slice must be an array; the limit must be positive');
  }
  const cut = (items: unknown[]) => {
    if (b === undefined) return a < 0 ? items.slice(a) : items.slice(0, a);
    const from = a < 0 ? Math.max(0, items.length + a) : a;
    return items.slice(from, from + b);
  };
  set(parts, path, { kind: 'slice', cut }, p.root);
  return true;
}

function elemMatch(path: string, filter: Doc, env: Env): Evaluate {
  const predicate = isOperatorDoc(filter)
    ? onValue(operators(filter, env, 0))
    : (() => {
        const inner = compileFilter(filter, env);
        return (v: unknown) => (isObject(v) || Array.isArray(v)) && inner(v, null);
      })();
  return (doc) => {
    const v = own(doc, path);
    if (!Array.isArray(v)) return undefined;
    const i = v.findIndex(predicate);
    return i < 0 ? undefined : [v[i]];
  };
}

function positional(key: string, v: unknown, p: Parsing): void {
  if (!key.endsWith('.$')) {
    throw location(
      31394,
      'As of 4.4, it is illegal to specify positional operator in the middle of a path',
    );
  }
  if (isObject(v) || typeof v === 'string' || Array.isArray(v)) {
    throw location(31271, 'positional projection cannot be used with a literal or an expression');
  }
  if (v === false || (isNumber(v) && toDouble(v) === 0)) {
    throw location(31395, 'positional projection cannot be used with exclusion');
  }
  if (p.positional)
    throw location(31276, 'Cannot specify more than one positional projection per query.');
  if (p.elemMatch) throw location(31256, 'Cannot specify positional operator and $elemMatch.');
  p.positional = true;
  const path = key.slice(0, -2);
  checkFieldPath(path);
  if (p.type === 'exclude')
    throw location(31395, 'positional projection cannot be used with exclusion');
  p.type = 'include';
  set(path.split('.'), path, { kind: 'positional' }, p.root);
}

/** The branch at a path, made where it is missing. */
function at(parts: string[], root: Branch, path: string): Branch {
  let here = root;
  for (const part of parts) {
    let next = here.children.get(part);
    if (next === undefined) {
      next = branch();
      here.children.set(part, next);
    } else if (next.kind !== 'branch') {
      throw location(31249, `Path collision at ${path}`);
    }
    here = next;
  }
  return here;
}

function set(parts: string[], path: string, node: Node, root: Branch): void {
  const parent = at(parts.slice(0, -1), root, path);
  const name = parts[parts.length - 1] as string;
  if (parent.children.has(name)) throw location(31250, `Path collision at ${path}`);
  parent.children.set(name, node);
  if (node.kind !== 'computed') return;
  let here = root;
  here.computes = true;
  for (const part of parts.slice(0, -1)) {
    here = here.children.get(part) as Branch;
    here.computes = true;
  }
}

/** Compiles `$unset` of the aggregation: a field or a list of them. */
export function compileUnset(spec: unknown, env: Env): (doc: Doc) => Doc {
  if (Array.isArray(spec) && spec.length === 0) {
    throw location(31119, '$unset specification must not be an empty array');
  }
  const names = Array.isArray(spec) ? spec : [spec];
  if (!names.every((n) => typeof n === 'string')) {
    throw location(
      31002,
      '$unset specification must be a string or an array containing only string values',
    );
  }
  if (new Set(names).size < names.length)
    throw location(31250, 'Invalid $unset :: caused by :: Path collision');
  const fields: Doc = {};
  for (const name of names as string[]) setOwn(fields, name, false);
  const project = build(fields, env, 'project');
  return (doc) => project(doc, null);
}
