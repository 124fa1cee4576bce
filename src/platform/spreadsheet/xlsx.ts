import type { Cell, Column, ColumnKind, Sheet } from './sheet';
import { type ZipEntry, zip } from './zip';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** What XML 1.0 forbids: control characters but tab and line ends, halves of pairs, two of no use. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\ufffe\uffff]/gu;
/** The control characters that it allows. */
const isAllowed = (letter: string): boolean =>
  letter === '\t' || letter === '\n' || letter === '\r' || /[\u007f-\u009f]/.test(letter);

/** Text of an XML element; characters that XML does not know are left out. */
const escaped = (text: string): string =>
  text
    .replaceAll(FORBIDDEN, (letter) => (isAllowed(letter) ? letter : ''))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

/** Formats of styles.xml, by their place there. */
const STYLE: Record<ColumnKind | 'header', number> = {
  text: 0,
  number: 0,
  header: 1,
  day: 2,
  percent: 3,
};

const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="9" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`;

/** Days since 30 December 1899, as spreadsheets count them. */
const serial = (day: string): number =>
  Math.round((Date.parse(`${day}T00:00:00Z`) - Date.UTC(1899, 11, 30)) / 86_400_000);

const inline = (text: string, style: number): string =>
  `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;

function cellOf(cell: Cell, kind: ColumnKind): string {
  if (cell === null || cell === '') return '<c/>';
  const style = STYLE[kind];
  if (kind === 'day') return `<c s="${style}"><v>${serial(String(cell))}</v></c>`;
  // A text is a text, whatever it begins with: only <f> is a formula.
  if (typeof cell === 'string') return inline(cell, style);
  return `<c s="${style}"><v>${kind === 'percent' ? cell / 100 : cell}</v></c>`;
}

const WIDTH: Record<ColumnKind, number> = { text: 28, number: 12, percent: 12, day: 14 };

const head = (columns: readonly Column[]): string =>
  `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns
    .map(
      ({ kind }, i) =>
        `<col min="${i + 1}" max="${i + 1}" width="${WIDTH[kind]}" customWidth="1"/>`,
    )
    .join('')}</cols><sheetData><row>${columns
    .map(({ label }) => inline(label, STYLE.header))
    .join('')}</row>`;

async function* worksheet({ columns, rows }: Sheet): AsyncGenerator<string> {
  yield head(columns);
  for await (const batch of rows) {
    yield batch
      .map(
        (cells) =>
          `<row>${cells.map((cell, i) => cellOf(cell, columns[i]?.kind ?? 'text')).join('')}</row>`,
      )
      .join('');
  }
  yield '</sheetData></worksheet>';
}

/** Excel takes 31 characters, and none of these. */
const sheetName = (name: string): string =>
  escaped(
    name
      .replaceAll(/[[\]:*?/\\']/g, ' ')
      .slice(0, 31)
      .trim() || 'Sheet',
  ).replaceAll('"', '');

function* partsOf(sheet: Sheet): Generator<ZipEntry> {
  const part = (name: string, text: string): ZipEntry => ({ name, content: [XML + text] });
  yield part(
    '[Content_Types].xml',
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`,
  );
  yield part(
    '_rels/.rels',
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  );
  yield part(
    'xl/workbook.xml',
    `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="${sheetName(sheet.name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  );
  yield part(
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
  );
  yield { name: 'xl/styles.xml', content: [STYLES] };
  yield { name: 'xl/worksheets/sheet1.xml', content: worksheet(sheet) };
}

/** A table as a workbook of one sheet (ECMA-376), as it is made. */
export const xlsx = (sheet: Sheet): AsyncGenerator<Buffer> => zip(partsOf(sheet));
