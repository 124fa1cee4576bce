import type { Batches, Pipeline } from '../aggregate';
import { SLICE_MS } from '../cooperate';
import { docOf, Query } from '../query';
import { type Context, collectionNamed } from './context';
import { breathe, hintOf } from './read';

/** The documents that a pipeline begins with, its leading stages served by an index. */
export function inputOf(context: Context, pipeline: Pipeline, name: string): Query | null {
  if (!pipeline.readsCollection) return null;
  const collection = collectionNamed(context, name);
  const { filter, sort, skip, limit } = pipeline.leading;
  const request = { filter: filter ?? {}, sort, skip, limit, hint: hintOf(context.body['hint']) };
  return new Query(collection, request, context.env, context.access);
}

export async function* batchesOf(context: Context, query: Query): Batches {
  await query.prepare(() => breathe(context));
  for (;;) {
    const step = query.pull(500, performance.now() + SLICE_MS);
    if (step.rows.length > 0) yield step.rows.map(docOf);
    if (step.done) return;
    await breathe(context);
  }
}

export async function* nothing(): Batches {}
