import { type KeyObject, sign } from 'node:crypto';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A compact JWT, signed with Ed25519 (RFC 7519, RFC 8037). @param kid the key's name */
export function signJwt(
  payload: object,
  key: { readonly id: string; readonly privateKey: KeyObject },
  typ = 'vc+jwt',
): string {
  const signed = `${part({ alg: 'EdDSA', typ, kid: key.id })}.${part(payload)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key.privateKey).toString('base64url')}`;
}
