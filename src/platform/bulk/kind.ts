import type { z } from 'zod';

/** One thing that an act is done to. */
export interface BulkItem<T = unknown> {
  /** From 1, in the order in which they were given. */
  readonly number: number;
  /** What a person knows it by, such as a name or a number of a certificate. */
  readonly label: string;
  readonly data: T;
}

/** The act at whose items a handler works. */
export interface BulkContext<P = unknown> {
  readonly actId: string;
  /** Who began it; audit rows written by the handler carry them by themselves. */
  readonly by: string;
  readonly params: P;
}

/**
 * A long act over many items. A room lists its kinds in `Room.bulk`, begins one with `startBulk`
 * and sends the person to `actHref`.
 */
export interface BulkKind<P = unknown, T = unknown> {
  /** `<room>.<verb-noun>`, such as `certificates.revoke-many`; never changed while acts are kept. */
  readonly kind: string;
  /** Locale key of what is being done, such as "Revoking certificates". */
  readonly titleKey: string;
  /**
   * `each`: slice by slice, each in a transaction; an item that cannot be done is told and the
   * others go on. `all`: everything in one transaction, or nothing.
   */
  readonly mode: 'each' | 'all';
  /** Items of one call (100). */
  readonly sliceSize?: number;
  /** What all items have in common, and what one holds: ids, and what the person gave. */
  readonly params: z.ZodType<P>;
  /** What the audit keeps of them; without it: all. */
  audited?(params: P): object;
  readonly item: z.ZodType<T>;
  /**
   * Finds the items of an act that was begun with none but a number to expect: when the worker comes
   * to it, under the rights of that moment, in batches and each item once. Whatever is killed on the
   * way, they are found again from the beginning before the first is done.
   * @throws AppError when they cannot be found: the act ends by it
   */
  gather?(
    context: BulkContext<P>,
  ): AsyncIterable<readonly { readonly label: string; readonly data: T }[]>;
  /** Where the person goes from here. */
  backHref(params: P): string;
  /**
   * Does it, inside a transaction: database reads and writes, audit rows and events only. It may be
   * run again when the transaction is, and counts once. Whoever began the act may have lost the
   * right meanwhile: checking it is the handler's.
   * @throws AppError when an item cannot be done: with `each` the items of the slice are then tried
   * one by one, with `all` nothing is changed. Any other error: the queue tries again.
   */
  handle(items: readonly BulkItem<T>[], context: BulkContext<P>): Promise<void>;
}
