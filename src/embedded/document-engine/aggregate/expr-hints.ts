import type { Doc } from '../bson/codec';
import { isNullish, isObject } from '../bson/types';
import type { Env } from '../env';
import { isRegexValue } from '../match/regex';
import type { Evaluate } from './expressions/common';
import { compileExpression } from './expressions/index';

/** Asks whether an expression is a plain path such as "$a.b"; answers the path. */
const pathOf = (v: unknown): string | undefined =>
  typeof v === 'string' && /^\$[^$]/.test(v) ? v.slice(1) : undefined;

const isVariable = (v: unknown): v is string => typeof v === 'string' && v.startsWith('$$');

/**
 * What `{ $expr: { $eq: ['$path', '$$variable'] } }` says about a path, so that an index may serve
 * a `$lookup` with a pipeline. The answer only narrows: the filter itself is still tested.
 */
export function equalityHints(filter: Doc | undefined, env: Env): () => Doc[] {
  const pairs: { path: string; value: Evaluate }[] = [];
  const gather = (f: unknown): void => {
    if (!isObject(f)) return;
    if (Array.isArray(f['$and'])) f['$and'].forEach(gather);
    const expr = f['$expr'];
    if (isObject(expr)) fromExpression(expr);
  };
  const fromExpression = (expr: Doc): void => {
    if (Array.isArray(expr['$and']))
      for (const e of expr['$and']) if (isObject(e)) fromExpression(e);
    const pair = expr['$eq'];
    if (!Array.isArray(pair) || pair.length !== 2) return;
    const [a, b] = pathOf(pair[0]) === undefined ? [pair[1], pair[0]] : pair;
    const path = pathOf(a);
    if (path !== undefined && isVariable(b) && !/^\$\$(ROOT|CURRENT|REMOVE)/.test(b)) {
      pairs.push({ path, value: compileExpression(b, env) });
    }
  };
  gather(filter);
  return () =>
    pairs.flatMap(({ path, value }) => {
      const v = value({});
      // Only for such values does a query's equality find all that the expression finds.
      return isNullish(v) || Array.isArray(v) || isRegexValue(v) ? [] : [{ [path]: { $eq: v } }];
    });
}
