import { inflateSync } from 'node:zlib';
import { PNG_SIGNATURE } from '../../../platform/pdf';

/** What a file says about itself; nothing of it is believed before it is compared. */
export type FileContent =
  | { kind: 'json'; credential: Record<string, unknown> }
  | { kind: 'jwt'; jwt: string; credential: Record<string, unknown> }
  /** A PDF with the codes that stand in it. */
  | { kind: 'pdf'; codes: readonly string[] }
  | { kind: 'unreadable' };

export const KEYWORD = 'openbadgecredential';
const MOST_STREAMS = 400;
/** Unpacked, of one part of a PDF and of all together. */
const PART_BYTES = 4_000_000;
const ALL_BYTES = 16_000_000;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseRecord(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function fromText(given: string): FileContent {
  const text = given.trim();
  const jwt = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text);
  if (jwt) {
    const claims = parseRecord(Buffer.from(jwt[1] ?? '', 'base64url').toString('utf8'));
    return claims ? { kind: 'jwt', jwt: text, credential: claims } : { kind: 'unreadable' };
  }
  const credential = parseRecord(text);
  return credential ? { kind: 'json', credential } : { kind: 'unreadable' };
}

/** The iTXt chunk of a baked badge (Open Badges 3.0, 5.3.1). */
function fromPng(bytes: Buffer): FileContent {
  let at = PNG_SIGNATURE.length;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'iTXt' && data.toString('latin1', 0, KEYWORD.length + 1) === `${KEYWORD}\0`) {
      // Not packed: flag, method, language and translated keyword, each ended by a zero.
      const language = data.indexOf(0, KEYWORD.length + 3);
      const translated = data.indexOf(0, language + 1);
      if (data[KEYWORD.length + 1] !== 0 || translated === -1) return { kind: 'unreadable' };
      return fromText(data.toString('utf8', translated + 1));
    }
    at += 12 + length;
  }
  return { kind: 'unreadable' };
}

const unescapeXml = (text: string): string =>
  text
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');

/** The element of a baked badge (Open Badges 3.0, 5.3.2). */
function fromSvg(text: string): FileContent {
  const start = text.indexOf('<openbadges:credential');
  if (start === -1) return { kind: 'unreadable' };
  const rest = text.slice(start);
  const verify = /^<openbadges:credential\b[^>]*\bverify="([^"]+)"/.exec(rest);
  if (verify) return fromText(unescapeXml(verify[1] ?? ''));
  const open = rest.indexOf('<![CDATA[');
  const close = rest.indexOf(']]>');
  return open === -1 || close < open
    ? { kind: 'unreadable' }
    : fromText(rest.slice(open + '<![CDATA['.length, close));
}

/** All parts of a PDF that can be unpacked, as text. */
function* partsOf(bytes: Buffer): Generator<string> {
  yield bytes.toString('latin1');
  let left = ALL_BYTES;
  let at = 0;
  for (let count = 0; count < MOST_STREAMS && left > 0; count += 1) {
    const word = bytes.indexOf('stream', at, 'latin1');
    if (word === -1) return;
    const start = bytes[word + 6] === 0x0d ? word + 8 : word + 7;
    const end = bytes.indexOf('endstream', start, 'latin1');
    if (end === -1) return;
    at = end + 'endstream'.length;
    try {
      const part = inflateSync(bytes.subarray(start, end), {
        maxOutputLength: Math.min(PART_BYTES, left),
      });
      left -= part.length;
      yield part.toString('latin1');
    } catch {
      // Packed otherwise, or too large: a picture or a typeface, which names no certificate.
    }
  }
}

function fromPdf(bytes: Buffer): FileContent {
  const codes = new Set<string>();
  for (const part of partsOf(bytes)) {
    for (const [, code = ''] of part.matchAll(
      /\/(?:verify|credentials)\/([0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4})(?![0-9A-Za-z-])/g,
    ))
      codes.add(code.toUpperCase());
    if (codes.size > 20) break;
  }
  return { kind: 'pdf', codes: [...codes] };
}

/** Reads a PDF, a credential as JSON or JWT, or a baked badge. Nothing is fetched, whatever it names. */
export function readFile(bytes: Buffer): FileContent {
  if (bytes.subarray(0, 1_024).includes('%PDF-')) return fromPdf(bytes);
  if (bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return fromPng(bytes);
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  return /^\s*</.test(text) ? fromSvg(text) : fromText(text);
}
