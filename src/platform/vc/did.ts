import type { KeyObject } from 'node:crypto';
import { multikeyOf } from './multibase';

/** The site's own identifier (https://w3c-ccg.github.io/did-method-web/). */
export const didOf = (baseUrl: string): string =>
  `did:web:${encodeURIComponent(new URL(baseUrl).host)}`;

/** Name of a key. It says which key it is: the same name is never another key. */
export const keyNameOf = (did: string, publicKey: KeyObject): string =>
  `${did}#${multikeyOf(publicKey)}`;

/** `/.well-known/did.json`, with old keys as well. */
export function didDocument(did: string, keys: readonly KeyObject[]) {
  const methods = keys.map((key) => ({
    id: keyNameOf(did, key),
    type: 'Multikey',
    controller: did,
    publicKeyMultibase: multikeyOf(key),
  }));
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: methods,
    assertionMethod: methods.map(({ id }) => id),
  };
}

/** `/.well-known/jwks.json`: for programs that know JWT and not DID (RFC 7517, RFC 8037). */
export const jwkSet = (did: string, keys: readonly KeyObject[]) => ({
  keys: keys.map((key) => {
    const { kty, crv, x } = key.export({ format: 'jwk' });
    return { kty, crv, x, kid: keyNameOf(did, key), alg: 'EdDSA', use: 'sig' };
  }),
});
