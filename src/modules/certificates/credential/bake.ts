import { pngChunk } from '../../../platform/pdf';
import { KEYWORD } from './read-file';

/** Signature, and the header with its checksum: the credential stands behind them. */
const HEADER = 8 + 25;

/** A badge as PNG with the credential in it (Open Badges 3.0, 5.3.1). */
export function bakePng(picture: Buffer, credential: string): Buffer {
  const text = Buffer.from(`${KEYWORD}\0\0\0\0\0${credential}`, 'utf8');
  return Buffer.concat([
    picture.subarray(0, HEADER),
    pngChunk('iTXt', text),
    picture.subarray(HEADER),
  ]);
}

const escapeXml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/**
 * A badge as SVG with the credential in it (Open Badges 3.0, 5.3.2).
 * @param about what the picture shows, in words
 */
export function bakeSvg(picture: string, credential: string, about: string): string {
  // An end of CDATA inside of a text of the credential would cut it.
  const content = credential.replaceAll(']]>', ']]\\u003e');
  return picture.replace(
    /^<svg\b([^>]*)>/,
    (_tag, attributes: string) =>
      `<svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" role="img" aria-label="${escapeXml(about)}"${attributes}>
<openbadges:credential><![CDATA[${content}]]></openbadges:credential>`,
  );
}
