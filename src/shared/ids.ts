import { randomBytes } from 'node:crypto';

/** A random token for links, base64url. `bytes` of entropy: 32 cannot be guessed. */
export const randomToken = (bytes = 32): string => randomBytes(bytes).toString('base64url');

/** A short id for people to quote, such as the id on an error page: 10 characters, lower case. */
export function shortId(): string {
  const alphabet = '23456789abcdefghjkmnpqrstvwxyz';
  return Array.from(randomBytes(10), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}
