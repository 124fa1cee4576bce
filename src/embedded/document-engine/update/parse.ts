import { type Doc, nameOf } from '../bson/codec';
import { isObject } from '../bson/types';
import type { Env } from '../env';
import { badValue, EngineError, failedToParse } from '../errors';
import { compileFilter, refuseExpr } from '../match/compile';
import { ARRAY_OPERATORS } from './arrays';
import { FIELD_OPERATORS, refuseArrayTarget, renameSource } from './fields';
import { type Branch, branch, type Filters, insert, KEEP, REMOVE } from './tree';

/** The parts of an update's path, checked. */
function pathParts(path: string): string[] {
  const parts = path.split('.');
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as string;
    if (part === '') {
      throw new EngineError(
        56,
        'EmptyFieldName',
        `The update path '${path}' contains an empty field name, which is not allowed.`,
      );
    }
    if (!part.startsWith('$')) continue;
    const placeholder = part === '$' || /^\$\[.*\]$/.test(part);
    if (placeholder && i === 0)
      throw badValue(
        `Cannot have array filter or positional operator in the first position of path '${path}'`,
      );
    if (!placeholder && !['$ref', '$id', '$db'].includes(part)) {
      throw new EngineError(
        52,
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${part}' in '${path}' is not allowed in the context of an update's replacement document.`,
      );
    }
  }
  if (parts.filter((p) => p === '$').length > 1) {
    throw badValue(`Too many positional (i.e. '$') elements found in path '${path}'`);
  }
  return parts;
}

/** Compiles an update of operators into one tree over all its paths. */
export function parseOperators(u: Doc, filters: Filters, env: Env): Branch {
  const root = branch();
  const used = new Set<string>();
  for (const op of Object.keys(u)) {
    const make = Object.hasOwn(FIELD_OPERATORS, op)
      ? FIELD_OPERATORS[op]
      : Object.hasOwn(ARRAY_OPERATORS, op)
        ? ARRAY_OPERATORS[op]
        : undefined;
    if (!make && op !== '$rename') {
      throw failedToParse(
        `Unknown modifier: ${op}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    const fields = u[op];
    if (!isObject(fields)) {
      throw failedToParse(
        `Modifiers operate on fields but we found another type instead, in ${op}`,
      );
    }
    for (const key of Object.keys(fields)) {
      const path = nameOf(key);
      const parts = pathParts(path);
      for (const part of parts) noteFilter(part, filters, used);
      if (make) insert(root, parts, make(fields[key], path, env));
      else rename(root, parts, fields[key]);
    }
  }
  for (const id of filters.keys()) {
    if (!used.has(id)) {
      throw failedToParse(`The array filter for identifier '${id}' was not used in the update`);
    }
  }
  return root;
}

function noteFilter(part: string, filters: Filters, used: Set<string>): void {
  const id = /^\$\[(.+)\]$/.exec(part)?.[1];
  if (id === undefined) return;
  if (!filters.has(id)) throw badValue(`No array filter found for identifier '${id}'`);
  used.add(id);
}

function rename(root: Branch, parts: string[], to: unknown): void {
  const from = parts.join('.');
  if (typeof to !== 'string')
    throw badValue(`The 'to' field for $rename must be a string: ${from}`);
  if (to.includes('\0'))
    throw badValue("The 'to' field for $rename cannot contain an embedded null byte");
  if (to === from) throw badValue(`The source and target field for $rename must differ: ${from}`);
  const target = pathParts(to);
  for (const part of [...parts, ...target]) {
    if (part.startsWith('$'))
      throw badValue(`The source and target of $rename may not be dynamic: ${from}`);
  }
  if (to.startsWith(`${from}.`) || from.startsWith(`${to}.`)) {
    throw badValue(`The source and target field for $rename must not be on the same path: ${from}`);
  }
  insert(root, parts, {
    kind: 'leaf',
    apply: (old, ctx) =>
      renameSource(ctx.root, parts) === undefined || old === undefined ? KEEP : REMOVE,
  });
  insert(root, target, {
    kind: 'leaf',
    apply: (_old, ctx) => {
      const v = renameSource(ctx.root, parts);
      if (v === undefined) return KEEP;
      refuseArrayTarget(ctx.root, target);
      return v;
    },
  });
}

/** The identifiers at the head of a filter's paths, also inside `$and` and `$or`. */
function identifiers(filter: Doc, found: Set<string>): void {
  for (const k of Object.keys(filter)) {
    const v = filter[k];
    if (!k.startsWith('$')) found.add(k.split('.')[0] as string);
    else if (Array.isArray(v)) for (const item of v) if (isObject(item)) identifiers(item, found);
  }
}

/** Compiles `arrayFilters`: each is about one identifier. */
export function parseArrayFilters(list: Doc[] | undefined, env: Env): Filters {
  const filters: Filters = new Map();
  for (const filter of list ?? []) {
    refuseExpr(filter, 'an array filter');
    const found = new Set<string>();
    identifiers(filter, found);
    const predicate = compileFilter(filter, env);
    const [id] = found;
    if (id === undefined)
      throw failedToParse(
        'Cannot use an expression without a top-level field name in arrayFilters',
      );
    if (found.size > 1) {
      throw failedToParse(
        `Error parsing array filter: Expected a single top-level field name, found '${[...found].join("' and '")}'`,
      );
    }
    if (!/^[a-z][a-zA-Z0-9]*$/.test(id)) {
      throw badValue(
        `Error parsing array filter: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${id}'`,
      );
    }
    if (filters.has(id))
      throw failedToParse(`Found multiple array filters with the same top-level field name ${id}`);
    filters.set(id, (v) => predicate({ [id]: v }, null));
  }
  return filters;
}
