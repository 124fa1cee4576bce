import type { Doc } from './bson/codec';

export interface Sorter {
  compare(a: Doc, b: Doc): number;
  /** The sort key of a document: for an array the least (1) or the greatest (-1) element. */
  key(doc: Doc): unknown[];
  compareKeys(a: unknown[], b: unknown[]): number;
}

/** Compiles a sort specification such as `{ a: 1, 'b.c': -1 }`. */
export function compileSort(_spec: Doc): Sorter {
  throw new Error('being written');
}
