import type { Doc } from './bson/codec';

/**
 * The values that a dotted path reaches, arrays on the way walked and a final array given as its
 * elements, as `distinct` and a multikey index see them. An index with no value at all stores null:
 * the answer is then `[]` and `null` is the caller's choice.
 */
export function valuesAt(_doc: Doc, _path: string): unknown[] {
  throw new Error('being written');
}
