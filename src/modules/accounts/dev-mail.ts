import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** A mail of the demonstration, read back from its file. */
export interface ReadMail {
  file: string;
  to: string;
  from: string;
  subject: string;
  sentAt: Date;
  /** The text part in lines, each a row of plain texts and links to this site. */
  lines: readonly (readonly ({ text: string } | { href: string })[])[];
}

export interface MailList {
  mails: { file: string; to: string; subject: string; sentAt: Date }[];
  page: number;
  pages: number;
}

const PER_PAGE = 20;

/** The mails in the folder, the latest first. */
export async function listMails(folder: string, page: number): Promise<MailList> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'));
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(path.join(folder, name))).mtimeMs })),
  );
  dated.sort((a, b) => b.at - a.at);
  const pages = Math.max(1, Math.ceil(dated.length / PER_PAGE));
  const shown = Math.min(page, pages);
  const mails = await Promise.all(
    dated
      .slice((shown - 1) * PER_PAGE, shown * PER_PAGE)
      .map(({ name }) => readMail(folder, name.slice(0, -'.eml'.length))),
  );
  return { mails: mails.filter((mail) => mail !== null), page: shown, pages };
}

/** One mail by its file's name without `.eml`; null when there is none. */
export async function readMail(folder: string, file: string): Promise<ReadMail | null> {
  const target = path.join(folder, `${file}.eml`);
  const raw = await readFile(target, 'utf8').catch(() => null);
  if (raw === null) return null;
  const { headers, body } = split(raw.replaceAll('\r\n', '\n'));
  return {
    file,
    to: decodeHeader(headers.get('to') ?? ''),
    from: decodeHeader(headers.get('from') ?? ''),
    subject: decodeHeader(headers.get('subject') ?? ''),
    sentAt: new Date(headers.get('date') ?? 0),
    lines: textOf(headers, body).trim().split('\n').map(toLinks),
  };
}

/** Headers (RFC 5322, folded lines joined, names in small letters) and what follows them. */
function split(message: string): { headers: Map<string, string>; body: string } {
  const end = message.indexOf('\n\n');
  const head = end < 0 ? message : message.slice(0, end);
  const headers = new Map<string, string>();
  for (const line of head.replaceAll(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: end < 0 ? '' : message.slice(end + 2) };
}

/** Encoded words in a header (RFC 2047), all in UTF-8 as our mailer writes them. */
function decodeHeader(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/(?:=\?utf-8\?[bq]\?[^?]*\?=)+/gi, (run) =>
      Buffer.concat(
        [...run.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi)].map(([, encoding = '', text = '']) =>
          encoding.toLowerCase() === 'b'
            ? Buffer.from(text, 'base64')
            : quotedBytes(text.replaceAll('_', ' ')),
        ),
      ).toString('utf8'),
    );
}

/** Bytes of quoted-printable text (RFC 2045, 6.7). */
function quotedBytes(text: string): Buffer {
  const joined = text.replaceAll(/=\n/g, '');
  return Buffer.from(
    joined.replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  );
}

/** The plain text of a message, or of the text part of one with alternatives. */
function textOf(headers: Map<string, string>, body: string): string {
  const type = headers.get('content-type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary !== undefined) {
    const parts = body
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((part) => split(part.replace(/^\n/, '')));
    const plain = parts.find((part) =>
      (part.headers.get('content-type') ?? '').startsWith('text/plain'),
    );
    return plain ? textOf(plain.headers, plain.body) : '';
  }
  const encoding = (headers.get('content-transfer-encoding') ?? '').toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding === 'quoted-printable') return quotedBytes(body).toString('utf8');
  return body;
}

/** A line of text with its addresses as links. */
const toLinks = (line: string): ({ text: string } | { href: string })[] =>
  line
    .split(/(https?:\/\/[^\s<>"]+)/)
    .filter((part) => part !== '')
    .map((part) => (/^https?:\/\//.test(part) ? { href: part } : { text: part }));
