import type { Doc } from './bson/codec';
import type { Env } from './env';

export type Projector = (doc: Doc, arrayIndex: number | null) => Doc;

/** Compiles find's `projection`; `filter` is needed for the positional `a.$`. */
export function compileProjection(_spec: Doc, _env: Env, _filter?: Doc): Projector {
  throw new Error('being written');
}
