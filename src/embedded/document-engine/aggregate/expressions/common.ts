import { type Doc, setOwn } from '../../bson/codec';
import { toDouble } from '../../bson/number';
import { isNullish, isNumber, isObject } from '../../bson/types';
import type { Env } from '../../env';
import { location, typeMismatch } from '../../errors';

/** An expression ready to be worked out for a document (`$$ROOT`); undefined is a missing value. */
export type Evaluate = (root: Doc) => unknown;

/** Compiles an operand; given to the operators, which lie below the compiler. */
export type Compile = (spec: unknown, env: Env) => Evaluate;

/** Makes an operator's function from its argument. */
export type Make = (arg: unknown, env: Env, compile: Compile, op: string) => Evaluate;

export type Operators = Record<string, Make>;

/** Truth as expressions and `$exists` see it: false, null, missing and zero are not true. */
export function isTruthy(v: unknown): boolean {
  if (typeof v === 'boolean') return v;
  if (isNullish(v)) return false;
  return isNumber(v) ? toDouble(v) !== 0 : true;
}

/** The operands of an operator: a list, or one operand that stands without a list. */
export function operands(arg: unknown, min: number, max: number, op: string): unknown[] {
  const list = Array.isArray(arg) ? arg : [arg];
  if (list.length < min || list.length > max) {
    const wanted = min === max ? `exactly ${min}` : `between ${min} and ${max}`;
    throw location(
      min === max ? 16020 : 28667,
      `Expression ${op} takes ${wanted} arguments. ${list.length} were passed in.`,
    );
  }
  return list;
}

export const unary =
  (fn: (v: unknown, env: Env) => unknown): Make =>
  (arg, env, compile, op) => {
    const a = compile(operands(arg, 1, 1, op)[0], env);
    return (root) => fn(a(root), env);
  };

export const binary =
  (fn: (a: unknown, b: unknown) => unknown): Make =>
  (arg, env, compile, op) => {
    const [a, b] = operands(arg, 2, 2, op).map((x) => compile(x, env)) as [Evaluate, Evaluate];
    return (root) => fn(a(root), b(root));
  };

export const nary =
  (min: number, max: number, fn: (args: unknown[], env: Env) => unknown): Make =>
  (arg, env, compile, op) => {
    const list = operands(arg, min, max, op).map((x) => compile(x, env));
    return (root) =>
      fn(
        list.map((e) => e(root)),
        env,
      );
  };

/** An operator of one number, null where there is none. */
export const onNumber = (op: string, fn: (v: unknown) => unknown): Make =>
  unary((v) => {
    if (isNullish(v)) return null;
    if (!isNumber(v)) throw typeMismatch(`${op} only supports numeric types`);
    return fn(v);
  });

/** The argument document of an operator with named arguments, checked. */
export function named(
  arg: unknown,
  op: string,
  required: string[],
  optional: string[],
  code = 40415,
): Doc {
  if (!isObject(arg)) throw location(code, `${op} requires an object as an argument`);
  for (const k of Object.keys(arg)) {
    if (!required.includes(k) && !optional.includes(k)) {
      throw location(code, `Unrecognized argument to ${op}: ${k}`);
    }
  }
  for (const k of required) {
    if (!Object.hasOwn(arg, k)) throw location(code, `Missing '${k}' parameter to ${op}`);
  }
  return arg;
}

/** As `named`, each argument worked out for every document and given to one function. */
export const withNamed =
  (
    required: string[],
    optional: string[],
    fn: (args: Doc, env: Env) => unknown,
    code?: number,
  ): Make =>
  (arg, env, compile, op) => {
    const given = named(arg, op, required, optional, code);
    const list = Object.keys(given).map((k): [string, Evaluate] => [k, compile(given[k], env)]);
    return (root) => {
      const args: Doc = {};
      for (const [k, e] of list) setOwn(args, k, e(root));
      return fn(args, env);
    };
  };

/** An environment with one more set of variables. */
export function withVars(env: Env, vars: Record<string, { value: unknown }>): Env {
  const all = new Map(env.vars);
  for (const k of Object.keys(vars)) all.set(k, vars[k] as { value: unknown });
  return { ...env, vars: all };
}

/** Whether a user may give a variable this name: it starts with a small letter. */
export const isVariable = (name: string): boolean =>
  /^[a-z\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*$/.test(name);

/** Refuses a variable's name that MongoDB would refuse. */
export function checkVariable(name: unknown): string {
  if (typeof name !== 'string' || !isVariable(name)) {
    if (name !== 'CURRENT')
      throw location(16867, `'${String(name)}' is not a valid name for a user-defined variable`);
  }
  return name as string;
}
