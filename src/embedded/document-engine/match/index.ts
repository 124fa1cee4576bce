import type { Doc } from '../bson/codec';
import type { Env } from '../env';
import { compileFilter } from './compile';
import type { Record_ } from './walk';

export interface Matcher {
  test(doc: Doc): boolean;
  /** As `test`, and the index in the last matching array, for the positional operator. */
  testPositional(doc: Doc): { matched: boolean; arrayIndex: number | null };
}

/** Compiles a filter; throws an EngineError for a bad one. */
export function compileMatch(filter: Doc, env: Env): Matcher {
  const predicate = compileFilter(filter, env);
  return {
    test: (doc) => predicate(doc, null),
    testPositional(doc) {
      const rec: Record_ = { index: null };
      const matched = predicate(doc, rec);
      return { matched, arrayIndex: matched ? rec.index : null };
    },
  };
}
