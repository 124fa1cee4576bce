import type { Doc } from '../bson/codec';
import type { Env } from '../env';

export interface Matcher {
  test(doc: Doc): boolean;
  /** As `test`, and the index in the last matching array, for the positional operator. */
  testPositional(doc: Doc): { matched: boolean; arrayIndex: number | null };
}

/** Compiles a filter; throws an EngineError for a bad one. */
export function compileMatch(_filter: Doc, _env: Env): Matcher {
  throw new Error('being written');
}
