import { randomBytes, randomInt } from 'node:crypto';
import { isDuplicateKey } from '../../../platform/db';
import { Gone } from '../../../platform/errors';
import type { Keys, SigningKey } from '../../../platform/keys';
import {
  addProof,
  CanonicalTemplates,
  didOf,
  keyNameOf,
  LIST_LENGTH,
  signJwt,
} from '../../../platform/vc';
import { now } from '../../../shared/clock';
import { findPeople, findPerson } from '../../accounts';
import { findVersion } from '../../catalogue';
import type { CertificateRow } from '../model';
import { type Draft, draftCredential } from './document';
import { Credential, type CredentialRow } from './model';

export interface CredentialTools {
  keys: Keys;
  baseUrl: string;
}

/** Entries drawn that were taken before a new list is begun: it is then about two thirds full. */
const DRAWS = 20;

const templates = new CanonicalTemplates();

/** The newest list that this process knows of; one that is older than need be is only fuller. */
let newestList: number | undefined;

/**
 * A random entry, so that an entry does not tell when a credential was issued. Whether it is free is
 * for the index to say.
 * @param taken how many were drawn in vain
 */
async function drawPlace(taken: number): Promise<{ list: number; index: number }> {
  if (newestList === undefined) {
    const last = await Credential.findOne({}, { list: 1 }).sort({ list: -1, index: -1 }).lean();
    newestList = last?.list ?? 1;
  }
  if (taken > 0 && taken % DRAWS === 0) newestList += 1;
  return { list: newestList, index: randomInt(LIST_LENGTH) };
}

async function signBoth(
  draft: Draft,
  key: SigningKey,
  { baseUrl }: CredentialTools,
  row: CertificateRow,
) {
  const did = didOf(baseUrl);
  const signer = { id: keyNameOf(did, key.publicKey), privateKey: key.privateKey };
  const unsigned = draft.build(draft.values);
  const secured = await addProof(unsigned, signer, now(), () =>
    templates.canonize(draft.template, draft.values, draft.build),
  );
  const seconds = (date: Date | string) => Math.floor(new Date(date).getTime() / 1000);
  const claims = {
    ...unsigned,
    iss: did,
    jti: unsigned.id,
    sub: unsigned.credentialSubject.id,
    nbf: seconds(row.issuedAt),
    ...(unsigned.validUntil === undefined ? {} : { exp: seconds(unsigned.validUntil) }),
  };
  return {
    json: JSON.stringify(secured, null, 2),
    jwt: signJwt(claims, signer),
  };
}

const forgotten = () => new Gone('credential-forgotten', 'certificates.error.forgotten');

/** A credential that is not kept yet. */
async function make(
  row: CertificateRow,
  place: { list: number; index: number },
  email: string | undefined,
  key: SigningKey,
  tools: CredentialTools,
): Promise<CredentialRow> {
  const recipient = email === undefined ? null : { email, salt: randomBytes(16).toString('hex') };
  const facts = await findVersion(row.snapshot.versionId);
  const draft = draftCredential(row, place, recipient, facts, tools.baseUrl);
  const signed = await signBoth(draft, key, tools, row);
  return { _id: row._id, ...signed, keyId: key.id, ...place, issuedAt: now() };
}

/**
 * The signed credential of a certificate, made when it is not there yet: once, whoever asks at the
 * same time.
 * @throws KeysError when nothing can be signed; Gone when its holder has left and is not named any more
 */
export async function credentialOf(
  row: CertificateRow,
  tools: CredentialTools,
): Promise<CredentialRow> {
  const existing = await Credential.findById(row._id).lean<CredentialRow>();
  if (existing?.json === '' || row.snapshot.holderName === '') throw forgotten();
  if (existing) return existing;
  const key = await tools.keys.signer('credential');
  const person = await findPerson(row.userId);
  for (let taken = 0; ; taken += 1) {
    const made = await make(row, await drawPlace(taken), person?.email, key, tools);
    try {
      await Credential.create(made);
      return made;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const winner = await Credential.findById(row._id).lean<CredentialRow>();
      // Otherwise somebody else drew the same entry: once more.
      if (winner) return winner;
    }
  }
}

/**
 * The same for several, made and kept together; those that cannot be are left to `credentialOf`,
 * which says why. At most 500 at a time.
 * @returns by the id of the certificate
 * @throws KeysError
 */
export async function credentialsOf(
  rows: readonly CertificateRow[],
  tools: CredentialTools,
): Promise<Map<string, CredentialRow>> {
  const ids = rows.map(({ _id }) => _id);
  const existing = await Credential.find({ _id: { $in: ids } }).lean<CredentialRow[]>();
  const known = new Set(existing.map(({ _id }) => _id.toHexString()));
  const missing = rows.filter(
    ({ _id, snapshot }) => !known.has(_id.toHexString()) && snapshot.holderName !== '',
  );
  const kept = existing.filter(({ json }) => json !== '');
  if (missing.length > 0) {
    const key = await tools.keys.signer('credential');
    const people = await findPeople([...new Set(missing.map(({ userId }) => userId))]);
    const made: CredentialRow[] = [];
    for (const row of missing) {
      made.push(await make(row, await drawPlace(0), people.get(row.userId)?.email, key, tools));
    }
    try {
      await Credential.insertMany(made, { lean: true });
      kept.push(...made);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // Someone was first at one of them, or drew the same entry.
      for (const row of missing) kept.push(await credentialOf(row, tools));
    }
  }
  return new Map(kept.map((credential) => [credential._id.toHexString(), credential]));
}
