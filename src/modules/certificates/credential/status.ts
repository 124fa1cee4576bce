import type { Types } from 'mongoose';
import type { Keys } from '../../../platform/keys';
import {
  addProof,
  CREDENTIALS_V2,
  didOf,
  encodeList,
  keyNameOf,
  timestamp,
} from '../../../platform/vc';
import { Certificate, type Standing } from '../model';
import { type StatusPurpose, statusListUrl } from './document';
import type { CredentialTools } from './issue';
import { Credential } from './model';

/** Whom a list names. */
const NAMED: Record<StatusPurpose, readonly Standing[]> = {
  // A tool that looks at this list only must not accept what is suspended.
  revocation: ['revoked', 'superseded', 'suspended'],
  suspension: ['suspended'],
};

const CHUNK = 1_000;

/** The entries of a list that are set. */
async function entriesOf(purpose: StatusPurpose, list: number): Promise<number[]> {
  const entries: number[] = [];
  let ids: Types.ObjectId[] = [];
  const take = async () => {
    const rows = await Credential.find({ _id: { $in: ids }, list }, { index: 1 }).lean();
    entries.push(...rows.map(({ index }) => index));
    ids = [];
  };
  const standing = { $in: NAMED[purpose] };
  for await (const { _id } of Certificate.find({ standing }, { _id: 1 }).lean().cursor()) {
    ids.push(_id);
    if (ids.length === CHUNK) await take();
  }
  await take();
  return entries.sort((a, b) => a - b);
}

/** It tells nothing: neither when a list was begun nor when it changed. */
const BEGINNING = new Date('2026-01-01T00:00:00Z');

const isThere = async (list: number): Promise<boolean> =>
  list === 1 || (await Credential.exists({ list })) !== null;

const signed = new Map<string, Promise<string>>();

function sign(document: { '@context': string[]; id: string }, at: Date, keys: Keys, did: string) {
  return keys.signer('credential').then(async (key) => {
    const name = JSON.stringify([document, key.id]);
    let text = signed.get(name);
    if (!text) {
      if (signed.size >= 20) signed.clear();
      const signer = { id: keyNameOf(did, key.publicKey), privateKey: key.privateKey };
      text = addProof(document, signer, at).then((secured) => JSON.stringify(secured));
      text.catch(() => signed.delete(name));
      signed.set(name, text);
    }
    return text;
  });
}

/**
 * A status list as a signed credential (https://www.w3.org/TR/vc-bitstring-status-list/), as JSON.
 * The same state gives the same bytes in every process.
 * @returns null when there is no such list
 */
export async function statusList(
  purpose: StatusPurpose,
  list: number,
  { keys, baseUrl }: CredentialTools,
): Promise<string | null> {
  if (!(await isThere(list))) return null;
  const id = statusListUrl(baseUrl, purpose, list);
  const did = didOf(baseUrl);
  const document = {
    '@context': [CREDENTIALS_V2],
    id,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: did,
    validFrom: timestamp(BEGINNING),
    credentialSubject: {
      id: `${id}#list`,
      type: 'BitstringStatusList',
      statusPurpose: purpose,
      encodedList: encodeList(await entriesOf(purpose, list)),
    },
  };
  return sign(document, BEGINNING, keys, did);
}
