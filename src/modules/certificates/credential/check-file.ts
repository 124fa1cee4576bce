import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { formatCode, parseCode } from '../code';
import { type Verification, verify } from '../queries';
import { type CredentialTools, credentialOf } from './issue';
import { type FileContent, readFile } from './read-file';

type Known = Extract<Verification, { row: unknown }>;

/** What a file turned out to be. */
export type FileCheck =
  /** It names a certificate of this site. */
  | {
      kind: 'ours';
      verification: Known;
      /** Byte for byte (PDF, JWT) or word for word (JSON, badges) what was issued. */
      unchanged: boolean;
      /** The name in the file, where it is another one than in the record. */
      otherName: string | null;
    }
  /** It says that it comes from here, and there is no such certificate. */
  | { kind: 'unknown' }
  /** Somebody else issued it, or it names no issuer. */
  | { kind: 'foreign'; issuer: string | null }
  /** The holder has left and nothing of it is kept: it cannot be compared any more. */
  | { kind: 'forgotten' }
  /** A PDF that names no certificate of this site. */
  | { kind: 'none' }
  | { kind: 'unreadable' };

async function findKnown(code: string): Promise<Known | null> {
  const verification = await verify(code);
  return 'row' in verification ? verification : null;
}

async function checkPdf(bytes: Buffer, codes: readonly string[]): Promise<FileCheck> {
  const written = codes.filter((code) => parseCode(code).kind === 'code');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  let first: Known | null = null;
  for (const code of written) {
    const verification = await findKnown(code);
    if (verification?.row.pdf?.sha256 === sha256)
      return { kind: 'ours', verification, unchanged: true, otherName: null };
    first ??= verification;
  }
  if (first) return { kind: 'ours', verification: first, unchanged: false, otherName: null };
  return { kind: written.length > 0 ? 'unknown' : 'none' };
}

const textAt = (value: unknown, ...names: (string | number)[]): string | null => {
  let found = value;
  for (const name of names) found = (found as Record<string, unknown> | undefined)?.[name];
  return typeof found === 'string' ? found.slice(0, 300) : null;
};

async function checkCredential(
  content: Extract<FileContent, { kind: 'json' | 'jwt' }>,
  tools: CredentialTools,
): Promise<FileCheck> {
  const { credential } = content;
  const id = textAt(credential, 'id') ?? '';
  const prefix = `${tools.baseUrl}/credentials/`;
  if (!id.startsWith(prefix)) {
    const issuer = textAt(credential, 'issuer') ?? textAt(credential, 'issuer', 'id');
    return { kind: 'foreign', issuer };
  }
  const code = id.slice(prefix.length);
  const verification = await findKnown(code);
  if (!verification || formatCode(verification.row.code) !== code) return { kind: 'unknown' };
  const { row } = verification;
  if (row.snapshot.holderName === '') return { kind: 'forgotten' };
  const issued = await credentialOf(row, tools);
  const unchanged =
    content.kind === 'jwt'
      ? content.jwt === issued.jwt
      : isDeepStrictEqual(credential, JSON.parse(issued.json));
  const name = textAt(credential, 'credentialSubject', 'identifier', 0, 'identityHash');
  const otherName = name !== null && name !== row.snapshot.holderName ? name : null;
  return { kind: 'ours', verification, unchanged, otherName };
}

/**
 * Compares a file with what this site has issued. A comparison with the record says more than a
 * signature: that it is ours, that nothing in it was changed, and where it was.
 */
export async function checkFile(bytes: Buffer, tools: CredentialTools): Promise<FileCheck> {
  const content = readFile(bytes);
  if (content.kind === 'unreadable') return content;
  return content.kind === 'pdf' ? checkPdf(bytes, content.codes) : checkCredential(content, tools);
}
