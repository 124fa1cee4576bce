import type { Doc } from '../../bson/codec';
import type { Env } from '../../env';

/** An expression ready to be worked out for a document (`$$ROOT`); undefined is a missing value. */
export type Evaluate = (root: Doc) => unknown;

export function compileExpression(_spec: unknown, _env: Env, _unknownCode?: number): Evaluate {
  throw new Error('being written');
}
