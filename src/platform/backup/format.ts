/**
 * The format of a backup, version 1.
 *
 * The file is one gzip stream, followed by 32 bytes: the SHA-256 of all bytes before them. The
 * stream holds records: one letter, the length of what follows as 4 bytes (little endian), and the
 * content. In this order:
 *
 *     H  JSON, Header: what the backup is of
 *     C  extended JSON, CollectionStart; then D, one BSON document each, by _id; then E, JSON, End
 *     F  JSON, FileStart; then B, bytes of the file; then E
 *     M  JSON, Manifest: what there is in all
 *
 * Each E bears the SHA-256 of the contents of its D or B records. A backup holds password hashes
 * and addresses: it is as secret as the data folder.
 */

export const FORMAT = 1;
export const SEAL_BYTES = 32;
/** A BSON document is at most 16 MB and a little; a longer record is a damaged one. */
export const MAX_RECORD = 20 * 1024 * 1024;

export interface Header {
  readonly format: number;
  /** Version of Kelas that made it. */
  readonly kelas: string;
  readonly node: string;
  /** Version of the database server. */
  readonly database: string;
  readonly madeAt: string;
}

export interface CollectionStart {
  readonly name: string;
  /** As `listCollections` gives them. */
  readonly options: Record<string, unknown>;
  /** As `listIndexes` gives them, without that of `_id`. */
  readonly indexes: readonly Record<string, unknown>[];
}

export interface FileStart {
  /** Below the data folder, with `/`. */
  readonly path: string;
}

export interface End {
  /** Documents of a collection; 1 for a file. */
  readonly count: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Manifest {
  readonly collections: readonly (End & { readonly name: string; readonly indexes: number })[];
  readonly files: {
    readonly count: number;
    readonly bytes: number;
    /** Of the lines `<sha256>  <path>\n` of all files. */
    readonly sha256: string;
  };
}

export type RecordType = 'H' | 'C' | 'D' | 'E' | 'F' | 'B' | 'M';

export const HEAD_BYTES = 5;

export function headOf(type: RecordType, length: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(type, 'latin1');
  head.writeUInt32LE(length, 1);
  return head;
}

/** Files of the data folder itself that belong to its state; all others stand below `files/`. */
export const ROOT_FILES: readonly string[] = ['session-secret', 'keys-secret', 'demonstration'];
export const FILES = 'files';

/** A backup cannot be made, read or restored, for a reason that a person can mend. One line. */
export class BackupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BackupError';
  }
}
