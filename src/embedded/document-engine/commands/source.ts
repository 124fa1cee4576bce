import { Long } from 'bson';
import type { Batches, Source } from '../aggregate';
import type { Doc } from '../bson/codec';
import { TEMPORARY } from '../catalog';
import { SLICE_MS } from '../cooperate';
import { insertDoc, replaceRow, withOne } from '../modify';
import { docOf, Query } from '../query';
import type { Writer } from '../store';
import { statsOf } from './collections';
import { type Context, collectionNamed } from './context';
import { batchesOf } from './pipeline-input';
import { collectionFor } from './write';

/** What a pipeline may ask of the storage side, for one command. */
export function sourceOf(context: Context): Source {
  const { engine, db, env, access } = context;
  const collectionOf = (name: string, where = db) => collectionNamed(context, name, where);
  return {
    db,
    find: (name, { db: where, filter, sort, skip, limit, env: scope }) => {
      const request = { filter: filter ?? {}, sort, skip, limit };
      return batchesOf(
        context,
        new Query(collectionOf(name, where), request, scope ?? env, access),
      );
    },
    hasIndex: (name, path) =>
      collectionOf(name)?.indexes.some(
        (index) =>
          index.fields[0]?.path === path &&
          !index.inert &&
          !index.partial &&
          !index.sparse &&
          !index.hidden,
      ) ?? false,
    hasUniqueIndex: (where, name, keys) => {
      const wanted = [...keys].sort().join('\0');
      if (wanted === '_id') return true;
      return (
        collectionOf(name, where)?.indexes.some(
          (index) =>
            index.unique &&
            !index.partial &&
            index.fields
              .map((field) => field.path)
              .sort()
              .join('\0') === wanted,
        ) ?? false
      );
    },
    replaceCollection: (where, name, docs) =>
      replaceCollection({ ...context, db: where }, name, docs),
    insertOne: async (where, name, doc) => {
      const collection = await collectionFor({ ...context, db: where }, name);
      await access.write((writer) => insertDoc(context, writer, collection, doc));
    },
    updateOne: async (where, name, filter, change) => {
      const collection = collectionOf(name, where);
      if (!collection) return 0;
      return withOne(context, collection, { filter }, (writer, row) => {
        if (!row) return 0;
        const changed = change(docOf(row));
        if (changed) replaceRow(context, writer, collection, row, changed);
        return 1;
      });
    },
    collStats: (name, options) => {
      const stats = statsOf(context, collectionOf(name));
      const idle = { latency: Long.ZERO, ops: Long.ZERO };
      return {
        ns: `${db}.${name}`,
        host: engine.address,
        localTime: env.now,
        ...(options['latencyStats'] !== undefined && {
          latencyStats: { reads: idle, writes: idle, commands: idle, transactions: idle },
        }),
        ...(options['storageStats'] !== undefined && { storageStats: stats }),
        ...(options['count'] !== undefined && { count: stats['count'] }),
      };
    },
    indexStats: (name) =>
      collectionOf(name)?.indexes.map((index) => ({
        name: index.spec.name,
        key: index.spec.key,
        host: engine.address,
        accesses: { ops: 0, since: new Date(engine.started) },
        spec: index.spec,
      })) ?? [],
  };
}

/** `$out`: fills a new collection with the indexes of the old one, then puts it in its place. */
async function replaceCollection(context: Context, name: string, docs: Batches): Promise<void> {
  const { engine, db } = context;
  const { catalog, store } = engine;
  const old = catalog.find(db, name);
  const temporary = `${TEMPORARY}${process.pid}.${engine.tick().toString()}`;
  const made = await store.write((writer) => {
    const collection = catalog.create(writer, db, temporary, { ...old?.options });
    const copies = old?.indexes
      .slice(1)
      .map((index) => catalog.prepareIndex(writer, { ...index.spec }));
    if (copies) catalog.publish(writer, collection, [...collection.indexes, ...copies]);
    return collection;
  });
  try {
    for await (const batch of docs) {
      let next = 0;
      while (next < batch.length)
        await store.write((writer: Writer) => {
          const until = performance.now() + SLICE_MS;
          while (next < batch.length && performance.now() <= until)
            insertDoc(context, writer, made, batch[next++] as Doc);
        });
    }
    await store.write((writer) => {
      const present = catalog.find(db, name);
      if (present) catalog.drop(writer, present);
      catalog.rename(writer, made, db, name);
    });
  } catch (error) {
    await store.write((writer) => catalog.drop(writer, made));
    await catalog.sweep(made.prefix);
    await catalog.forget(made.indexes);
    throw error;
  }
  if (old) {
    await catalog.sweep(old.prefix);
    await catalog.forget(old.indexes);
  }
}
