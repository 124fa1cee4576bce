/**
 * A line of CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe
 * before it (OWASP, CSV Injection).
 */
export const csvLine = (cells: readonly string[]): string =>
  `${cells
    .map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell))
    .map((cell) => `"${cell.replaceAll('"', '""')}"`)
    .join(',')}\r\n`;
