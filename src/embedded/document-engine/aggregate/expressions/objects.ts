import { type Binary, ObjectId, type Timestamp, UUID } from 'bson';
import { type Doc, encode, nameOf, own, removeOwn, setOwn } from '../../bson/codec';
import { typeName } from '../../bson/compare';
import { int, long } from '../../bson/number';
import { isNullish, isObject, T, typeOf } from '../../bson/types';
import { failedToParse, location } from '../../errors';
import { copyDoc } from '../../paths';
import { type Make, named, type Operators, unary } from './common';

/** A field's name: a constant text, which may start with `$` when it comes from `$literal`. */
function fieldName(v: unknown, op: string): string {
  if (typeof v !== 'string')
    throw location(3041704, `${op} requires 'field' to evaluate to type String`);
  return v;
}

const getField: Make = (arg, env, compile, op) => {
  const short = !isObject(arg) || Object.keys(arg)[0]?.startsWith('$') === true;
  const given: Doc = short
    ? { field: arg, input: '$$CURRENT' }
    : named(arg, op, ['field'], ['input'], 3041701);
  const field = compile(given['field'], env);
  const input = compile(Object.hasOwn(given, 'input') ? given['input'] : '$$CURRENT', env);
  return (root) => {
    const name = fieldName(field(root), op);
    const v = input(root);
    if (isObject(v)) return own(v, name);
    return v === null ? null : undefined;
  };
};

const setField =
  (remove: boolean): Make =>
  (arg, env, compile, op) => {
    const given = named(
      arg,
      op,
      remove ? ['field', 'input'] : ['field', 'input', 'value'],
      [],
      4161101,
    );
    const field = compile(given['field'], env);
    const input = compile(given['input'], env);
    const value = remove ? () => undefined : compile(given['value'], env);
    return (root) => {
      const name = fieldName(field(root), op);
      const v = input(root);
      if (isNullish(v)) return null;
      if (!isObject(v))
        throw location(4161105, `${op} requires 'input' to evaluate to type Object`);
      const out = copyDoc(v);
      const set = value(root);
      if (set === undefined) removeOwn(out, name);
      else setOwn(out, name, set);
      return out;
    };
  };

const ofTimestamp = (op: string, part: (t: Timestamp) => number): Make =>
  unary((v) => {
    if (isNullish(v)) return null;
    if (typeOf(v) !== T.timestamp) throw location(5687301, `${op} requires a timestamp argument`);
    return long(BigInt(part(v as Timestamp)));
  });

/** A new value for each document; the argument is an empty document. */
const made =
  (make: () => unknown): Make =>
  (arg, _env, _compile, op) => {
    if (!isObject(arg) || Object.keys(arg).length > 0)
      throw failedToParse(`${op} takes an empty document`);
    return make;
  };

/** Documents, types and sizes. */
export const OBJECTS: Operators = {
  $type: unary(typeName),
  $getField: getField,
  $setField: setField(false),
  $unsetField: setField(true),
  $objectToArray: unary((v) => {
    if (isNullish(v)) return null;
    if (!isObject(v)) throw location(40390, '$objectToArray requires a document input');
    return Object.keys(v).map((k) => ({ k: nameOf(k), v: v[k] }));
  }),
  $binarySize: unary((v) => {
    if (isNullish(v)) return null;
    if (typeof v === 'string') return int(Buffer.byteLength(v));
    if (typeOf(v) !== T.binData)
      throw location(51276, '$binarySize requires a string or BinData argument');
    return int((v as Binary).position);
  }),
  $bsonSize: unary((v) => {
    if (isNullish(v)) return null;
    if (!isObject(v)) throw location(31393, '$bsonSize requires a document input');
    return int(encode(v).length);
  }),
  $subtype: unary((v) => {
    if (isNullish(v)) return null;
    if (typeOf(v) !== T.binData) throw location(10389300, '$subtype requires a BinData argument');
    return int((v as Binary).sub_type);
  }),
  $createObjectId: made(() => new ObjectId()),
  $createUUID: made(() => new UUID()),
  $tsSecond: ofTimestamp('$tsSecond', (t) => t.high >>> 0),
  $tsIncrement: ofTimestamp('$tsIncrement', (t) => t.low >>> 0),
};
