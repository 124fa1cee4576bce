import type { KeyObject } from 'node:crypto';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Base58 as Bitcoin writes it, with multibase's `z` in front. */
export function toBase58(bytes: Uint8Array): string {
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
  let text = '';
  while (value > 0n) {
    text = ALPHABET.charAt(Number(value % 58n)) + text;
    value /= 58n;
  }
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return `z${'1'.repeat(zeros === -1 ? bytes.length : zeros)}${text}`;
}

/** @returns null when it is not base58 with `z` in front */
export function fromBase58(text: string): Buffer | null {
  if (!/^z[1-9A-HJ-NP-Za-km-z]{1,200}$/.test(text)) return null;
  const digits = text.slice(1);
  let value = 0n;
  for (const letter of digits) value = value * 58n + BigInt(ALPHABET.indexOf(letter));
  const hex = value === 0n ? '' : value.toString(16);
  const zeros = /^1*/.exec(digits)?.[0].length ?? 0;
  return Buffer.concat([
    Buffer.alloc(zeros),
    Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex'),
  ]);
}

/** An Ed25519 public key as Multikey (https://www.w3.org/TR/cid-1.0/#Multikey). */
export function multikeyOf(publicKey: KeyObject): string {
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return toBase58(Buffer.concat([Buffer.from([0xed, 0x01]), raw]));
}
