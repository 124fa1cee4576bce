import { gzipSync } from 'node:zlib';

/** Entries of a list: the least that Bitstring Status List 1.0 allows, so that one hides among many. */
export const LIST_LENGTH = 131_072;

/** A list in which these entries are set: GZIP, base64url, multibase (`u`). The first bit is the left one. */
export function encodeList(set: Iterable<number>): string {
  const bits = Buffer.alloc(LIST_LENGTH / 8);
  for (const index of set) {
    const place = index >> 3;
    bits[place] = (bits[place] ?? 0) | (0x80 >> (index & 7));
  }
  return `u${gzipSync(bits, { level: 9 }).toString('base64url')}`;
}
