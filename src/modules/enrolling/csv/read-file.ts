import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { invalidField } from '../../../platform/errors';
import { COLUMNS, type Column } from '../model';
import { decodeFile } from './decode';
import { columnsOf } from './headings';

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

/**
 * The rows of a CSV file, as a stream reads them: comma, semicolon or tab between the cells, quoted
 * as in RFC 4180.
 * @throws Invalid on `file`: not text, no header that we know, no rows, too many, a quote left open
 */
export async function readRows(bytes: Uint8Array): Promise<RawRow[]> {
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
  let columns: (Column | null)[] | undefined;
  const rows: RawRow[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      if (columns) {
        if (rows.length === MOST_ROWS) {
          throw invalidField('file', 'enrolling.file.tooMany', { maximum: MOST_ROWS });
        }
        rows.push(toRow(record, columns, info.lines));
      } else {
        columns = columnsOf(record);
        if (!columns.includes('email') && !columns.includes('number')) {
          throw invalidField('file', 'enrolling.file.noColumns', {
            found: record.slice(0, 10).join(', ').slice(0, 200),
          });
        }
      }
    }
  } catch (error) {
    throw error instanceof CsvError ? faultOf(error) : error;
  }
  if (rows.length === 0) throw invalidField('file', 'enrolling.file.empty');
  return rows;
}

function toRow(
  record: readonly string[],
  columns: readonly (Column | null)[],
  line: number,
): RawRow {
  const cells: Partial<Record<Column, string>> = {};
  for (const column of COLUMNS) {
    const value = record[columns.indexOf(column)];
    if (value !== undefined && value !== '') cells[column] = value;
  }
  // Spreadsheets leave empty cells away at the end, or add some.
  const extra = record.slice(columns.length).some((cell) => cell !== '');
  const misfit = extra ? { count: record.length, expected: columns.length } : null;
  return { line, cells, misfit };
}
