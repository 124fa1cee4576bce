/** How long a room keeps something. How many days that are is a setting of the site. */
export interface RetentionRule {
  /** Such as `mails`. */
  readonly key: string;
  /** Days, until someone sets others. */
  readonly days: number;
  /** What may be set, at least and at most. */
  readonly least: number;
  readonly most: number;
  /** Forgets what is older. Safe to run again. @returns how many records are gone */
  apply(until: Date): Promise<number>;
}
