import { randomBytes } from 'node:crypto';

/** A random token for links, base64url. `bytes` of entropy: 32 cannot be guessed. */
export const randomToken = (bytes = 32): string => randomBytes(bytes).toString('base64url');

const ALPHABET = '23456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 10;
// Each request has an id: chance is asked for in larger pieces, as that costs as much as a little.
const POOL = 200 * LENGTH;
let pool = Buffer.alloc(0);
let used = 0;

/** A short id for people to quote, such as the id on an error page: 10 characters, lower case. */
export function shortId(): string {
  if (used === pool.length) {
    pool = randomBytes(POOL);
    used = 0;
  }
  let id = '';
  for (const end = used + LENGTH; used < end; used += 1)
    id += ALPHABET.charAt((pool[used] ?? 0) % ALPHABET.length);
  return id;
}
