import { ObjectId } from 'bson';
import { compileTransforms } from '../aggregate/transforms';
import { type Doc, own } from '../bson/codec';
import { equal, identical } from '../bson/compare';
import type { Env } from '../env';
import { EngineError, failedToParse, immutableId } from '../errors';
import { parseArrayFilters, parseOperators } from './parse';
import { Applier, type Branch, type Filters } from './tree';
import { askedId, checkId, startOf, withId } from './upsert';

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

/** The changed document where it differs; `_id` must have stayed. */
function settled(before: Doc, after: Doc): Doc | null {
  if (before === after) return null;
  const id = own(before, '_id');
  if (id !== undefined && !equal(own(after, '_id'), id)) throw immutableId();
  return after;
}

function inserted(doc: Doc, id: unknown): Doc {
  const now = own(doc, '_id');
  if (id !== undefined && !equal(now, id)) throw immutableId();
  if (now !== undefined) checkId(now);
  return withId(doc, () => new ObjectId());
}

/** Compiles a replacement, an operator document or a pipeline; throws an EngineError for a bad one. */
export function compileUpdate(u: Doc | Doc[], options: UpdateOptions): Updater {
  if (Array.isArray(u)) return pipeline(u, options);
  const first = Object.keys(u)[0];
  if (first === undefined || !first.startsWith('$')) {
    if (options.arrayFilters?.length)
      throw failedToParse('arrayFilters may not be specified for a replacement');
    return replacement(u);
  }
  const filters = parseArrayFilters(options.arrayFilters, options.env);
  for (const k of Object.keys(u)) {
    if (!k.startsWith('$'))
      throw failedToParse(`Unknown modifier: ${k}. Expected a valid update modifier`);
  }
  return operators(parseOperators(u, filters, options.env), filters);
}

function replacement(u: Doc): Updater {
  for (const k of Object.keys(u)) {
    if (k.startsWith('$')) {
      throw new EngineError(
        52,
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${k}' is not allowed in the context of an update's replacement document.`,
      );
    }
  }
  const id = own(u, '_id');
  const withOldId = (old: unknown): Doc => {
    if (old === undefined) return u;
    if (id !== undefined && !equal(id, old)) throw immutableId();
    const { _id: _, ...rest } = u;
    return { _id: old, ...rest };
  };
  return {
    kind: 'replacement',
    apply(doc) {
      // MongoDB compares with the replacement as it was sent, without the `_id` that it takes over.
      return identical(doc, u) ? null : withOldId(own(doc, '_id'));
    },
    insertFor(filter) {
      const asked = askedId(filter);
      return inserted(
        id === undefined ? withOldId(asked) : u,
        id === undefined ? undefined : asked,
      );
    },
  };
}

function operators(tree: Branch, filters: Filters): Updater {
  return {
    kind: 'operators',
    apply(doc, arrayIndex) {
      const applier = new Applier(filters, { root: doc, arrayIndex, isInsert: false });
      return settled(doc, applier.document(doc, tree));
    },
    insertFor(filter) {
      const doc = startOf(filter);
      const applier = new Applier(filters, { root: doc, arrayIndex: null, isInsert: true });
      return inserted(applier.document(doc, tree), own(doc, '_id'));
    },
  };
}

function pipeline(stages: Doc[], options: UpdateOptions): Updater {
  if (options.arrayFilters?.length) {
    throw failedToParse('arrayFilters may not be specified for pipeline-style updates');
  }
  const transform = compileTransforms(stages, options.env);
  const run = (doc: Doc): Doc => {
    const id = own(doc, '_id');
    const out = transform(doc);
    // A stage that leaves `_id` out does not take it from the stored document.
    return id !== undefined && own(out, '_id') === undefined ? withId(out, () => id) : out;
  };
  return {
    kind: 'pipeline',
    apply(doc) {
      const out = run(doc);
      return identical(doc, out) ? null : settled(doc, out);
    },
    insertFor(filter) {
      const doc = startOf(filter);
      return inserted(run(doc), own(doc, '_id'));
    },
  };
}
