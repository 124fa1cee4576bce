import { Long } from 'bson';
import { type Doc, encode, setOwn } from '../bson/codec';
import { after, type Key } from '../bson/keystring';
import type { Collection } from '../catalog';
import { badValue, EngineError, notImplemented, typeMismatch } from '../errors';
import { compileMatch } from '../match';
import type { Reader } from '../store';
import {
  boolOr,
  checkCollation,
  checkDatabase,
  checkName,
  collectionName,
  docOr,
  isNumber,
  knownFields,
  stringOf,
} from './arguments';
import { type Command, type Context, collectionNamed, makeCollection, reply } from './context';
import { isLifetime } from './index-specs';
import { cursorReply } from './read';

const OPTIONS = ['validator', 'validationLevel', 'validationAction'];
const LEFT_OUT = ['viewOn', 'timeseries', 'clusteredIndex', 'capped'];

/** What other storage engines, or older drivers, are told. */
const NO_EFFECT = [
  'autoIndexId',
  'changeStreamPreAndPostImages',
  'collation',
  'encryptedFields',
  'expireAfterSeconds',
  'flags',
  'idIndex',
  'indexOptionDefaults',
  'max',
  'pipeline',
  'size',
  'storageEngine',
  'temp',
];
const LEVELS: Record<string, string[]> = {
  validationLevel: ['off', 'strict', 'moderate'],
  validationAction: ['error', 'warn', 'errorAndLog'],
};

function checkLevels(body: Doc): void {
  for (const [field, known] of Object.entries(LEVELS))
    if (body[field] !== undefined && !known.includes(stringOf(body, field)))
      throw badValue(
        `Enumeration value '${body[field]}' for field '${field}' is not a valid value`,
      );
}

const sameValue = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

async function create(context: Context) {
  const { body, db } = context;
  knownFields(body, 'create', 'create', ...OPTIONS, ...LEFT_OUT, ...NO_EFFECT);
  const name = collectionName(context);
  const present = collectionNamed(context, name);
  if (present) {
    const asked = Object.keys(body).filter(
      (key) => OPTIONS.includes(key) || LEFT_OUT.includes(key),
    );
    if (asked.every((key) => sameValue(body[key], present.options[key]))) return reply();
    throw new EngineError(48, 'NamespaceExists', `Collection ${db}.${name} already exists.`);
  }
  for (const left of LEFT_OUT)
    if (body[left] !== undefined && body[left] !== false)
      throw notImplemented(`create with ${left}`);
  checkCollation(body);
  checkLevels(body);
  const options: Doc = {};
  for (const key of OPTIONS) if (body[key] !== undefined) options[key] = body[key];
  await makeCollection(context, name, options);
  return reply();
}

/** Drops collections in one commit; their content is swept away afterwards. */
async function dropCollections(context: Context, list: Collection[]): Promise<void> {
  const { store, catalog } = context.engine;
  await store.write((writer) => {
    for (const one of list) catalog.drop(writer, one);
  });
  for (const one of list) {
    await catalog.sweep(one.prefix);
    await catalog.forget(one.indexes);
  }
}

async function drop(context: Context) {
  const { engine, db } = context;
  const collection = engine.catalog.find(db, collectionName(context));
  if (!collection) return reply();
  const nIndexesWas = collection.indexes.length;
  await dropCollections(context, [collection]);
  return reply({ nIndexesWas, ns: collection.namespace });
}

async function dropDatabase(context: Context) {
  checkDatabase(context.db);
  await dropCollections(context, context.engine.catalog.collectionsOf(context.db));
  return reply({ dropped: context.db });
}

async function renameCollection(context: Context) {
  const { body, engine } = context;
  const [fromDb, fromName] = split(body['renameCollection']);
  const [toDb, toName] = split(body['to']);
  checkName(toDb, toName);
  const source = engine.catalog.get(fromDb, fromName);
  const target = engine.catalog.find(toDb, toName);
  if (source === target)
    throw new EngineError(20, 'IllegalOperation', "Can't rename a collection to itself");
  if (target && !boolOr(body, 'dropTarget', false))
    throw new EngineError(48, 'NamespaceExists', 'target namespace exists');
  await engine.store.write((writer) => {
    if (target) engine.catalog.drop(writer, target);
    engine.catalog.rename(writer, source, toDb, toName);
  });
  if (target) {
    await engine.catalog.sweep(target.prefix);
    await engine.catalog.forget(target.indexes);
  }
  return reply();
}

function split(ns: unknown): [string, string] {
  const text = typeof ns === 'string' ? ns : '';
  const dot = text.indexOf('.');
  if (dot < 1)
    throw new EngineError(73, 'InvalidNamespace', `Invalid namespace specified '${text}'`);
  return [text.slice(0, dot), text.slice(dot + 1)];
}

/** What clients may say of a list, and what changes nothing here. */
const LISTING = ['authorizedCollections', 'cursor', 'includePendingDrops'];

function listCollections(context: Context) {
  const { body, db, engine, env } = context;
  knownFields(body, 'listCollections', 'listCollections', 'filter', 'nameOnly', ...LISTING);
  const filter = docOr(body, 'filter', {});
  const nameOnly = boolOr(body, 'nameOnly', false);
  const matcher = compileMatch(filter, env);
  const docs = engine.catalog
    .collectionsOf(db)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((one) => describe(one, nameOnly))
    .filter((doc) => matcher.test(doc));
  return cursorReply('firstBatch', docs.map(encode), Long.ZERO, `${db}.$cmd.listCollections`);
}

function describe(one: Collection, nameOnly: boolean): Doc {
  if (nameOnly) return { name: one.name, type: 'collection' };
  return {
    name: one.name,
    type: 'collection',
    options: one.options,
    info: { readOnly: false, uuid: one.uuid },
    idIndex: one.idIndex.spec,
  };
}

function listDatabases({ body, engine, env }: Context) {
  const nameOnly = boolOr(body, 'nameOnly', false);
  const matcher = compileMatch(docOr(body, 'filter', {}), env);
  const databases = engine.catalog
    .databaseNames()
    .map((name): Doc => (nameOnly ? { name } : { name, sizeOnDisk: Long.ZERO, empty: false }))
    .filter((doc) => matcher.test(doc));
  return reply(nameOnly ? { databases } : { databases, totalSize: Long.ZERO });
}

async function collMod(context: Context) {
  const { body, engine, db } = context;
  knownFields(
    body,
    'collMod',
    'collMod',
    'index',
    'validator',
    'validationLevel',
    'validationAction',
  );
  const collection = engine.catalog.get(db, collectionName(context));
  const change = docOr(body, 'index', {});
  const result: Doc = {};
  const options: Doc = {};
  for (const key of OPTIONS) if (body[key] !== undefined) options[key] = body[key];
  const index = Object.keys(change).length > 0 ? indexToChange(collection, change) : undefined;
  const spec = index ? { ...index.spec } : undefined;
  if (spec && change['expireAfterSeconds'] !== undefined) {
    if (!isNumber(change['expireAfterSeconds']))
      throw typeMismatch('expireAfterSeconds must be a number');
    if (!isLifetime(change['expireAfterSeconds']))
      throw new EngineError(
        72,
        'InvalidOptions',
        'TTL index expireAfterSeconds must be between 0 and 2147483647',
      );
    if (spec['expireAfterSeconds'] !== undefined)
      result['expireAfterSeconds_old'] = Long.fromNumber(Number(spec['expireAfterSeconds']));
    result['expireAfterSeconds_new'] = Long.fromNumber(Number(change['expireAfterSeconds']));
    spec['expireAfterSeconds'] = change['expireAfterSeconds'];
  }
  if (spec && change['hidden'] !== undefined) {
    if (spec.name === '_id_') throw badValue("can't hide _id index");
    result['hidden_old'] = spec['hidden'] === true;
    result['hidden_new'] = change['hidden'] === true;
    if (change['hidden'] === true) spec['hidden'] = true;
    else delete spec['hidden'];
  }
  await engine.store.write((writer) => {
    engine.catalog.setOptions(writer, collection, options);
    if (index && spec) engine.catalog.respecify(writer, collection, index, spec);
  });
  return reply(result);
}

function indexToChange(collection: Collection, change: Doc) {
  const { name, keyPattern } = change;
  if ((name === undefined) === (keyPattern === undefined))
    throw new EngineError(
      72,
      'InvalidOptions',
      'Must specify either the name of an index or its key pattern, and not both',
    );
  const wanted = JSON.stringify(keyPattern);
  const index = collection.indexes.find((one) =>
    typeof name === 'string' ? one.spec.name === name : JSON.stringify(one.spec.key) === wanted,
  );
  if (!index) throw new EngineError(27, 'IndexNotFound', `cannot find index ${name ?? wanted}`);
  return index;
}

function collStats(context: Context) {
  const { engine, db, body } = context;
  const collection = engine.catalog.find(db, String(body['collStats'] ?? body['collstats']));
  return reply({ ns: `${db}.${body['collStats']}`, ...statsOf(context, collection) });
}

/** The average size of what lies in a range, told by its first thousand entries. */
function averageSize(reader: Reader, from: Key, to: Key): number {
  let n = 0;
  let bytes = 0;
  const entries = reader.entries(from, to, false);
  for (let step = entries.next(); !step.done && n < 1000; step = entries.next()) {
    n++;
    bytes += step.value.key.length + step.value.value.length;
  }
  entries.return?.();
  return n > 0 ? bytes / n : 0;
}

function countKeys(reader: Reader, { prefix, end }: Collection): number {
  let n = 0;
  const keys = reader.keys(prefix, end, false);
  for (let step = keys.next(); !step.done; step = keys.next()) n++;
  return n;
}

/** Sizes are estimated from samples; an index over arrays is larger than it says. */
export function statsOf(context: Context, collection: Collection | undefined): Doc {
  if (!collection) return { count: 0, size: 0, storageSize: 0, nindexes: 0, totalIndexSize: 0 };
  const reader = context.access.reader();
  const count = collection.count ?? countKeys(reader, collection);
  const average = averageSize(reader, collection.prefix, collection.end);
  const size = Math.round(average * count);
  const indexSizes: Doc = {};
  let totalIndexSize = 0;
  for (const { spec, prefix } of collection.indexes) {
    const bytes = Math.round(averageSize(reader, prefix, after(prefix)) * count);
    setOwn(indexSizes, spec.name, bytes);
    totalIndexSize += bytes;
  }
  return {
    size,
    count,
    avgObjSize: Math.round(average),
    numOrphanDocs: 0,
    storageSize: size,
    freeStorageSize: 0,
    capped: false,
    nindexes: collection.indexes.length,
    indexBuilds: [],
    totalIndexSize,
    totalSize: size + totalIndexSize,
    indexSizes,
    scaleFactor: 1,
  };
}

function dbStats(context: Context) {
  const list = context.engine.catalog.collectionsOf(context.db);
  const stats = list.map((one) => statsOf(context, one));
  const sum = (key: string) => stats.reduce((n, one) => n + Number(one[key]), 0);
  return reply({
    db: context.db,
    collections: list.length,
    views: 0,
    objects: sum('count'),
    dataSize: sum('size'),
    storageSize: sum('storageSize'),
    indexes: sum('nindexes'),
    indexSize: sum('totalIndexSize'),
    totalSize: sum('storageSize') + sum('totalIndexSize'),
  });
}

export const COLLECTION_COMMANDS: Record<string, Command> = {
  create: { run: create, inTransaction: true },
  drop: { run: drop },
  dropDatabase: { run: dropDatabase },
  renameCollection: { run: renameCollection, admin: true },
  listCollections: { run: listCollections },
  listDatabases: { run: listDatabases, admin: true },
  collMod: { run: collMod },
  collStats: { run: collStats },
  dbStats: { run: dbStats },
  dbstats: { run: dbStats },
};
