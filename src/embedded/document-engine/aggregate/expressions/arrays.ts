import { type Doc, own, setOwn } from '../../bson/codec';
import { equal } from '../../bson/compare';
import { exactInteger, int } from '../../bson/number';
import { isNullish, isNumber, isObject } from '../../bson/types';
import type { Env } from '../../env';
import { EngineError, failedToParse, location } from '../../errors';
import {
  binary,
  checkVariable,
  type Evaluate,
  isTruthy,
  isVariable,
  type Make,
  named,
  nary,
  type Operators,
  unary,
  withVars,
} from './common';

const ANY = Number.POSITIVE_INFINITY;

function integer(v: unknown, error: () => EngineError): number {
  const n = isNumber(v) ? exactInteger(v) : undefined;
  if (n === undefined || Math.abs(n) > 2147483648) throw error();
  return n;
}

const arrayElemAt = binary((a, i) => {
  if (isNullish(a) || isNullish(i)) return null;
  if (!Array.isArray(a)) throw location(28689, "$arrayElemAt's first argument must be an array");
  const n = integer(i, () =>
    location(28691, "$arrayElemAt's second argument must be a 32-bit integer"),
  );
  return a[n < 0 ? a.length + n : n];
});

const slice = nary(2, 3, (args) => {
  const [a, b, c] = args;
  if (args.some(isNullish)) return null;
  if (!Array.isArray(a)) throw location(28724, 'First argument to $slice must be an array');
  const n = integer(b, () => location(28726, 'Second argument to $slice must be a 32-bit integer'));
  if (args.length === 2) return n < 0 ? a.slice(n) : a.slice(0, n);
  const count = integer(c, () =>
    location(28728, 'Third argument to $slice must be a 32-bit integer'),
  );
  if (count <= 0) throw location(28729, 'Third argument to $slice must be positive');
  const from = n < 0 ? Math.max(0, a.length + n) : n;
  return a.slice(from, from + count);
});

const concatArrays = nary(0, ANY, (args) => {
  const out: unknown[] = [];
  for (const a of args) {
    if (isNullish(a)) return null;
    if (!Array.isArray(a)) throw location(28664, '$concatArrays only supports arrays');
    for (const v of a) out.push(v);
  }
  return out;
});

/** MongoDB lets `$range` take 100 MB and counts 16 bytes for a number. */
const RANGE_LIMIT = (100 * 1024 * 1024 - 40) / 16;

const range = nary(2, 3, ([from, to, by]) => {
  const start = integer(from, () =>
    location(34444, '$range requires a starting value that is a 32-bit integer'),
  );
  const end = integer(to, () =>
    location(34446, '$range requires an ending value that is a 32-bit integer'),
  );
  const step =
    by === undefined
      ? 1
      : integer(by, () => location(34448, '$range requires a step that is a 32-bit integer'));
  if (step === 0) throw location(34449, '$range requires a non-zero step value');
  if (Math.abs(end - start) / Math.abs(step) > RANGE_LIMIT) {
    throw new EngineError(146, 'ExceededMemoryLimit', '$range would use too much memory');
  }
  const out: unknown[] = [];
  for (let i = start; step > 0 ? i < end : i > end; i += step) out.push(int(i));
  return out;
});

/** The name under which the body sees an element's index: `IDX` unless `arrayIndexAs` gives one. */
function indexName(arg: Doc, names: string[]): string {
  if (!Object.hasOwn(arg, 'arrayIndexAs')) return 'IDX';
  const name = arg['arrayIndexAs'];
  if (typeof name !== 'string' || !isVariable(name))
    throw failedToParse(`'${String(name)}' is not a valid name for a user-defined variable`);
  if (names.includes(name))
    throw location(9375802, `'${name}' is the name of two variables of one expression`);
  return name;
}

/** `input`, and a body that is worked out for each element under a name, with its index. */
function each(arg: Doc, body: string, env: Env, compile: (spec: unknown, env: Env) => Evaluate) {
  const [cell, index] = [{ value: undefined as unknown }, { value: undefined as unknown }];
  const name = Object.hasOwn(arg, 'as') ? checkVariable(arg['as']) : 'this';
  const inner = withVars(env, { [indexName(arg, [name])]: index, [name]: cell });
  const evaluate = compile(arg[body], inner);
  return {
    input: compile(arg['input'], env),
    at: (root: Doc, items: unknown[], i: number): unknown => {
      cell.value = items[i];
      index.value = int(i);
      return evaluate(root);
    },
  };
}

const filter: Make = (arg, env, compile, op) => {
  const given = named(arg, op, ['input', 'cond'], ['as', 'limit', 'arrayIndexAs'], 28646);
  const { input, at } = each(given, 'cond', env, compile);
  const limit = Object.hasOwn(given, 'limit') ? compile(given['limit'], env) : undefined;
  return (root) => {
    const items = input(root);
    if (isNullish(items)) return null;
    if (!Array.isArray(items)) throw location(28651, 'input to $filter must be an array');
    const max = limit?.(root);
    const n = isNullish(max)
      ? ANY
      : integer(max, () => location(327391, '$filter: limit must be a 32-bit integer'));
    if (n < 1) throw location(327392, '$filter: limit must be greater than 0');
    const out: unknown[] = [];
    for (let i = 0; i < items.length; i++) {
      if (isTruthy(at(root, items, i)) && out.push(items[i]) >= n) break;
    }
    return out;
  };
};

const map: Make = (arg, env, compile, op) => {
  const given = named(arg, op, ['input', 'in'], ['as', 'arrayIndexAs'], 16879);
  const { input, at } = each(given, 'in', env, compile);
  return (root) => {
    const items = input(root);
    if (isNullish(items)) return null;
    if (!Array.isArray(items)) throw location(16883, 'input to $map must be an array');
    return items.map((_, i) => {
      const v = at(root, items, i);
      return v === undefined ? null : v;
    });
  };
};

const reduce: Make = (arg, env, compile, op) => {
  const given = named(arg, op, ['input', 'initialValue', 'in'], ['arrayIndexAs'], 40075);
  const cells = { this: { value: undefined as unknown }, value: { value: undefined as unknown } };
  const index = { value: undefined as unknown };
  const input = compile(given['input'], env);
  const initial = compile(given['initialValue'], env);
  const vars = { [indexName(given, ['this', 'value'])]: index, ...cells };
  const body = compile(given['in'], withVars(env, vars));
  return (root) => {
    const items = input(root);
    if (isNullish(items)) return null;
    if (!Array.isArray(items)) throw location(40080, "$reduce requires that 'input' be an array");
    let v = initial(root);
    for (const [i, item] of items.entries()) {
      index.value = int(i);
      cells.this.value = item;
      cells.value.value = v;
      v = body(root);
    }
    return v;
  };
};

const zip: Make = (arg, env, compile, op) => {
  const given = named(arg, op, ['inputs'], ['useLongestLength', 'defaults'], 34460);
  if (!Array.isArray(given['inputs']))
    throw location(34461, 'inputs must be an array of expressions');
  const longest = given['useLongestLength'] ?? false;
  if (typeof longest !== 'boolean') throw location(34463, 'useLongestLength must be a bool');
  const fill = given['defaults'];
  if (fill !== undefined && !Array.isArray(fill))
    throw location(34462, 'defaults must be an array of expressions');
  if (given['inputs'].length === 0) throw location(34465, '$zip requires at least one input array');
  if (fill && !longest)
    throw location(34466, 'cannot specify defaults unless useLongestLength is true');
  if (fill && fill.length !== given['inputs'].length)
    throw location(34467, 'defaults and inputs must have the same length');
  const inputs = given['inputs'].map((x) => compile(x, env));
  const defaults = (fill ?? []).map((x: unknown) => compile(x, env));
  return (root) => {
    const lists = inputs.map((e) => e(root));
    if (lists.some(isNullish)) return null;
    if (!lists.every(Array.isArray))
      throw location(34468, '$zip found a non-array expression in input');
    const lengths = lists.map((l) => (l as unknown[]).length);
    const n = longest ? Math.max(...lengths) : Math.min(...lengths);
    const rest = defaults.map((e) => e(root));
    return Array.from({ length: n }, (_, i) =>
      lists.map((l, k) => (i < (l as unknown[]).length ? (l as unknown[])[i] : (rest[k] ?? null))),
    );
  };
};

const indexOfArray = nary(2, 4, ([a, v, from, to]) => {
  if (isNullish(a)) return null;
  if (!Array.isArray(a))
    throw location(40090, '$indexOfArray requires an array as a first argument');
  const bound = (x: unknown, name: string) => {
    const n = integer(x, () => location(40096, `$indexOfArray requires an integral ${name} index`));
    if (n < 0) throw location(40097, `$indexOfArray requires a nonnegative ${name} index`);
    return n;
  };
  const start = from === undefined ? 0 : bound(from, 'starting');
  const end = to === undefined ? a.length : Math.min(a.length, bound(to, 'ending'));
  for (let i = start; i < end; i++) if (equal(a[i], v)) return int(i);
  return int(-1);
});

const arrayToObject = unary((v) => {
  if (isNullish(v)) return null;
  if (!Array.isArray(v)) throw location(40386, '$arrayToObject requires an array input');
  const out: Doc = {};
  const pairs = Array.isArray(v[0]);
  for (const item of v) {
    let key: unknown;
    let value: unknown;
    if (Array.isArray(item) !== pairs)
      throw location(40396, '$arrayToObject requires all elements to be arrays or all documents');
    if (Array.isArray(item)) {
      if (item.length !== 2)
        throw location(40397, '$arrayToObject requires an array of size 2 arrays');
      [key, value] = item;
    } else if (isObject(item)) {
      if (
        Object.keys(item).length !== 2 ||
        !Object.hasOwn(item, 'k') ||
        !Object.hasOwn(item, 'v')
      ) {
        throw location(40392, "$arrayToObject requires an object with keys 'k' and 'v'");
      }
      key = own(item, 'k');
      value = own(item, 'v');
    } else throw location(40398, 'Unrecognised input type format for $arrayToObject');
    if (typeof key !== 'string')
      throw location(40395, '$arrayToObject requires the key to be a string');
    setOwn(out, key, value);
  }
  return out;
});

/** Arrays. */
export const ARRAYS: Operators = {
  $size: unary((v) => {
    if (!Array.isArray(v)) throw location(17124, 'The argument to $size must be an array');
    return int(v.length);
  }),
  $arrayElemAt: arrayElemAt,
  $slice: slice,
  $concatArrays: concatArrays,
  $in: binary((v, a) => {
    if (!Array.isArray(a)) throw location(40081, '$in requires an array as a second argument');
    return a.some((x) => equal(x, v));
  }),
  $isArray: unary((v) => Array.isArray(v)),
  $reverseArray: unary((v) => {
    if (isNullish(v)) return null;
    if (!Array.isArray(v)) throw location(34435, 'The argument to $reverseArray must be an array');
    return [...v].reverse();
  }),
  $range: range,
  $filter: filter,
  $map: map,
  $reduce: reduce,
  $zip: zip,
  $indexOfArray: indexOfArray,
  $arrayToObject: arrayToObject,
};
