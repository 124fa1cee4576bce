import type { Doc } from './bson/codec';

/** A variable's place: written before an expression that reads it is worked out. */
export interface Cell {
  value: unknown;
}

/** What the language needs to know of the command that it works for. */
export interface Env {
  /** `$$NOW`, one instant for the whole command. */
  now: Date;
  /** `$$CLUSTER_TIME`, a bson Timestamp. */
  clusterTime?: unknown;
  /** The command's `let`: evaluated once, constants afterwards. */
  let?: Doc | undefined;
  /** A regular expression that works longer than this on one value is cut off. */
  maxRegexMs: number;
  /** The variables of `$let`, `$map`, `$lookup` and the like that are in scope. */
  vars?: ReadonlyMap<string, Cell>;
}
