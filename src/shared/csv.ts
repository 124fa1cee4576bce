/**
 * A text as a cell of CSV: what a spreadsheet would take for a formula gets an apostrophe before it,
 * the wide signs of Chinese and Japanese keyboards too. It is what someone typed as a name, and must
 * not run on the machine of who opens the file. (OWASP, CSV Injection.)
 */
export const harmless = (text: string): string =>
  /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;

/** A line of CSV (RFC 4180), ended by CRLF, every cell harmless. */
export const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(cell: string): string {
  const safe = harmless(cell);
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
