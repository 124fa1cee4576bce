import type { Doc } from '../bson/codec';
import type { Env } from '../env';

export interface Updater {
  kind: 'replacement' | 'operators' | 'pipeline';
  /** The changed document, or null where nothing changes. The given document is left as it was. */
  apply(doc: Doc, arrayIndex: number | null): Doc | null;
  /** The document that an upsert inserts. */
  insertFor(filter: Doc): Doc;
}

export interface UpdateOptions {
  arrayFilters?: Doc[] | undefined;
  env: Env;
  upsert: boolean;
}

/** Compiles a replacement, an operator document or a pipeline; throws an EngineError for a bad one. */
export function compileUpdate(_u: Doc | Doc[], _options: UpdateOptions): Updater {
  throw new Error('being written');
}
