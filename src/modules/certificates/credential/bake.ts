import { readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { VIEWS } from '../../../platform/paths';
import { KEYWORD } from './read-file';

let picture: Buffer | undefined;

/** Length, type, data and checksum (PNG, third edition, 5.3). */
function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const result = Buffer.alloc(named.length + 8);
  result.writeUInt32BE(data.length, 0);
  named.copy(result, 4);
  result.writeUInt32BE(crc32(named), named.length + 4);
  return result;
}

/** The badge as PNG with the credential in it (Open Badges 3.0, 5.3.1). */
export function bakePng(credential: string): Buffer {
  picture ??= readFileSync(path.join(VIEWS, 'certificates/badge.png'));
  const header = 8 + 25;
  const text = Buffer.from(`${KEYWORD}\0\0\0\0\0${credential}`, 'utf8');
  return Buffer.concat([
    picture.subarray(0, header),
    chunk('iTXt', text),
    picture.subarray(header),
  ]);
}

const escapeXml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const WIDTH = 20;
const LINES = 4;

/** Chinese characters are as wide as two letters. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (/\p{Script=Han}/u.test(letter) ? 2 : 1), 0);

/** A title in a few short lines; what does not fit is cut with an ellipsis. */
export function linesOf(title: string): string[] {
  const words = title.match(/\p{Script=Han}|[^\s\p{Script=Han}]+\s*/gu) ?? [];
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && widthOf((line + word).trimEnd()) <= WIDTH)
      lines.splice(-1, 1, line + word);
    else lines.push(word);
  }
  const shown = lines.slice(0, LINES).map((line) => line.trim());
  return lines.length > LINES ? [...shown.slice(0, -1), `${shown.at(-1)}…`] : shown;
}

/** The badge as SVG, with the course's name on it and the credential in it (Open Badges 3.0, 5.3.2). */
export function bakeSvg(
  credential: string,
  about: { course: string; organisation: string; year: string },
): string {
  const lines = linesOf(about.course);
  const top = 372 - lines.length * 20;
  const title = lines
    .map((line, index) => `<text x="300" y="${top + index * 42}">${escapeXml(line)}</text>`)
    .join('');
  // An end of CDATA inside of a text of the credential would cut it.
  const content = credential.replaceAll(']]>', ']]\\u003e');
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" viewBox="0 0 600 600" width="600" height="600" role="img" aria-label="${escapeXml(about.course)}">
<openbadges:credential><![CDATA[${content}]]></openbadges:credential>
<circle cx="300" cy="300" r="292" fill="#F4B740"/><circle cx="300" cy="300" r="278" fill="#fff"/><circle cx="300" cy="300" r="266" fill="#0F5E63"/>
<g transform="translate(246 72) scale(2.25)"><rect x="11" y="10" width="6" height="28" rx="3" fill="#fff"/><path d="M20 22.5C20 15 26.5 10 37 10c0 8-6 12.5-17 12.5Z" fill="#F4B740"/><path d="M20 25.5c11 0 17 4.5 17 12.5-10.5 0-17-5-17-12.5Z" fill="#BEE5E1"/></g>
<g fill="#fff" font-family="'Noto Sans','Noto Sans SC','Noto Sans Tamil',system-ui,sans-serif" text-anchor="middle"><g font-size="36" font-weight="700">${title}</g>
<rect x="240" y="456" width="120" height="4" rx="2" fill="#F4B740"/><text x="300" y="494" font-size="20">${escapeXml(linesOf(about.organisation)[0] ?? '')}</text><text x="300" y="528" font-size="20" fill="#BEE5E1">${escapeXml(about.year)}</text></g>
</svg>
`;
}
