import { type DeserializeOptions, deserialize, type SerializeOptions, serialize } from 'bson';

/**
 * A decoded document: a plain object whose numbers keep their BSON type (`Int32`, `Double`, `Long`,
 * `Decimal128` of the bson library), strings and booleans are JavaScript's own, dates are `Date`,
 * regular expressions `BSONRegExp`, arrays are arrays, null is null. Keys may be hostile
 * (`__proto__`): read with `Object.hasOwn`, write with `setOwn`.
 */
export type Doc = Record<string, unknown>;

const DECODE: DeserializeOptions = {
  promoteValues: false,
  promoteLongs: false,
  promoteBuffers: false,
  bsonRegExp: true,
  validation: { utf8: false },
};

const ENCODE: SerializeOptions = { checkKeys: false, ignoreUndefined: false };

export const decode = (bytes: Uint8Array): Doc => deserialize(bytes, DECODE) as Doc;

export const encode = (doc: Doc): Uint8Array => serialize(doc, ENCODE);

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
