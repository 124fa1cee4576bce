import { analyse } from '../bounds';
import type { Doc } from '../bson/codec';
import { T, typeOf } from '../bson/types';
import {
  badValue,
  EngineError,
  failedToParse,
  location,
  notImplemented,
  typeMismatch,
} from '../errors';
import type { IndexSpec } from '../indexes';
import { compileMatch } from '../match';
import { refuseExpr } from '../match/compile';
import { isDoc, isNumber } from './arguments';
import type { Context } from './context';

const SPEC_FIELDS = new Set([
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'background',
  'expireAfterSeconds',
  'partialFilterExpression',
  'hidden',
  'collation',
  'ns',
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
  '2dsphereIndexVersion',
  'bits',
  'min',
  'max',
  'storageEngine',
  'wildcardProjection',
  'prepareUnique',
]);
const MAX_FIELDS = 32;

export const cannot = (why: string): EngineError => new EngineError(67, 'CannotCreateIndex', why);

/** A specification as it is stored: checked, and without what says nothing. */
export function normalise(context: Context, given: Doc): IndexSpec {
  const { key, name } = given;
  if (key === undefined)
    throw failedToParse("The 'key' field is a required property of an index specification");
  if (!isDoc(key)) throw typeMismatch("The field 'key' must be an object");
  if (name === undefined)
    throw failedToParse("The 'name' field is a required property of an index specification");
  if (typeof name !== 'string') throw typeMismatch("The field 'name' must be a string");
  for (const field of Object.keys(given))
    if (!SPEC_FIELDS.has(field))
      throw new EngineError(
        197,
        'InvalidIndexSpecificationOption',
        `The field '${field}' is not valid for an index specification.`,
      );
  const isId =
    Object.keys(key).length === 1 &&
    Object.keys(key)[0] === '_id' &&
    Math.abs(Number(key['_id'])) === 1;
  if (isId) checkIdIndex(given, key);
  if (name === '_id_' && !isId)
    throw badValue("The index name '_id_' is reserved for the _id index");
  if (name === '') throw cannot('index name cannot be empty');
  if (name === '*') throw badValue("The index name '*' is not valid.");
  checkKey(key);
  checkKind(given, key);
  checkOptions(context, given);
  const spec: IndexSpec = { v: 2, key, name };
  for (const field of ['unique', 'sparse', 'hidden'])
    if (given[field] !== undefined && truth(given[field])) spec[field] = true;
  if (given['expireAfterSeconds'] !== undefined)
    spec['expireAfterSeconds'] = given['expireAfterSeconds'];
  if (given['partialFilterExpression'] !== undefined)
    spec['partialFilterExpression'] = given['partialFilterExpression'];
  return spec;
}

const truth = (v: unknown): boolean => v === true || (isNumber(v) && Number(v) !== 0);

function checkIdIndex(given: Doc, key: Doc): void {
  if (Number(key['_id']) !== 1)
    throw badValue(`The field 'key' for an _id index must be {_id: 1}, but got ${plain(key)}`);
  if (given['hidden'] === true) throw badValue("can't hide _id index");
  const odd = Object.keys(given).find((field) => !ID_FIELDS.has(field));
  if (odd !== undefined)
    throw new EngineError(
      197,
      'InvalidIndexSpecificationOption',
      `The field '${odd}' is not valid for an _id index specification.`,
    );
}

const ID_FIELDS = new Set(['v', 'key', 'name', 'ns', 'collation', 'hidden', 'background']);

function checkKey(key: Doc): void {
  const paths = Object.keys(key);
  if (paths.length === 0) throw cannot('Index keys cannot be an empty object');
  if (paths.length > MAX_FIELDS) throw cannot(`an index may have at most ${MAX_FIELDS} fields`);
  for (const path of paths) {
    const v = key[path];
    if (path === '' || path.startsWith('.') || path.endsWith('.') || path.includes('..'))
      throw cannot('Index keys cannot contain an empty field');
    for (const part of path.split('.'))
      if (part.startsWith('$') && !['$**', '$id', '$ref', '$db'].includes(part))
        throw cannot(`Index key contains an illegal field name: ${path}`);
    if (v === 'hashed') continue;
    if (v === 'text' || v === '2dsphere' || v === '2d') throw notImplemented(`${v} indexes`, 'are');
    if (!isNumber(v) || Number(v) === 0 || Number.isNaN(Number(v)))
      throw cannot(`Values in v:2 index key pattern cannot be of this kind: ${path}`);
  }
}

/** What a wildcard and a hashed index cannot be. */
function checkKind(given: Doc, key: Doc): void {
  const unique = truth(given['unique']);
  if (Object.keys(key).some((path) => path === '$**' || path.endsWith('.$**'))) {
    const odd = unique ? 'unique' : given['expireAfterSeconds'] !== undefined ? 'TTL' : undefined;
    if (odd) throw cannot(`Index type 'wildcard' does not support the ${odd} option`);
  }
  if (unique && Object.values(key).includes('hashed'))
    throw location(16764, 'Currently hashed indexes cannot guarantee uniqueness');
}

/** Seconds that a document may be kept: not NaN, of which no date can be made. */
export const isLifetime = (v: unknown): boolean => Number(v) >= 0 && Number(v) <= 2147483647;

function checkOptions(context: Context, given: Doc): void {
  for (const field of ['unique', 'sparse', 'hidden', 'background']) {
    const v = given[field];
    if (v !== undefined && typeof v !== 'boolean' && !isNumber(v))
      throw typeMismatch(
        `The field '${field}' has value ${plain(v)}, which is not convertible to bool`,
      );
  }
  const { v = 2, expireAfterSeconds: ttl } = given;
  if (!isNumber(v)) throw typeMismatch("The field 'v' must be a number");
  if (Number(v) !== 1 && Number(v) !== 2)
    throw cannot(`Invalid index specification; cannot create an index with v=${plain(v)}`);
  if (ttl !== undefined) {
    if (!isNumber(ttl)) throw cannot('TTL index expireAfterSeconds must be a number');
    if (!isLifetime(ttl))
      throw cannot('TTL index expireAfterSeconds must be between 0 and 2147483647');
    if (Object.keys(given['key'] as Doc).length > 1)
      throw cannot('TTL indexes are single-field indexes, compound indexes do not support TTL');
  }
  const collation = given['collation'];
  if (isDoc(collation) && collation['locale'] !== 'simple') throw notImplemented('collation');
  const partial = given['partialFilterExpression'];
  if (partial === undefined) return;
  if (!isDoc(partial)) throw typeMismatch('partialFilterExpression must be an object');
  if (truth(given['sparse']))
    throw cannot('cannot mix "partialFilterExpression" and "sparse" options');
  refuseExpr(partial, 'a partial index');
  compileMatch(partial, context.env);
  checkPartial(partial);
}

const PARTIAL_OPERATORS = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$type', '$exists', '$in']);

function checkPartial(expression: Doc): void {
  for (const [path, v] of Object.entries(expression)) {
    if (path === '$and' || path === '$or') {
      for (const part of v as Doc[]) checkPartial(part);
    } else if (path.startsWith('$')) {
      throw cannot(`unsupported expression in partial index: ${path}`);
    } else if (isDoc(v)) {
      for (const [op, operand] of Object.entries(v)) {
        if (!op.startsWith('$')) break;
        const absent = op === '$exists' && !truth(operand);
        if (!PARTIAL_OPERATORS.has(op) || absent)
          throw cannot(`unsupported expression in partial index: ${op}`);
      }
    } else if (typeOf(v) === T.regex)
      throw cannot('unsupported expression in partial index: $regex');
  }
  analyse(expression);
}

export const plain = (v: unknown): string =>
  JSON.stringify(v, (_, one) => (isNumber(one) ? Number(one) : one)) ?? '';

/** Options that make another index of the same key. */
const MAKING = ['unique', 'sparse', 'partialFilterExpression'];
/** Options that can be changed by collMod alone. */
const CHANGED = ['expireAfterSeconds', 'hidden'];

const same = (fields: string[], a: Doc, b: Doc): boolean =>
  fields.every((field) => plain(a[field]) === plain(b[field]));

/** Whether the index is there already; 85 or 86 where one is in its way. */
export function present(list: readonly IndexSpec[], spec: IndexSpec): boolean {
  const named = list.find((one) => one.name === spec.name);
  if (named) {
    if (plain(named.key) !== plain(spec.key))
      throw new EngineError(
        86,
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index. Requested index: ${plain(spec)}, existing index: ${plain(named)}`,
      );
    const alike = same(MAKING, named, spec);
    if (alike && same(CHANGED, named, spec)) return true;
    throw new EngineError(
      alike ? 85 : 86,
      alike ? 'IndexOptionsConflict' : 'IndexKeySpecsConflict',
      `An equivalent index already exists with the same name but different options. Requested index: ${plain(spec)}, existing index: ${plain(named)}`,
    );
  }
  const alike = list.find(
    (one) =>
      plain(one.key) === plain(spec.key) &&
      plain(one['partialFilterExpression']) === plain(spec['partialFilterExpression']),
  );
  if (!alike) return false;
  if (alike.name === '_id_') return true;
  throw new EngineError(
    85,
    'IndexOptionsConflict',
    `Index already exists with a different name: ${alike.name}`,
  );
}
