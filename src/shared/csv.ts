/**
 * A line of CSV (RFC 4180), ended by CRLF. A text that a spreadsheet would take for a formula gets
 * an apostrophe before it (OWASP, CSV Injection).
 */
export const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
