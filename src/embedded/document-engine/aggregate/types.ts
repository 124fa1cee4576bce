import type { Doc } from '../bson/codec';
import type { Slice } from '../cooperate';
import type { Env } from '../env';

/** Documents in batches, so that a stage costs one promise a batch and not one a document. */
export type Batches = AsyncIterable<Doc[]>;

/** What a pipeline asks for when it reads a collection. */
export interface Find extends Leading {
  db?: string | undefined;
  /** The variables in scope, where the filter stands in a `$lookup`. */
  env?: Env | undefined;
}

/** What a pipeline may ask of the storage side. */
export interface Source {
  /** The database of the command. */
  db: string;
  /** The documents that match, in index order where an index serves the sort. */
  find(collection: string, query: Find): Batches;
  /** Whether an index starts with this path: `$lookup` then asks by index, else it reads once. */
  hasIndex(collection: string, path: string): boolean;
  /** Replaces a collection by the documents at once (`$out`). */
  replaceCollection(db: string, collection: string, docs: Batches): Promise<void>;
  /** Whether a unique index has exactly these keys (`$merge`). */
  hasUniqueIndex(db: string, collection: string, keys: string[]): boolean;
  insertOne(db: string, collection: string, doc: Doc): Promise<void>;
  /** Changes the one document that matches; answers how many there were. */
  updateOne(
    db: string,
    collection: string,
    filter: Doc,
    change: (doc: Doc) => Doc | null,
  ): Promise<number>;
  collStats(collection: string, options: Doc): Doc;
  indexStats(collection: string): Doc[];
}

/** The stages at the head of a pipeline that the planner serves: `run` leaves them out. */
export interface Leading {
  filter?: Doc | undefined;
  sort?: Doc | undefined;
  skip?: number | undefined;
  limit?: number | undefined;
}

export interface Pipeline {
  leading: Leading;
  /** False where the first stage makes its own documents (`$documents`, `$collStats`). */
  readsCollection: boolean;
  /** True where the last stage is `$out` or `$merge`: `run` then yields nothing. */
  writes: boolean;
  /** The stages behind the leading ones, in order. */
  stages: NamedStage[];
  /** All of them; `input` is what the leading stages let through. */
  run(input: Batches): Batches;
}

export interface NamedStage {
  op: string;
  spec: unknown;
  run: Stage;
}

export type Stage = (input: Batches) => Batches;

/** Where a pipeline stands: some stages may not be used inside others. */
export type Place = 'top' | 'facet' | 'sub';

/** What the makers of stages share. */
export interface StageContext {
  env: Env;
  source: Source;
  /** The collection of the command, for `$collStats` and its like. */
  collection: string;
  slice: Slice;
  compile(stages: unknown, env: Env, place: Place): Pipeline;
}

export type MakeStage = (spec: unknown, context: StageContext, op: string) => Stage;

export const BATCH = 500;

/** Cuts a list into batches. */
export async function* batches(docs: Doc[]): Batches {
  for (let i = 0; i < docs.length; i += BATCH) yield docs.slice(i, i + BATCH);
}

/** Reads everything, letting other clients in between the batches. */
export async function gather(input: Batches, slice: Slice): Promise<Doc[]> {
  const all: Doc[] = [];
  for await (const batch of input) {
    for (const doc of batch) all.push(doc);
    if (slice.over()) await slice.next();
  }
  return all;
}

/** A stage that turns each batch into another. */
export const eachBatch = (context: StageContext, fn: (batch: Doc[]) => Doc[]): Stage =>
  async function* (input) {
    for await (const batch of input) {
      const out = fn(batch);
      if (out.length > 0) yield out;
      if (context.slice.over()) await context.slice.next();
    }
  };
