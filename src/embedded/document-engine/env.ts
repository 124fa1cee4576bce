import type { Doc } from './bson/codec';

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
  /** Anything but `{ locale: 'simple' }` is refused with 238. */
  collation?: Doc | undefined;
}
