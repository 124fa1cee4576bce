import type { Doc } from './bson/codec';
import { type Key, keyFromBytes } from './bson/keystring';
import { show } from './bson/show';
import type { Catalog, Collection } from './catalog';
import { EngineError } from './errors';
import type { Index } from './indexes';
import { NOTHING, type Reader, type Writer } from './store';

export const MAX_DOCUMENT = 16 * 1024 * 1024;

interface Change {
  index: Index;
  added: Map<Key, unknown[]>;
  removed: Key[];
}

const bytesOf = (record: Key): Buffer => Buffer.from(record, 'latin1');

/**
 * Writes one document and its index entries. Everything is checked (locks, unique keys, size)
 * before the first change, so a refused document leaves nothing behind.
 */
export class Documents {
  constructor(private readonly catalog: Catalog) {}

  read(reader: Reader, collection: Collection, record: Key): Uint8Array | undefined {
    return reader.get(collection.prefix + record);
  }

  insert(writer: Writer, collection: Collection, doc: Doc, bytes: Uint8Array): Key {
    checkSize(bytes);
    const record = collection.nextRecord(writer);
    this.store(writer, collection, record, this.changes(writer, collection, null, doc));
    writer.put(collection.prefix + record, bytes);
    writer.count(collection, 1);
    return record;
  }

  replace(
    writer: Writer,
    collection: Collection,
    record: Key,
    before: Doc,
    doc: Doc,
    bytes: Uint8Array,
  ): void {
    checkSize(bytes);
    writer.claim(collection.prefix + record);
    this.store(writer, collection, record, this.changes(writer, collection, before, doc));
    writer.put(collection.prefix + record, bytes);
  }

  remove(writer: Writer, collection: Collection, record: Key, before: Doc): void {
    writer.claim(collection.prefix + record);
    this.store(writer, collection, record, this.changes(writer, collection, before, null));
    writer.remove(collection.prefix + record);
    writer.count(collection, -1);
  }

  /** Adds the entries of one document to an index that is being built. */
  addToIndex(writer: Writer, collection: Collection, index: Index, record: Key, doc: Doc): void {
    const added = index.keysOf(doc, (which, what) => this.catalog.mark(writer, which, what));
    this.store(writer, collection, record, [{ index, added, removed: [] }]);
  }

  private changes(
    writer: Writer,
    collection: Collection,
    before: Doc | null,
    doc: Doc | null,
  ): Change[] {
    const note = (index: Index, what: number | 'cut') => this.catalog.mark(writer, index, what);
    const changes: Change[] = [];
    for (const index of maintained(collection)) {
      const old = before ? index.keysOf(before, note) : null;
      const added = doc ? index.keysOf(doc, note) : new Map<Key, unknown[]>();
      const removed: Key[] = [];
      if (old) for (const key of old.keys()) if (!added.delete(key)) removed.push(key);
      if (added.size > 0 || removed.length > 0) changes.push({ index, added, removed });
    }
    return changes;
  }

  private store(writer: Writer, collection: Collection, record: Key, changes: Change[]): void {
    for (const { index, added, removed } of changes) {
      if (!index.unique) continue;
      for (const key of removed) writer.claim(index.entryKey(key, record));
      for (const [key, values] of added) {
        const entry = index.entryKey(key, record);
        writer.claim(entry);
        const owner = writer.get(entry);
        if (owner && keyFromBytes(owner) !== record)
          throw index.duplicate(collection.namespace, values, shown(index, values));
      }
    }
    for (const { index, added, removed } of changes) {
      for (const key of removed) writer.remove(index.entryKey(key, record));
      const value = index.unique ? bytesOf(record) : NOTHING;
      for (const key of added.keys()) writer.put(index.entryKey(key, record), value);
    }
  }
}

const maintained = (collection: Collection): Index[] =>
  collection.building.length === 0
    ? collection.indexes
    : [...collection.indexes, ...collection.building];

function checkSize(bytes: Uint8Array): void {
  if (bytes.length > MAX_DOCUMENT)
    throw new EngineError(
      10334,
      'BSONObjectTooLarge',
      `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${MAX_DOCUMENT}(16MB)`,
    );
}

/** A key as an 11000 message shows it, `{ email: "a@x", n: 1 }`. */
function shown(index: Index, values: unknown[]): string {
  const parts = index.fields.map(({ path }, i) => `${path}: ${show(values[i])}`);
  return `{ ${parts.join(', ')} }`;
}
