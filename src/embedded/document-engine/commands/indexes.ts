import { Long } from 'bson';
import { decode, encode } from '../bson/codec';
import type { Collection } from '../catalog';
import { pause, SLICE_MS } from '../cooperate';
import { badValue, EngineError } from '../errors';
import type { Index, IndexSpec } from '../indexes';
import type { Writer } from '../store';
import { collectionName, docOr, docsOf, knownFields, requiredDoc } from './arguments';
import { type Command, type Context, collectionNamed, reply } from './context';
import { cannot, normalise, plain, present } from './index-specs';
import { cursorReply } from './read';
import { collectionFor } from './write';

const MAX_INDEXES = 64;

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
  if (transaction)
    throw new EngineError(
      263,
      'OperationNotSupportedInTransaction',
      'Cannot create new indexes on an existing collection in a multi-document transaction.',
    );
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

function listIndexes(context: Context) {
  const { body, engine, db } = context;
  knownFields(
    body,
    'listIndexes',
    'listIndexes',
    'cursor',
    'includeBuildUUIDs',
    'includeIndexBuildInfo',
  );
  docOr(body, 'cursor', {});
  const collection = engine.catalog.get(db, collectionName(context));
  const docs = collection.indexes.map((index) => encode(index.spec));
  return cursorReply('firstBatch', docs, Long.ZERO, `${db}.$cmd.listIndexes.${collection.name}`);
}

export const INDEX_COMMANDS: Record<string, Command> = {
  createIndexes: { run: createIndexes, inTransaction: true },
  dropIndexes: { run: dropIndexes },
  deleteIndexes: { run: dropIndexes },
  listIndexes: { run: listIndexes },
};
