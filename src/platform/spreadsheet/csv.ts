import { harmless } from '../../shared/csv';
import type { Cell, Sheet } from './sheet';

function written(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = harmless(cell);
  return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const line = (cells: readonly Cell[]): string => `${cells.map(written).join(',')}\r\n`;

/** A table as CSV (RFC 4180) in UTF-8, with the mark by which Excel knows that it is UTF-8. */
export async function* csv({ columns, rows }: Sheet): AsyncGenerator<string> {
  yield `\uFEFF${line(columns.map(({ label }) => label))}`;
  for await (const batch of rows) yield batch.map(line).join('');
}
