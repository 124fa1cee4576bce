import { Long } from 'bson';
import { analyse } from '../bounds';
import { type Doc, decode, encode } from '../bson/codec';
import { T, typeOf } from '../bson/types';
import type { Collection } from '../catalog';
import { pause, SLICE_MS } from '../cooperate';
import { badValue, EngineError, failedToParse, notImplemented, typeMismatch } from '../errors';
import type { Index, IndexSpec } from '../indexes';
import { compileMatch } from '../match';
import type { Writer } from '../store';
import { collectionName, docsOf, isDoc, isNumber, knownFields, requiredDoc } from './arguments';
import { type Command, type Context, collectionNamed, reply } from './context';
import { cursorReply } from './read';
import { collectionFor } from './write';

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
const MAX_INDEXES = 64;

const cannot = (why: string): EngineError => new EngineError(67, 'CannotCreateIndex', why);

/** A specification as it is stored: checked, and without what says nothing. */
function normalise(context: Context, given: Doc): IndexSpec {
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
  checkKey(key);
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
    if (Number(ttl) < 0 || Number(ttl) > 2147483647)
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

const plain = (v: unknown): string =>
  JSON.stringify(v, (_, one) => (isNumber(one) ? Number(one) : one)) ?? '';

const sameOptions = (a: Doc, b: Doc): boolean =>
  ['unique', 'sparse', 'expireAfterSeconds', 'partialFilterExpression'].every(
    (field) => plain(a[field]) === plain(b[field]),
  );

/** Whether the index is there already; 85 or 86 where one is in its way. */
function present(list: readonly IndexSpec[], spec: IndexSpec): boolean {
  const named = list.find((one) => one.name === spec.name);
  if (named) {
    if (plain(named.key) !== plain(spec.key))
      throw new EngineError(
        86,
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index. Requested index: ${plain(spec)}, existing index: ${plain(named)}`,
      );
    if (sameOptions(named, spec)) return true;
    const onlyTtl = sameOptions(
      { ...named, expireAfterSeconds: 0 },
      { ...spec, expireAfterSeconds: 0 },
    );
    throw new EngineError(
      onlyTtl ? 85 : 86,
      onlyTtl ? 'IndexOptionsConflict' : 'IndexKeySpecsConflict',
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

async function createIndexes(context: Context) {
  const { body } = context;
  knownFields(
    body,
    'createIndexes',
    'createIndexes',
    'indexes',
    'ignoreUnknownIndexOptions',
    'commitQuorum',
  );
  const name = collectionName(context);
  const given = docsOf(body, 'indexes');
  if (given.length === 0) throw badValue('Must specify at least one index to create');
  const specs = given.map((one) => normalise(context, one));
  const createdCollectionAutomatically = collectionNamed(context, name) === undefined;
  const collection = await collectionFor(context, name);
  return collection.turns.take(async () => {
    const { before, note } = await ensureIndexes(context, collection, specs);
    return reply({
      numIndexesBefore: before,
      numIndexesAfter: collection.indexes.length,
      createdCollectionAutomatically,
      ...note,
    });
  });
}

async function ensureIndexes(context: Context, collection: Collection, specs: IndexSpec[]) {
  const before = collection.indexes.length;
  const known = collection.indexes.map(({ spec }) => spec);
  const wanted = specs.filter((spec) => !present(known, spec) && known.push(spec));
  if (before + wanted.length > MAX_INDEXES) throw cannot(`add index fails, too many indexes`);
  if (wanted.length > 0) await build(context, collection, wanted);
  return { before, note: wanted.length === 0 ? { note: 'all indexes already exist' } : {} };
}

/**
 * Builds indexes while others read and write: new ones are kept up by every write from the first
 * moment but are hidden from the planner, and existing documents are added a slice at a time.
 */
async function build(context: Context, collection: Collection, specs: IndexSpec[]): Promise<void> {
  const { store, catalog } = context.engine;
  const { transaction } = context.access;
  if (transaction?.isMaking(collection)) {
    const made = await store.write((writer) =>
      specs.map((spec) => catalog.prepareIndex(writer, spec)),
    );
    let step = { more: true, next: collection.prefix };
    while (step.more) step = addSome(context, transaction, collection, made, step.next);
    collection.indexes = [...collection.indexes, ...made];
    return;
  }
  const building = await store.write((writer) => {
    const made = specs.map((spec) => catalog.prepareIndex(writer, spec));
    collection.building.push(...made);
    // A transaction that is open has not kept them up: it must begin again.
    collection.version++;
    return made;
  });
  try {
    let from = collection.prefix;
    for (let more = true; more; ) {
      more = await store.write((writer) => {
        const step = addSome(context, writer, collection, building, from);
        from = step.next;
        return step.more;
      });
      await pause();
    }
    await store.write((writer) => {
      collection.building = collection.building.filter((one) => !building.includes(one));
      catalog.publish(writer, collection, [...collection.indexes, ...building]);
    });
  } catch (error) {
    collection.building = collection.building.filter((one) => !building.includes(one));
    await catalog.forget(building);
    throw error;
  }
}

function addSome(
  context: Context,
  writer: Writer,
  collection: Collection,
  building: Index[],
  from: string,
): { more: boolean; next: string } {
  const until = performance.now() + SLICE_MS;
  const entries = writer.entries(from, collection.end, false);
  const batch: { key: string; value: Uint8Array }[] = [];
  let bytes = 0;
  for (let step = entries.next(); !step.done; step = entries.next()) {
    batch.push(step.value);
    bytes += step.value.value.length;
    if (batch.length >= 200 || bytes > 1_000_000) break;
  }
  entries.return?.();
  let next = from;
  for (const { key, value } of batch) {
    const record = key.slice(collection.prefix.length);
    const doc = decode(value);
    for (const index of building)
      context.engine.documents.addToIndex(writer, collection, index, record, doc);
    next = `${key}\0`;
    if (performance.now() > until) break;
  }
  return { more: batch.length > 0, next };
}

async function dropIndexes(context: Context) {
  const { body, engine, db } = context;
  knownFields(body, 'dropIndexes', 'dropIndexes', 'deleteIndexes', 'index');
  const { index } = body;
  if (typeof index !== 'string' && !Array.isArray(index)) requiredDoc(body, 'index');
  const collection = engine.catalog.get(db, collectionName(context));
  return collection.turns.take(async () => {
    const nIndexesWas = collection.indexes.length;
    const chosen = chosenIndexes(collection, body['index']);
    if (chosen.length > 0) {
      await engine.store.write((writer) => {
        const left = collection.indexes.filter((index) => !chosen.includes(index));
        engine.catalog.publish(writer, collection, left);
      });
      await engine.catalog.forget(chosen);
    }
    return reply({ nIndexesWas });
  });
}

function chosenIndexes(collection: Collection, wanted: unknown): Index[] {
  if (wanted === '*') return collection.indexes.slice(1);
  if (Array.isArray(wanted)) return wanted.flatMap((one) => chosenIndexes(collection, one));
  const found = collection.indexes.filter((index) =>
    typeof wanted === 'string'
      ? index.spec.name === wanted
      : plain(index.spec.key) === plain(wanted),
  );
  if (found.includes(collection.idIndex))
    throw new EngineError(72, 'InvalidOptions', 'cannot drop _id index');
  if (found.length === 0 && typeof wanted !== 'string')
    throw new EngineError(27, 'IndexNotFound', `can't find index with key: ${plain(wanted)}`);
  return found;
}

function listIndexes({ body, engine, db }: Context) {
  const collection = engine.catalog.get(db, String(body['listIndexes']));
  const docs = collection.indexes.map((index) => encode(index.spec));
  return cursorReply('firstBatch', docs, Long.ZERO, `${db}.$cmd.listIndexes.${collection.name}`);
}

export const INDEX_COMMANDS: Record<string, Command> = {
  createIndexes: { run: createIndexes, inTransaction: true },
  dropIndexes: { run: dropIndexes },
  deleteIndexes: { run: dropIndexes },
  listIndexes: { run: listIndexes },
};
