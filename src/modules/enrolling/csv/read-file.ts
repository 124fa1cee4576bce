import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { invalidField } from '../../../platform/errors';
import { COLUMNS, type Column } from '../model';
import { decodeFile } from './decode';

export const MOST_ROWS = 10_000;
export const MOST_BYTES = 4 * 1024 * 1024;
const LONGEST_LINE = 20_000;

/** A row of a file as it stands there. */
export interface RawRow {
  readonly line: number;
  readonly cells: Readonly<Partial<Record<Column, string>>>;
  /** How many cells there are too many or too few, for a row that does not fit its header. */
  readonly misfit: { readonly count: number; readonly expected: number } | null;
}

/** The sign between the cells: the one that the first line has most of, outside of quotes. */
function delimiterOf(text: string): string {
  const [first = ''] = text.replace(/"(?:[^"]|"")*"/g, '').split(/\r\n|\r|\n/, 1);
  const counted = [',', ';', '\t'].map((sign) => ({ sign, count: first.split(sign).length }));
  counted.sort((a, b) => b.count - a.count);
  return counted[0]?.sign ?? ',';
}

/** csv-parse tells all of these with a code. */
const faultOf = (error: CsvError) =>
  error.code === 'CSV_MAX_RECORD_SIZE'
    ? invalidField('file', 'enrolling.file.longLine', { line: Number(error['lines'] ?? 0) })
    : invalidField('file', 'enrolling.file.broken', { line: Number(error['lines'] ?? 0) });

/** A file as a table: its first row, and the others with the line on which each ends. */
export interface Table {
  readonly headings: readonly string[];
  readonly records: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

/**
 * A CSV file, as a stream reads it: comma, semicolon or tab between the cells, quoted as in RFC 4180.
 * @throws Invalid on `file`: not text, no rows, too many, a quote left open
 */
export async function readTable(bytes: Uint8Array): Promise<Table> {
  const text = decodeFile(bytes);
  const parser = Readable.from([text]).pipe(
    parse({
      delimiter: delimiterOf(text),
      bom: true,
      info: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      max_record_size: LONGEST_LINE,
    }),
  );
  let headings: string[] | undefined;
  const records: { line: number; cells: string[] }[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      if (!headings) {
        headings = record;
        continue;
      }
      if (records.length === MOST_ROWS) {
        throw invalidField('file', 'enrolling.file.tooMany', { maximum: MOST_ROWS });
      }
      records.push({ line: info.lines, cells: record });
    }
  } catch (error) {
    throw error instanceof CsvError ? faultOf(error) : error;
  }
  if (!headings || records.length === 0) throw invalidField('file', 'enrolling.file.empty');
  return { headings, records };
}

/** True when the columns say who is meant. */
export const namesSomebody = (columns: readonly (Column | null)[]): boolean =>
  columns.includes('email') || columns.includes('number');

/** The rows of a table whose columns stand for these. */
export function toRows({ records }: Table, columns: readonly (Column | null)[]): RawRow[] {
  const places = COLUMNS.map((column) => ({ column, index: columns.indexOf(column) }));
  return records.map(({ line, cells }) => toRow(cells, { places, expected: columns.length }, line));
}

function toRow(
  record: readonly string[],
  heads: { places: readonly { column: Column; index: number }[]; expected: number },
  line: number,
): RawRow {
  const { places, expected } = heads;
  const cells: Partial<Record<Column, string>> = {};
  for (const { column, index } of places) {
    const value = record[index];
    if (value !== undefined && value !== '') cells[column] = value;
  }
  // Spreadsheets leave empty cells away at the end, or add some.
  const extra = record.slice(expected).some((cell) => cell !== '');
  const misfit = extra ? { count: record.length, expected } : null;
  return { line, cells, misfit };
}
