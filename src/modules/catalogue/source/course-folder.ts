import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FaultList } from './faults';

const MAX_TEXT = 400_000;
const MAX_IMAGE = 500_000;
const MAX_FILES = 2_000;

/** The files of a course folder, read once. */
export interface CourseFolder {
  /** The folder's name. */
  readonly name: string;
  /** By the path from the folder, with `/`. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Stands for exactly these files: SHA-256 of all names and contents. */
  readonly hash: string;
}

/** Drafts (`_name`), hidden files, what editors leave behind, and notes for people. */
const isLeftOut = (name: string): boolean =>
  /^[._]|~$|\.(bak|swp|tmp)$/.test(name) || /^(readme|licen[cs]e)(\.md|\.txt)?$/i.test(name);

export const isText = (file: string): boolean => /\.(md|yml)$/.test(file);

async function* walk(
  dir: string,
  below: string,
): AsyncGenerator<{ file: string; kind: 'file' | 'other' }> {
  const entries = await readdir(path.join(dir, below), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isLeftOut(entry.name)) continue;
    const file = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(dir, file);
    else yield { file, kind: entry.isFile() ? 'file' : 'other' };
  }
}

function checkSize(file: string, bytes: Buffer, faults: FaultList): void {
  const limit = isText(file) ? MAX_TEXT : MAX_IMAGE;
  if (bytes.length > limit) {
    faults.add(
      file,
      null,
      ['fileTooLarge', { limit: limit / 1000 }],
      isText(file) ? ['splitIt'] : ['smallerPicture'],
    );
  }
  if (isText(file) && !bytes.equals(Buffer.from(bytes.toString('utf8')))) {
    faults.add(file, null, ['notUtf8'], ['saveUtf8']);
  }
}

const isAbsent = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** The order in which a folder is read: by name, level by level. */
function inOrder(a: string, b: string): number {
  const [one, other] = [a.split('/'), b.split('/')];
  for (const [index, name] of one.entries()) {
    const against = other[index];
    if (against === undefined) return 1;
    if (name !== against) return name < against ? -1 : 1;
  }
  return -1;
}

/** A course folder out of files by path, wherever they come from; what is left out of it is not in it. */
export function folderOf(
  name: string,
  given: ReadonlyMap<string, Buffer>,
  faults: FaultList,
): CourseFolder {
  const files = new Map<string, Buffer>();
  const hash = createHash('sha256');
  for (const file of [...given.keys()].sort(inOrder)) {
    const bytes = given.get(file);
    if (!bytes || file.split('/').some(isLeftOut)) continue;
    if (files.size >= MAX_FILES) {
      faults.add(file, null, ['tooManyFiles', { limit: MAX_FILES }], ['takeOutUnused']);
      break;
    }
    checkSize(file, bytes, faults);
    files.set(file, bytes);
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return { name, files, hash: hash.digest('hex') };
}

/** Reads a course folder. @returns null when there is no such folder; the fault is told. */
export async function readFolder(dir: string, faults: FaultList): Promise<CourseFolder | null> {
  const files = new Map<string, Buffer>();
  try {
    for await (const { file, kind } of walk(dir, '')) {
      if (kind === 'other') {
        faults.add(file, null, ['isLinkOrDevice'], ['copyHere']);
        continue;
      }
      files.set(
        file,
        files.size < MAX_FILES ? await readFile(path.join(dir, file)) : Buffer.alloc(0),
      );
      if (files.size > MAX_FILES) break;
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
    faults.add('course.yml', null, ['noFolder', { dir }], ['giveFolder']);
    return null;
  }
  return folderOf(path.basename(path.resolve(dir)), files, faults);
}

/** A text file with plain line ends, or null when it is not there. */
export function textOf(folder: CourseFolder, file: string): string | null {
  const bytes = folder.files.get(file);
  return bytes
    ? bytes
        .toString('utf8')
        .replace(/^\uFEFF/, '')
        .replaceAll('\r\n', '\n')
    : null;
}
