/** The total order of BSON values; `undefined` stands for a missing field and comes before null. */
export function compare(_a: unknown, _b: unknown): number {
  throw new Error('being written');
}
/** MongoDB's name of a value's type, as `$type` gives it; "missing" for `undefined`. */
export function typeName(_v: unknown): string {
  throw new Error('being written');
}
