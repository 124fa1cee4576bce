import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import type { Sealed } from './model';

/** RFC 7914; about 50 ms and 16 MB, once for each key and process. */
const COST = { N: 2 ** 14, r: 8, p: 1 };

const keyFrom = (secret: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(secret, salt, 32, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });

/** Encrypts `plain`; it opens only with the same secret and under the same `name`. */
export async function seal(secret: string, name: string, plain: Buffer): Promise<Sealed> {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await keyFrom(secret, salt), iv);
  cipher.setAAD(Buffer.from(name));
  const data = Buffer.concat([cipher.update(plain), cipher.final()]);
  return {
    salt: salt.toString('base64'),
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
}

/** @returns null when the secret is another one, or a byte has changed */
export async function unseal(secret: string, name: string, sealed: Sealed): Promise<Buffer | null> {
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const key = await keyFrom(secret, bytes(sealed.salt));
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes(sealed.iv), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(bytes(sealed.tag));
    return Buffer.concat([decipher.update(bytes(sealed.data)), decipher.final()]);
  } catch {
    return null;
  }
}
