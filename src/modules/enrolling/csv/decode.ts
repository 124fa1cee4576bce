import { invalidField } from '../../../platform/errors';

const starts = (bytes: Uint8Array, ...head: number[]): boolean =>
  head.every((byte, index) => bytes[index] === byte);

/** UTF-16 without a mark at its beginning: every other byte of Latin text is zero. */
function bareUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const head = bytes.subarray(0, 200);
  const zeros = (odd: number) =>
    head.filter((byte, index) => byte === 0 && index % 2 === odd).length;
  if (zeros(1) > head.length / 4) return 'utf-16le';
  if (zeros(0) > head.length / 4) return 'utf-16be';
  return null;
}

/**
 * The text of a file: UTF-8 or UTF-16, with or without a mark at its beginning.
 * @throws Invalid on `file` for a workbook, and for any other encoding
 */
export function decodeFile(bytes: Uint8Array): string {
  if (starts(bytes, 0x50, 0x4b) || starts(bytes, 0xd0, 0xcf, 0x11, 0xe0)) {
    throw invalidField('file', 'enrolling.file.workbook');
  }
  const encoding = starts(bytes, 0xff, 0xfe)
    ? 'utf-16le'
    : starts(bytes, 0xfe, 0xff)
      ? 'utf-16be'
      : (bareUtf16(bytes) ?? 'utf-8');
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Told below: what cannot be read is not guessed at.
  }
  throw invalidField('file', 'enrolling.file.encoding');
}
