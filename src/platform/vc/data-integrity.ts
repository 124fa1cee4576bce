import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { canonize } from './canonize';
import { fromBase58, toBase58 } from './multibase';

export interface Proof {
  readonly type: 'DataIntegrityProof';
  readonly cryptosuite: 'eddsa-rdfc-2022';
  readonly created: string;
  readonly verificationMethod: string;
  readonly proofPurpose: 'assertionMethod';
  readonly proofValue: string;
}

type Secured<T> = T & { readonly proof: readonly Proof[] };

/** A document that says which contexts it is written in. */
interface Contextual {
  readonly '@context': readonly string[];
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** To the second, as XML Schema writes it. */
export const timestamp = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z');

const proofs = new Map<string, Promise<readonly [string, string]>>();
const CREATED = '1970-01-01T00:00:00Z';

/** The canonical form of a proof's own settings: the same but for its time. */
async function canonicalProof(
  contexts: readonly string[],
  options: Omit<Proof, 'proofValue'>,
): Promise<string> {
  const name = JSON.stringify([contexts, options.verificationMethod]);
  let parts = proofs.get(name);
  if (!parts) {
    parts = canonize({ '@context': contexts, ...options, created: CREATED }).then((text) => {
      const [before = '', after = ''] = text.split(CREATED);
      return [before, after] as const;
    });
    parts.catch(() => proofs.delete(name));
    proofs.set(name, parts);
  }
  const [before, after] = await parts;
  return `${before}${options.created}${after}`;
}

/**
 * Adds a Data Integrity proof (https://www.w3.org/TR/vc-di-eddsa/#eddsa-rdfc-2022). The same
 * document, key and time give the same proof.
 * @param canonical gives the document's canonical form, when there is a shorter way to it
 */
export async function addProof<T extends Contextual>(
  document: T,
  key: { readonly id: string; readonly privateKey: KeyObject },
  created: Date,
  canonical: () => Promise<string> = () => canonize(document),
): Promise<Secured<T>> {
  const options = {
    type: 'DataIntegrityProof',
    cryptosuite: 'eddsa-rdfc-2022',
    created: timestamp(created),
    verificationMethod: key.id,
    proofPurpose: 'assertionMethod',
  } as const;
  const settings = await canonicalProof(document['@context'], options);
  const bytes = Buffer.concat([sha256(settings), sha256(await canonical())]);
  const proofValue = toBase58(sign(null, bytes, key.privateKey));
  return { ...document, proof: [{ ...options, proofValue }] };
}

/**
 * True when the proof was made of exactly this document by one of the keys.
 * @param keys by the name that the proof gives
 */
export async function hasValidProof(
  secured: Secured<Contextual>,
  keys: ReadonlyMap<string, KeyObject>,
): Promise<boolean> {
  const { proof, ...document } = secured;
  const [first, ...others] = proof;
  if (!first || others.length > 0) return false;
  const { proofValue, ...options } = first;
  const key = keys.get(options.verificationMethod);
  const signature = fromBase58(proofValue);
  if (!key || !signature) return false;
  const settings = await canonize({ '@context': document['@context'], ...options });
  const bytes = Buffer.concat([sha256(settings), sha256(await canonize(document))]);
  return verify(null, bytes, key, signature);
}
