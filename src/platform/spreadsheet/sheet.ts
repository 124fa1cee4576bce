/** What stands in a column. `day`: a text YYYY-MM-DD. `percent`: 0 to 100. */
export type ColumnKind = 'text' | 'number' | 'percent' | 'day';

export interface Column {
  readonly label: string;
  readonly kind: ColumnKind;
}

export type Cell = string | number | null;

/** A table of any length: its rows come in batches, so that it never is in memory as a whole. */
export interface Sheet {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: AsyncIterable<readonly (readonly Cell[])[]>;
}
