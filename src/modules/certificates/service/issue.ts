import { createHash } from 'node:crypto';
import { inTransaction } from '../../../platform/db';
import { Gone } from '../../../platform/errors';
import { publishAll } from '../../../platform/outbox';
import type { FileStorage } from '../../../platform/storage';
import { forgetCredentials } from '../credential/forget';
import { credentialsOf } from '../credential/issue';
import type { CredentialRow } from '../credential/model';
import { certificateIssued, certificateReplaced } from '../events';
import { Certificate, type CertificateRow } from '../model';
import { type Awarded, awardCertificates } from './award';
import { type FileTools, fileKeyOf, makeFile } from './make-file';

export interface IssueTools extends FileTools {
  storage: FileStorage;
}

/** How many one job makes: what they have in common is read and written once. */
export const AT_ONCE = 25;

type File = NonNullable<CertificateRow['pdf']>;

async function storeFile(
  row: CertificateRow,
  credential: CredentialRow | undefined,
  tools: IssueTools,
): Promise<File> {
  const { bytes, signedBy } = await makeFile(row, tools, credential);
  const key = fileKeyOf(row);
  await tools.storage.put(key, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { key, sha256, size: bytes.length, signedBy };
}

/** When they cannot be awarded together, each alone: whatever is wrong with one is its own. */
async function award(enrolmentIds: readonly string[]): Promise<Map<string, Awarded>> {
  try {
    return await awardCertificates(enrolmentIds);
  } catch (fault) {
    const [only, ...others] = enrolmentIds;
    if (only === undefined) return new Map();
    if (others.length === 0) return new Map([[only, { fault }]]);
    const results = new Map<string, Awarded>();
    for (const id of enrolmentIds) for (const each of await award([id])) results.set(...each);
    return results;
  }
}

/** Empty when they cannot be made together: each is then made with its file. */
const credentialsTogether = (rows: readonly CertificateRow[], tools: IssueTools) =>
  credentialsOf(rows, tools).catch(() => new Map<string, CredentialRow>());

/**
 * Notes that the files are there and tells the house: of each certificate, the one who is first does.
 * @returns those whose holder has left meanwhile: they are named in nothing any more
 */
const noteFiles = (files: ReadonlyMap<CertificateRow, File>): Promise<CertificateRow[]> =>
  inTransaction(async () => {
    const ids = [...files.keys()].map(({ _id }) => _id);
    const now = await Certificate.find(
      { _id: { $in: ids } },
      { pdf: 1, 'snapshot.holderName': 1 },
    ).lean<Pick<CertificateRow, '_id' | 'pdf' | 'snapshot'>[]>();
    const rows = new Map(now.map((row) => [row._id.toHexString(), row]));
    const standing = (row: CertificateRow) => rows.get(row._id.toHexString());
    const own = [...files].filter(
      ([row]) => standing(row)?.pdf === null && standing(row)?.snapshot.holderName !== '',
    );
    const left = [...files.keys()].filter((row) => standing(row)?.snapshot.holderName === '');
    if (own.length === 0) return left;
    const { modifiedCount } = await Certificate.bulkWrite(
      own.map(([{ _id }, pdf]) => ({
        updateOne: { filter: { _id, pdf: null }, update: { $set: { pdf } } },
      })),
      { ordered: false },
    );
    if (modifiedCount !== own.length) throw new Error('Another job has noted one of these files');
    const told = (isReplacement: boolean) =>
      own
        .filter(([{ supersedes }]) => (supersedes !== null) === isReplacement)
        .map(([{ _id }]) => ({ certificateId: _id.toHexString() }));
    await publishAll(certificateIssued, told(false));
    await publishAll(certificateReplaced, told(true));
    return left;
  });

/** What was made while its holder was being forgotten goes with the rest. */
async function takeBack(rows: readonly CertificateRow[], { storage }: IssueTools): Promise<void> {
  if (rows.length === 0) return;
  for (const row of rows) await storage.remove(fileKeyOf(row));
  await forgetCredentials(rows.map(({ _id }) => _id));
}

/**
 * Awards the certificates of enrolments, makes their PDFs and tells the house, each once whatever
 * runs twice: the record by its unique index, the file because the same record gives the same bytes,
 * the event because only one writer finds the PDF missing. One that cannot be made is in the way of
 * no other.
 * @returns what was in the way, by the id of the enrolment; empty: all are there. Gone: its holder has
 * left, and nothing is owed any more
 */
export async function issueCertificates(
  enrolmentIds: readonly string[],
  tools: IssueTools,
): Promise<Map<string, unknown>> {
  const faults = new Map<string, unknown>();
  const missing: CertificateRow[] = [];
  for (const [enrolmentId, awarded] of await award(enrolmentIds)) {
    if ('fault' in awarded) faults.set(enrolmentId, awarded.fault);
    else if (!awarded.row.pdf) missing.push(awarded.row);
  }
  if (missing.length === 0) return faults;
  const credentials = await credentialsTogether(missing, tools);
  const files = new Map<CertificateRow, File>();
  await Promise.all(
    missing.map(async (row) => {
      try {
        files.set(row, await storeFile(row, credentials.get(row._id.toHexString()), tools));
      } catch (error) {
        faults.set(row.enrolmentId, error);
        if (error instanceof Gone) await takeBack([row], tools);
      }
    }),
  );
  if (files.size > 0) await takeBack(await noteFiles(files), tools);
  return faults;
}
