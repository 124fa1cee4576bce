import { type CmsSigner, cmsSignature, sha256, signatureRoom } from './cms';

/** A PDF as Typst writes it: a plain cross-reference table, and dictionaries outside of streams. */
interface Parsed {
  readonly text: string;
  readonly size: number;
  readonly root: number;
  readonly info: number;
  readonly id: string;
  readonly startxref: number;
  objectOf(number: number): string;
}

const numberIn = (text: string, pattern: RegExp): number => {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`The PDF has no ${pattern.source}`);
  return Number(found);
};

function parse(pdf: Buffer): Parsed {
  const text = pdf.toString('latin1');
  const tail = text.slice(text.lastIndexOf('trailer'));
  const startxref = numberIn(tail, /startxref\s+(\d+)/);
  const table = text.slice(startxref);
  if (!/^xref\s+0 \d+\s/.test(table)) throw new Error('The PDF has no plain table of its objects');
  const offsets = [...table.matchAll(/^(\d{10}) \d{5} ([nf])/gm)].map(([, at]) => Number(at));
  return {
    text,
    size: numberIn(tail, /\/Size (\d+)/),
    root: numberIn(tail, /\/Root (\d+) 0 R/),
    info: numberIn(tail, /\/Info (\d+) 0 R/),
    id: /\/ID \[\s*(\([\s\S]*?\)|<[^>]*>)\s/.exec(tail)?.[1] ?? '<00>',
    startxref,
    objectOf(number) {
      const from = text.indexOf('<<', offsets[number]);
      return text.slice(from, text.indexOf('endobj', from)).trimEnd();
    },
  };
}

/** The same dictionary with another entry at its end. */
const withEntry = (dictionary: string, entry: string): string =>
  `${dictionary.replace(/>>$/, '')}  ${entry}\n>>`;

const withAnnotation = (page: string, annotation: string): string =>
  /\/Annots \[/.test(page)
    ? page.replace(/\/Annots \[([^\]]*)\]/, `/Annots [$1 ${annotation}]`)
    : withEntry(page, `/Annots [${annotation}]`);

/** D:20261121040000Z */
const pdfDate = (date: Date): string => `D:${date.toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`;

/** PDF text in UTF-16, which holds every script. */
const pdfText = (text: string): string => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  return `<${bytes.toString('hex')}>`;
};

const WIDE = 10;
const range = (numbers: readonly number[]): string =>
  `[${numbers.map((number) => String(number).padStart(WIDE, '0')).join(' ')}]`;

interface Seal {
  /** When it was signed, which the signature covers: for the same bytes the same moment. */
  at: Date;
  /** Who signs, in words. */
  by: string;
  reason: string;
}

/** What is added: the signature, its field (unseen, on the first page), the page and the catalog again. */
function addition(pdf: Parsed, seal: Seal, room: number) {
  const pages = pdf.objectOf(numberIn(pdf.objectOf(pdf.root), /\/Pages (\d+) 0 R/));
  const page = numberIn(pages, /\/Kids \[\s*(\d+) 0 R/);
  const signature = pdf.size;
  const field = pdf.size + 1;
  const objects = new Map<number, string>([
    [page, withAnnotation(pdf.objectOf(page), `${field} 0 R`)],
    [
      pdf.root,
      withEntry(pdf.objectOf(pdf.root), `/AcroForm << /Fields [${field} 0 R] /SigFlags 3 >>`),
    ],
    [
      signature,
      `<<
  /Type /Sig
  /Filter /Adobe.PPKLite
  /SubFilter /ETSI.CAdES.detached
  /ByteRange ${range([0, 0, 0, 0])}
  /Contents <${'0'.repeat(room * 2)}>
  /M (${pdfDate(seal.at)})
  /Name ${pdfText(seal.by)}
  /Reason ${pdfText(seal.reason)}
>>`,
    ],
    [
      field,
      `<<
  /Type /Annot
  /Subtype /Widget
  /FT /Sig
  /T (Signature1)
  /TU ${pdfText(seal.reason)}
  /F 132
  /Rect [0 0 0 0]
  /P ${page} 0 R
  /V ${signature} 0 R
>>`,
    ],
  ]);
  return objects;
}

/** The file with its addition, as an update behind it (ISO 32000-1, 7.5.6): not a byte of it changes. */
function append(pdf: Buffer, parsed: Parsed, objects: ReadonlyMap<number, string>): Buffer {
  let text = pdf.at(-1) === 0x0a ? '' : '\n';
  const entries: string[] = [];
  for (const [number, body] of [...objects].sort(([a], [b]) => a - b)) {
    const at = pdf.length + text.length;
    entries.push(`${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`);
    text += `${number} 0 obj\n${body}\nendobj\n`;
  }
  const xref = pdf.length + text.length;
  const changed = sha256(pdf).subarray(0, 16).toString('hex');
  text += `xref\n${entries.join('')}trailer
<<
  /Size ${parsed.size + 2}
  /Root ${parsed.root} 0 R
  /Info ${parsed.info} 0 R
  /Prev ${parsed.startxref}
  /ID [${parsed.id} <${changed}>]
>>
startxref
${xref}
%%EOF
`;
  return Buffer.concat([pdf, Buffer.from(text, 'latin1')]);
}

/**
 * Signs a PDF that Typst has made, PAdES baseline B-B. The signature stands behind the document, so
 * whatever the document claims about itself stays true. Same document, key and moment: same bytes.
 */
export async function signPdf(pdf: Buffer, signer: CmsSigner, seal: Seal): Promise<Buffer> {
  const parsed = parse(pdf);
  const room = signatureRoom(signer);
  const file = append(pdf, parsed, addition(parsed, seal, room));
  const opening = file.indexOf('/Contents <', pdf.length) + '/Contents '.length;
  const closing = opening + room * 2 + 2;
  const parts = [0, opening, closing, file.length - closing] as const;
  file.write(
    range(parts),
    file.indexOf('/ByteRange [', pdf.length) + '/ByteRange '.length,
    'latin1',
  );
  const signature = await cmsSignature([file.subarray(0, opening), file.subarray(closing)], signer);
  if (signature.length > room)
    throw new Error(`A signature of ${signature.length} bytes is too long`);
  file.write(signature.toString('hex'), opening + 1, 'latin1');
  return file;
}
