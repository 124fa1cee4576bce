/** An organisation that stands elsewhere in the tree than before. */
export interface TreeMove {
  readonly organisationId: string;
  /** Ids of the organisations above which it stood and, at that moment, no more. */
  readonly left: readonly string[];
}

/** What a room does for the records on which it writes the paths of organisations. */
export interface TreeRecords {
  /**
   * Makes the paths of its records those of the tree as it is now. May be run again after it was cut
   * off anywhere, and for moves in any order.
   */
  follow(move: TreeMove): Promise<void>;
}
