import { EngineError } from '../errors';

/**
 * A decoded document: a plain object whose numbers keep their BSON type (`Int32`, `Double`, `Long`,
 * `Decimal128` of the bson library), strings and booleans are JavaScript's own, dates are `Date`,
 * regular expressions `BSONRegExp`, arrays are arrays, null is null. Keys may be hostile
 * (`__proto__`): read with `Object.hasOwn`, write with `setOwn`.
 *
 * The library's own reader and writer do not serve here: they take `{ $ref, $id }` for an object of
 * a class, and believe a stored field named `_bsontype`.
 */
export type Doc = Record<string, unknown>;

/** Sets an own property whatever its name: a plain assignment to `__proto__` would set the prototype. */
export function setOwn(target: Doc, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else {
    target[key] = value;
  }
}

/** MongoDB's limit for what it reads; stored documents may have half of it. */
export const MAX_DEPTH = 200;

/** Texts up to this length are handled in JavaScript where they are ASCII: it is quicker. */
export const SHORT = 20;

export const invalid = (why: string): EngineError => new EngineError(22, 'InvalidBSON', why);
export const tooDeep = (): EngineError =>
  new EngineError(15, 'Overflow', `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`);
