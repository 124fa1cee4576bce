import { randomUUID } from 'node:crypto';
import { Binary } from 'bson';
import { type Doc, decode, encode } from './bson/codec';
import { after, type Key } from './bson/keystring';
import { pause, Turns } from './cooperate';
import { EngineError } from './errors';
import { fourBytes, Index, type IndexSpec } from './indexes';
import { compileMatch, type Matcher } from './match';
import { NOTHING, type Reader, type Store, type Writer } from './store';

/** Key spaces: `c` collections, `d` documents, `i` index entries, `m` marks of indexes, `n` numbers. */
const CATALOG = 'c';
const MARK = 'm';
const NEXT_ID = 'nid';
const CUT_MARK = 0xff;

/** A collection and its indexes, as they are now. A change of indexes makes a new `version`. */
export class Collection {
  readonly prefix: Key;
  readonly end: Key;
  readonly namespace: string;
  /** Number of documents, once somebody has asked for it. */
  count: number | undefined;
  version = 0;
  dropped = false;
  /** What its validator refuses, compiled; null where it has none. */
  validator: Matcher | null;
  /** Changes of its indexes are made one after another. */
  readonly turns = new Turns();
  /** Indexes that are being built: every write keeps them up, no query uses them. */
  building: Index[] = [];
  private lastRecord: number | undefined;

  constructor(
    readonly id: number,
    readonly db: string,
    readonly name: string,
    readonly uuid: Binary,
    readonly options: Doc,
    public indexes: Index[],
  ) {
    this.prefix = `d${fourBytes(id)}`;
    this.end = after(this.prefix);
    this.namespace = `${db}.${name}`;
    this.validator = validatorOf(options);
  }

  /** The `_id` index, which every collection has as its first. */
  get idIndex(): Index {
    const index = this.indexes[0];
    if (!index) throw new Error('a collection without an _id index');
    return index;
  }

  /** The next record id: six bytes that grow, so that a scan gives the order of insertion. */
  nextRecord(reader: Reader): Key {
    if (this.lastRecord === undefined) {
      const last = reader.keys(this.prefix, this.end, true);
      const step = last.next();
      last.return?.();
      this.lastRecord = step.done ? 0 : recordNumber(step.value.slice(this.prefix.length));
    }
    this.lastRecord++;
    const high = Math.floor(this.lastRecord / 2 ** 32);
    return String.fromCharCode((high >>> 8) & 255, high & 255) + fourBytes(this.lastRecord >>> 0);
  }

  indexNamed(name: string): Index | undefined {
    return this.indexes.find((index) => index.spec.name === name);
  }

  document(): Doc {
    const indexes = this.indexes.map((index) => ({ id: index.id, spec: index.spec }));
    return {
      id: this.id,
      db: this.db,
      name: this.name,
      uuid: this.uuid,
      options: this.options,
      indexes,
    };
  }
}

function validatorOf(options: Doc): Matcher | null {
  const validator = options['validator'] as Doc | undefined;
  const off = options['validationLevel'] === 'off' || options['validationAction'] === 'warn';
  if (validator === undefined || off || Object.keys(validator).length === 0) return null;
  return compileMatch(validator, FIXED_ENV);
}

const FIXED_ENV = { now: new Date(0), maxRegexMs: 1000 };

export const RECORD_BYTES = 6;

const recordNumber = (record: Key): number => {
  let n = 0;
  for (let i = 0; i < RECORD_BYTES; i++) n = n * 256 + record.charCodeAt(i);
  return n;
};

const ID_SPEC = (): IndexSpec => ({ v: 2, key: { _id: 1 }, name: '_id_' });

/** Refuses to go on with a collection that was dropped or renamed: its name, or its content, may be another's. */
export function checkThere(
  { dropped, namespace }: Collection,
  code = 175,
  name = 'QueryPlanKilled',
): void {
  if (dropped) throw new EngineError(code, name, `${namespace} was dropped or renamed meanwhile`);
}

/** All collections, kept in memory and stored with every change. */
export class Catalog {
  private databases = new Map<string, Map<string, Collection>>();
  private nextId = 1;

  constructor(
    readonly store: Store,
    from?: Reader,
  ) {
    this.load(from);
  }

  /** Reads everything from disk again: at the start, and after a commit that failed. */
  load(from?: Reader): void {
    const snapshot = this.store.snapshot();
    const reader = from ?? snapshot;
    const before = this.databases;
    this.databases = new Map();
    for (const entries of [...before.values()]) for (const c of entries.values()) c.dropped = true;
    try {
      const stored = reader.get(NEXT_ID);
      this.nextId = stored ? Number(decode(stored)['next']) : 1;
      const list = reader.entries(CATALOG, after(CATALOG), false);
      for (let step = list.next(); !step.done; step = list.next()) this.restore(step.value.value);
      this.restoreMarks(reader);
    } finally {
      snapshot.done();
    }
  }

  private restore(bytes: Uint8Array): void {
    const doc = decode(bytes);
    const indexes = (doc['indexes'] as Doc[]).map((entry) =>
      this.index(Number(entry['id']), entry['spec'] as IndexSpec),
    );
    this.add(
      new Collection(
        Number(doc['id']),
        String(doc['db']),
        String(doc['name']),
        doc['uuid'] as Binary,
        doc['options'] as Doc,
        indexes,
      ),
    );
  }

  private restoreMarks(reader: Reader): void {
    const byPrefix = new Map<Key, Index>();
    for (const c of this.all()) for (const i of c.indexes) byPrefix.set(i.prefix.slice(1), i);
    const marks = reader.keys(MARK, after(MARK), false);
    for (let step = marks.next(); !step.done; step = marks.next()) {
      const index = byPrefix.get(step.value.slice(1, 5));
      const what = step.value.charCodeAt(5);
      if (!index) continue;
      if (what === CUT_MARK) index.cut = true;
      else index.multikey.add(what);
    }
  }

  private index(id: number, spec: IndexSpec): Index {
    const filter = spec['partialFilterExpression'] as Doc | undefined;
    return new Index(id, spec, filter ? compileMatch(filter, FIXED_ENV) : null);
  }

  private add(collection: Collection): void {
    const db = this.databases.get(collection.db) ?? new Map<string, Collection>();
    db.set(collection.name, collection);
    this.databases.set(collection.db, db);
  }

  *all(): Generator<Collection> {
    for (const db of this.databases.values()) yield* db.values();
  }

  databaseNames(): string[] {
    return [...this.databases.keys()].sort();
  }

  collectionsOf(db: string): Collection[] {
    return [...(this.databases.get(db)?.values() ?? [])];
  }

  find(db: string, name: string): Collection | undefined {
    return this.databases.get(db)?.get(name);
  }

  /** The collection, or 26 NamespaceNotFound. */
  get(db: string, name: string): Collection {
    const collection = this.find(db, name);
    if (!collection)
      throw new EngineError(26, 'NamespaceNotFound', `ns does not exist: ${db}.${name}`);
    return collection;
  }

  private takeId(writer: Writer): number {
    const id = this.nextId++;
    writer.put(NEXT_ID, encode({ next: this.nextId }));
    return id;
  }

  private save(writer: Writer, collection: Collection): void {
    writer.put(catalogKey(collection.db, collection.name), encode(collection.document()));
  }

  create(writer: Writer, db: string, name: string, options: Doc = {}): Collection {
    const present = this.find(db, name);
    if (present) return present;
    const made = this.prepare(writer, db, name, options);
    this.adopt(writer, made);
    return made;
  }

  /** A new collection that nobody finds until it is adopted. */
  prepare(writer: Writer, db: string, name: string, options: Doc = {}): Collection {
    const uuid = new Binary(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), 4);
    const id = this.takeId(writer);
    const indexes = [this.index(this.takeId(writer), ID_SPEC())];
    const collection = new Collection(id, db, name, uuid, options, indexes);
    collection.count = 0;
    return collection;
  }

  adopt(writer: Writer, collection: Collection): void {
    this.save(writer, collection);
    this.add(collection);
  }

  /** A new index that nobody sees until `publish`. */
  prepareIndex(writer: Writer, spec: IndexSpec): Index {
    return this.index(this.takeId(writer), spec);
  }

  publish(writer: Writer, collection: Collection, indexes: Index[]): void {
    checkThere(collection, 276, 'IndexBuildAborted');
    for (const index of indexes)
      if (!collection.indexes.includes(index)) index.since = this.store.nextSequence;
    collection.indexes = indexes;
    collection.version++;
    this.save(writer, collection);
  }

  drop(writer: Writer, collection: Collection): void {
    collection.dropped = true;
    collection.version++;
    const db = this.databases.get(collection.db);
    db?.delete(collection.name);
    if (db?.size === 0) this.databases.delete(collection.db);
    writer.remove(catalogKey(collection.db, collection.name));
  }

  rename(writer: Writer, collection: Collection, db: string, name: string): void {
    this.drop(writer, collection);
    const { id, uuid, options, indexes } = collection;
    const renamed = new Collection(id, db, name, uuid, options, indexes);
    this.save(writer, renamed);
    this.add(renamed);
  }

  setOptions(writer: Writer, collection: Collection, options: Doc): void {
    checkThere(collection);
    Object.assign(collection.options, options);
    collection.validator = validatorOf(collection.options);
    this.save(writer, collection);
  }

  /** An index with other options: TTL or hidden. */
  respecify(writer: Writer, collection: Collection, index: Index, spec: IndexSpec): void {
    const changed = this.index(index.id, spec);
    for (const field of index.multikey) changed.multikey.add(field);
    changed.cut = index.cut;
    this.publish(
      writer,
      collection,
      collection.indexes.map((one) => (one === index ? changed : one)),
    );
  }

  /** Finishes what a crash cut off: content whose collection or index is gone, half-made `$out`s. */
  async tidy(): Promise<void> {
    for (const one of [...this.all()])
      if (one.name.startsWith(TEMPORARY))
        await this.store.write((writer) => this.drop(writer, one));
    const known = new Set<Key>();
    for (const one of this.all()) {
      known.add(one.prefix);
      for (const index of one.indexes) known.add(index.prefix);
    }
    for (const orphan of this.orphans(known)) await this.sweep(orphan);
  }

  /** The prefixes in the store that nobody knows. */
  private orphans(known: Set<Key>): Key[] {
    const found: Key[] = [];
    const snapshot = this.store.snapshot();
    for (const space of ['d', 'i']) {
      let from: Key = space;
      for (;;) {
        const keys = snapshot.keys(from, after(space), false);
        const step = keys.next();
        keys.return?.();
        if (step.done) break;
        const prefix = step.value.slice(0, 5);
        if (!known.has(prefix)) found.push(prefix);
        from = after(prefix);
      }
    }
    snapshot.done();
    return found;
  }

  /** Sweeps the entries of indexes that are gone. */
  async forget(indexes: readonly Index[]): Promise<void> {
    for (const index of indexes) await this.sweep(index.prefix);
  }

  /** Removes all keys of a range, a slice at a time; nobody must need them any more. */
  async sweep(prefix: Key): Promise<void> {
    for (let more = true; more; ) {
      more = await this.store.write((writer) => removeSome(writer, prefix));
      await pause();
    }
  }

  /** Remembers for good that an index holds arrays, or keys that were cut. */
  mark(
    writer: { put(key: Key, value: Uint8Array): void },
    index: Index,
    what: number | 'cut',
  ): void {
    if (what === 'cut') index.cut = true;
    else index.multikey.add(what);
    const byte = what === 'cut' ? CUT_MARK : what;
    writer.put(MARK + index.prefix.slice(1) + String.fromCharCode(byte), NOTHING);
  }
}

const catalogKey = (db: string, name: string): Key =>
  CATALOG + Buffer.from(`${db}\0${name}`, 'utf8').toString('latin1');

const SWEEP = 500;

/** The beginning of the names of collections that `$out` is filling. */
export const TEMPORARY = 'tmp.agg_out.';

function removeSome(writer: Writer, prefix: Key): boolean {
  const keys = writer.keys(prefix, after(prefix), false);
  const found: Key[] = [];
  for (let step = keys.next(); !step.done; step = keys.next()) {
    found.push(step.value);
    if (found.length >= SWEEP) break;
  }
  keys.return?.();
  for (const key of found) writer.remove(key);
  return found.length >= SWEEP;
}

/** Whether a key is a mark of an index. */
export const isMark = (key: Key): boolean => key.startsWith(MARK);
