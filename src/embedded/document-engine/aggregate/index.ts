import type { Doc } from '../bson/codec';
import type { Env } from '../env';

/** Documents in batches, so that a stage costs one promise a batch and not one a document. */
export type Batches = AsyncIterable<Doc[]>;

/** What a pipeline may ask of the storage side. */
export interface Source {
  /** The database of the command. */
  db: string;
  /** The documents that match, in index order where an index serves the sort. */
  find(
    collection: string,
    query: { db?: string; filter?: Doc; sort?: Doc; skip?: number; limit?: number },
  ): Batches;
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
  filter?: Doc;
  sort?: Doc;
  skip?: number;
  limit?: number;
}

export interface Pipeline {
  leading: Leading;
  /** False where the first stage makes its own documents (`$documents`, `$collStats`). */
  readsCollection: boolean;
  /** True where the last stage is `$out` or `$merge`: `run` then yields nothing. */
  writes: boolean;
  /** `input` is what the leading stages let through. */
  run(input: Batches): Batches;
}

/** Compiles a pipeline; throws an EngineError for a bad one. */
export function compilePipeline(_stages: Doc[], _env: Env, _source: Source): Pipeline {
  throw new Error('being written');
}
