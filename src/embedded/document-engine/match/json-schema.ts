import { type Doc, has, nameOf, own, setOwn } from '../bson/codec';
import { compare, hashKey } from '../bson/compare';
import * as D from '../bson/decimal';
import { exactInteger, toDec, toDouble } from '../bson/number';
import { isNumber, isObject, T, typeOf } from '../bson/types';
import type { Env } from '../env';
import { badValue, failedToParse, typeMismatch } from '../errors';
import { typeSet } from './operators';
import { compileRegex } from './regex';
import type { Test, ValueNode } from './walk';

const JSON_TYPES: Record<string, number[]> = {
  object: [T.object],
  array: [T.array],
  string: [T.string],
  boolean: [T.bool],
  null: [T.null],
  number: [T.double, T.int, T.long, T.decimal],
};

/** Keywords that mean nothing without another. */
const PAIRS: Record<string, string> = {
  exclusiveMinimum: 'minimum',
  exclusiveMaximum: 'maximum',
};

/** Equality as a schema sees it, where the order of fields does not count. */
const identity = (v: unknown): string => hashKey(inOrder(v));

function inOrder(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(inOrder);
  if (!isObject(v)) return v;
  const out: Doc = {};
  for (const k of Object.keys(v).sort()) setOwn(out, k, inOrder(v[k]));
  return out;
}

/** A list that a keyword demands: not empty, and no value twice. */
function distinct(keyword: string, v: unknown): Set<string> {
  if (!Array.isArray(v)) throw typeMismatch(`$jsonSchema keyword '${keyword}' must be an array`);
  const keys = new Set(v.map(identity));
  if (v.length === 0 || keys.size < v.length)
    throw failedToParse(`$jsonSchema keyword '${keyword}' cannot be empty or have duplicates`);
  return keys;
}

function names(keyword: string, v: unknown): string[] {
  if (Array.isArray(v) && !v.every(isText))
    throw typeMismatch(`$jsonSchema keyword '${keyword}' must be an array of strings`);
  distinct(keyword, v);
  return v as string[];
}

/** Compiles `$jsonSchema` (draft 4 with MongoDB's `bsonType`). */
export function compileSchema(v: unknown, env: Env): ValueNode {
  if (!isObject(v)) throw typeMismatch('$jsonSchema must be an object');
  return { kind: 'leaf', test: schema(v, env), traverse: false };
}

function schema(spec: Doc, env: Env): Test {
  const tests: Test[] = [];
  for (const key of Object.keys(spec)) {
    const other = Object.hasOwn(PAIRS, key) ? PAIRS[key] : undefined;
    if (other !== undefined && !Object.hasOwn(spec, other))
      throw failedToParse(`$jsonSchema keyword '${key}' needs '${other}'`);
    tests.push(keyword(key, spec[key], spec, env));
  }
  if (Object.hasOwn(spec, 'type') && Object.hasOwn(spec, 'bsonType'))
    throw failedToParse("$jsonSchema cannot have both 'type' and 'bsonType'");
  return (v) => tests.every((t) => t(v));
}

/** A test that only concerns values of one kind; all others pass. */
const only =
  (kind: (v: unknown) => boolean, test: Test): Test =>
  (v) =>
    !kind(v) || test(v);
const isText = (v: unknown): v is string => typeof v === 'string';

function number(key: string, v: unknown): number {
  const n = exactInteger(v);
  if (n === undefined || n < 0)
    throw failedToParse(`$jsonSchema keyword '${key}' must be a non-negative integer`);
  return n;
}

function sub(key: string, v: unknown, env: Env): Test {
  if (!isObject(v)) throw typeMismatch(`$jsonSchema keyword '${key}' must be an object`);
  return schema(v, env);
}

function list(key: string, v: unknown, env: Env): Test[] {
  if (!Array.isArray(v)) throw typeMismatch(`$jsonSchema keyword '${key}' must be an array`);
  if (v.length === 0) throw badValue(`$jsonSchema keyword '${key}' must be a non-empty array`);
  return v.map((item) => sub(key, item, env));
}

function keyword(key: string, v: unknown, spec: Doc, env: Env): Test {
  switch (key) {
    case 'bsonType': {
      const codes = typeSet(v, 'bsonType');
      return (x) => codes.has(typeOf(x));
    }
    case 'type': {
      const codes = new Set(
        names('type', Array.isArray(v) ? v : [v]).flatMap((name) => {
          const found = Object.hasOwn(JSON_TYPES, name) ? JSON_TYPES[name] : undefined;
          if (found) return found;
          if (name === 'integer')
            throw failedToParse("$jsonSchema type 'integer' is not supported, bsonType 'int' is");
          throw badValue(`Unknown type name alias: ${name}`);
        }),
      );
      return (x) => codes.has(typeOf(x));
    }
    case 'enum': {
      const keys = distinct('enum', v);
      return (x) => keys.has(identity(x));
    }
    case 'minimum':
    case 'maximum': {
      if (!isNumber(v)) throw typeMismatch(`$jsonSchema keyword '${key}' must be a number`);
      const strict = spec[key === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum'] === true;
      const sign = key === 'minimum' ? 1 : -1;
      return only(isNumber, (x) => {
        const c = compare(x, v) * sign;
        return strict ? c > 0 : c >= 0;
      });
    }
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      if (typeof v !== 'boolean')
        throw typeMismatch(`$jsonSchema keyword '${key}' must be a boolean`);
      return () => true;
    case 'multipleOf':
      if (!isNumber(v)) throw typeMismatch("$jsonSchema keyword 'multipleOf' must be a number");
      if (!(toDouble(v) > 0))
        throw failedToParse("$jsonSchema keyword 'multipleOf' must have a positive value");
      return only(isNumber, (x) => D.isZero(D.rem(toDec(x), toDec(v))));
    case 'minLength':
    case 'maxLength': {
      const n = number(key, v);
      return only(
        isText,
        (x) =>
          (key === 'minLength') === [...(x as string)].length >= n ||
          [...(x as string)].length === n,
      );
    }
    case 'pattern': {
      if (!isText(v)) throw typeMismatch("$jsonSchema keyword 'pattern' must be a string");
      const { test } = compileRegex(v, undefined, env.maxRegexMs);
      return only(isText, test);
    }
    case 'minItems':
    case 'maxItems': {
      const n = number(key, v);
      return only(Array.isArray, (x) =>
        key === 'minItems' ? (x as unknown[]).length >= n : (x as unknown[]).length <= n,
      );
    }
    case 'uniqueItems':
      if (typeof v !== 'boolean')
        throw typeMismatch("$jsonSchema keyword 'uniqueItems' must be a boolean");
      return only(Array.isArray, (x) => {
        const items = x as unknown[];
        return !v || new Set(items.map(identity)).size === items.length;
      });
    case 'items':
    case 'additionalItems':
      return items(key, v, spec, env);
    case 'minProperties':
    case 'maxProperties': {
      const n = number(key, v);
      return only(isObject, (x) => {
        const count = Object.keys(x as Doc).length;
        return key === 'minProperties' ? count >= n : count <= n;
      });
    }
    case 'required': {
      const required = names(key, v);
      return only(isObject, (x) => required.every((name) => has(x as Doc, name)));
    }
    case 'properties':
    case 'patternProperties':
    case 'additionalProperties':
      return properties(key, v, spec, env);
    case 'dependencies': {
      if (!isObject(v)) throw typeMismatch("$jsonSchema keyword 'dependencies' must be an object");
      const rules = Object.keys(v).map((name): [string, Test] => {
        const rule = v[name];
        if (!Array.isArray(rule)) return [name, sub(key, rule, env)];
        const others = names(key, rule);
        return [name, (x) => others.every((other) => has(x as Doc, other))];
      });
      return only(isObject, (x) =>
        rules.every(([name, t]) => !Object.hasOwn(x as Doc, name) || t(x)),
      );
    }
    case 'allOf': {
      const tests = list(key, v, env);
      return (x) => tests.every((t) => t(x));
    }
    case 'anyOf': {
      const tests = list(key, v, env);
      return (x) => tests.some((t) => t(x));
    }
    case 'oneOf': {
      const tests = list(key, v, env);
      return (x) => tests.filter((t) => t(x)).length === 1;
    }
    case 'not': {
      const test = sub(key, v, env);
      return (x) => !test(x);
    }
    case 'title':
    case 'description':
      if (!isText(v)) throw typeMismatch(`$jsonSchema keyword '${key}' must be a string`);
      return () => true;
    default:
      throw failedToParse(`Unknown $jsonSchema keyword: ${key}`);
  }
}

function items(key: string, v: unknown, spec: Doc, env: Env): Test {
  if (key === 'additionalItems') {
    const heads = Array.isArray(spec['items']) ? spec['items'].length : undefined;
    const rest: Test = typeof v === 'boolean' ? () => v : sub(key, v, env);
    return only(
      Array.isArray,
      (x) => heads === undefined || (x as unknown[]).slice(heads).every(rest),
    );
  }
  if (!Array.isArray(v)) {
    const each = sub(key, v, env);
    return only(Array.isArray, (x) => (x as unknown[]).every(each));
  }
  const heads = v.map((item) => sub(key, item, env));
  return only(Array.isArray, (x) =>
    heads.every((t, i) => i >= (x as unknown[]).length || t((x as unknown[])[i])),
  );
}

function properties(key: string, v: unknown, spec: Doc, env: Env): Test {
  const patterns = Object.keys(
    isObject(spec['patternProperties']) ? spec['patternProperties'] : {},
  );
  const regexes = patterns.map((p) => compileRegex(nameOf(p), undefined, env.maxRegexMs).test);
  if (key === 'additionalProperties') {
    const rest: Test = typeof v === 'boolean' ? () => v : sub(key, v, env);
    const named = isObject(spec['properties']) ? spec['properties'] : {};
    return only(isObject, (x) =>
      Object.keys(x as Doc).every(
        (k) => Object.hasOwn(named, k) || regexes.some((t) => t(nameOf(k))) || rest((x as Doc)[k]),
      ),
    );
  }
  if (!isObject(v)) throw typeMismatch(`$jsonSchema keyword '${key}' must be an object`);
  const tests = Object.keys(v).map((name): [string, Test] => [name, sub(key, v[name], env)]);
  if (key === 'properties') {
    return only(isObject, (x) =>
      tests.every(([name, t]) => !Object.hasOwn(x as Doc, name) || t(own(x as Doc, name))),
    );
  }
  return only(isObject, (x) =>
    Object.keys(x as Doc).every((k) =>
      tests.every(([, t], i) => !regexes[i]?.(nameOf(k)) || t((x as Doc)[k])),
    ),
  );
}
