import { EngineError } from '../errors';

/**
 * A decoded document: a plain object whose numbers keep their BSON type (`Int32`, `Double`, `Long`,
 * `Decimal128` of the bson library), strings and booleans are JavaScript's own, dates are `Date`,
 * regular expressions `BSONRegExp`, arrays are arrays, null is null. Keys may be hostile
 * (`__proto__`): read with `own` and `has`, write with `setOwn`, take away with `removeOwn`.
 *
 * JavaScript puts names that look like whole numbers first, whenever they came. Such a name is held
 * with a null byte before it, which no name in BSON can have, so that the order of fields stays:
 * `Object.keys` gives held names, `nameOf` tells what they are in BSON, and the four functions above
 * take either.
 *
 * The library's own reader and writer do not serve here: they take `{ $ref, $id }` for an object of
 * a class, and believe a stored field named `_bsontype`.
 */
export type Doc = Record<string, unknown>;

const DIGITS = /^\d+$/;

/** A field's name as a decoded document holds it. */
const held = (name: string): string => {
  const c = name.charCodeAt(0);
  return c <= 57 && c >= 48 && DIGITS.test(name) ? `\0${name}` : name;
};

/** A field's name as it is in BSON. */
export const nameOf = (key: string): string =>
  key.charCodeAt(0) === 0 && DIGITS.test(key.slice(1)) ? key.slice(1) : key;

/** An own field, or undefined where the document has none of that name. */
export function own(doc: Doc, name: string): unknown {
  if (Object.hasOwn(doc, name)) return doc[name];
  const key = held(name);
  return key !== name && Object.hasOwn(doc, key) ? doc[key] : undefined;
}

export const has = (doc: Doc, name: string): boolean => Object.hasOwn(doc, held(name));

export const removeOwn = (doc: Doc, name: string): boolean => delete doc[held(name)];

/** Sets an own property whatever its name: a plain assignment to `__proto__` would set the prototype. */
export function setOwn(target: Doc, name: string, value: unknown): void {
  const key = held(name);
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
