import { compare } from '../../bson/compare';
import { int } from '../../bson/number';
import { isNullish, isObject } from '../../bson/types';
import { location } from '../../errors';
import {
  binary,
  checkVariable,
  type Evaluate,
  isTruthy,
  type Make,
  named,
  type Operators,
  operands,
  unary,
  withVars,
} from './common';

const comparison = (holds: (c: number) => boolean): Make => binary((a, b) => holds(compare(a, b)));

const cond: Make = (arg, env, compile, op) => {
  let parts: unknown[];
  if (isObject(arg)) {
    for (const k of Object.keys(arg)) {
      if (!['if', 'then', 'else'].includes(k))
        throw location(17083, `Unrecognized parameter to $cond: ${k}`);
    }
    const missing = [
      ['if', 17080],
      ['then', 17081],
      ['else', 17082],
    ].find(([k]) => !Object.hasOwn(arg, String(k)));
    if (missing) throw location(Number(missing[1]), `Missing '${missing[0]}' parameter to $cond`);
    parts = [arg['if'], arg['then'], arg['else']];
  } else parts = operands(arg, 3, 3, op);
  const [test, yes, no] = parts.map((p) => compile(p, env)) as [Evaluate, Evaluate, Evaluate];
  return (root) => (isTruthy(test(root)) ? yes(root) : no(root));
};

const ifNull: Make = (arg, env, compile, op) => {
  if (!Array.isArray(arg) || arg.length < 2) {
    throw location(1257300, `${op} needs at least two arguments`);
  }
  const list = arg.map((p) => compile(p, env));
  const last = list.pop() as Evaluate;
  return (root) => {
    for (const e of list) {
      const v = e(root);
      if (!isNullish(v)) return v;
    }
    return last(root);
  };
};

const switchMake: Make = (arg, env, compile, op) => {
  if (!isObject(arg)) throw location(40060, `${op} requires an object as an argument`);
  for (const k of Object.keys(arg)) {
    if (k !== 'branches' && k !== 'default')
      throw location(40067, `${op} found an unknown argument: ${k}`);
  }
  const branches = arg['branches'];
  if (!Array.isArray(branches)) throw location(40061, `${op} expected an array for 'branches'`);
  if (branches.length === 0) throw location(40068, `${op} requires at least one branch.`);
  const list = branches.map((b): [Evaluate, Evaluate] => {
    if (!isObject(b)) throw location(40062, `${op} expected each branch to be an object`);
    for (const k of Object.keys(b)) {
      if (k !== 'case' && k !== 'then')
        throw location(40063, `${op} found an unknown argument to a branch: ${k}`);
    }
    if (!Object.hasOwn(b, 'case'))
      throw location(40064, `${op} requires each branch have a 'case' expression`);
    if (!Object.hasOwn(b, 'then'))
      throw location(40065, `${op} requires each branch have a 'then' expression.`);
    return [compile(b['case'], env), compile(b['then'], env)];
  });
  const otherwise = Object.hasOwn(arg, 'default') ? compile(arg['default'], env) : undefined;
  return (root) => {
    for (const [test, then] of list) if (isTruthy(test(root))) return then(root);
    if (!otherwise) {
      throw location(
        40066,
        `${op} could not find a matching branch for an input, and no default was specified.`,
      );
    }
    return otherwise(root);
  };
};

const letMake: Make = (arg, env, compile, op) => {
  const given = named(arg, op, ['vars', 'in'], [], 16874);
  const vars = given['vars'];
  if (!isObject(vars)) throw location(16876, 'invalid parameter: expected an object (vars)');
  const cells: Record<string, { value: unknown }> = Object.create(null);
  const list = Object.keys(vars).map((name) => {
    const cell = { value: undefined as unknown };
    cells[checkVariable(name)] = cell;
    return { cell, evaluate: compile(vars[name], env) };
  });
  const body = compile(given['in'], withVars(env, cells));
  return (root) => {
    const values = list.map(({ evaluate }) => evaluate(root));
    list.forEach(({ cell }, i) => {
      cell.value = values[i];
    });
    return body(root);
  };
};

/** Comparison, boolean logic, conditions and variables. */
export const LOGIC: Operators = {
  $eq: comparison((c) => c === 0),
  $ne: comparison((c) => c !== 0),
  $gt: comparison((c) => c > 0),
  $gte: comparison((c) => c >= 0),
  $lt: comparison((c) => c < 0),
  $lte: comparison((c) => c <= 0),
  $cmp: binary((a, b) => int(Math.sign(compare(a, b)))),
  $and: (arg, env, compile) => {
    const list = (Array.isArray(arg) ? arg : [arg]).map((p) => compile(p, env));
    return (root) => list.every((e) => isTruthy(e(root)));
  },
  $or: (arg, env, compile) => {
    const list = (Array.isArray(arg) ? arg : [arg]).map((p) => compile(p, env));
    return (root) => list.some((e) => isTruthy(e(root)));
  },
  $not: unary((v) => !isTruthy(v)),
  $cond: cond,
  $ifNull: ifNull,
  $switch: switchMake,
  $let: letMake,
  $literal: (arg) => () => arg,
  $const: (arg) => () => arg,
  $expr: (arg, env, compile) => compile(arg, env),
};
