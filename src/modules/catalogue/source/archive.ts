import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { ZipFile as ZipWriter } from 'yazl';
import type { Mend } from '../faults/mends';
import type { Problem } from '../faults/problems';
import { type CourseFolder, folderOf } from './course-folder';
import type { FaultList } from './faults';

/** What a .zip of a course may be at most. */
export const ARCHIVE_LIMITS = {
  bytes: 20_000_000,
  files: 2_000,
  unpackedBytes: 60_000_000,
  /** Text packs to a tenth; what unpacks to more than this many times is made to fill a machine. */
  ratio: 100,
} as const;

const MB = 1_000_000;
/** Below this a file may pack as well as it likes. */
const SMALL = 100_000;
const LINK = 0o120000;
const KIND = 0o170000;

const isLink = ({ externalFileAttributes }: Entry): boolean =>
  ((externalFileAttributes >>> 16) & KIND) === LINK;

/** What computers put beside the files of people. */
const isClutter = (file: string): boolean =>
  /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$)/.test(file);

function faultOf(entry: Entry): { problem: Problem; mend: Mend } | null {
  if (isLink(entry)) return { problem: ['isLink'], mend: ['copyHere'] };
  if (entry.generalPurposeBitFlag & 1) {
    return { problem: ['isEncrypted'], mend: ['withoutPassword'] };
  }
  const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
  if (entry.uncompressedSize > SMALL && ratio > ARCHIVE_LIMITS.ratio) {
    return {
      problem: ['unpacksTooFar', { ratio: ARCHIVE_LIMITS.ratio }],
      mend: ['takeOutNoCourse'],
    };
  }
  return null;
}

const open = (bytes: Buffer): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true, strictFileNames: true }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });

const contentOf = (zip: ZipFile, entry: Entry): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return reject(error);
      const chunks: Buffer[] = [];
      // The library ends a file that unpacks to another size than it says.
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => resolve(Buffer.concat(chunks)));
      stream.on('error', reject);
    });
  });

/** Takes every file out, one after the other; stops at the first that must not be there. */
function unpack(zip: ZipFile, faults: FaultList): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const names = new Set<string>();
  let unpacked = 0;
  return new Promise((resolve, reject) => {
    const stop = (file: string, problem: Problem, mend: Mend) => {
      faults.add(file, null, problem, mend);
      zip.close();
      resolve(files);
    };
    const take = async (entry: Entry): Promise<void> => {
      const file = entry.fileName;
      if (file.endsWith('/') || isClutter(file)) return zip.readEntry();
      const fault = faultOf(entry);
      if (fault) return stop(file, fault.problem, fault.mend);
      // Two names that differ in capitals are one file on many computers.
      const name = file.normalize('NFC').toLowerCase();
      if (names.has(name)) return stop(file, ['fileTwice'], ['renameOne']);
      names.add(name);
      unpacked += entry.uncompressedSize;
      if (unpacked > ARCHIVE_LIMITS.unpackedBytes) {
        const limit = ARCHIVE_LIMITS.unpackedBytes / MB;
        return stop(file, ['unpacksTooLarge', { limit }], ['smallerPictures']);
      }
      files.set(file, await contentOf(zip, entry));
      zip.readEntry();
    };
    zip.on('entry', (entry: Entry) => {
      take(entry).catch(reject);
    });
    zip.on('end', () => resolve(files));
    zip.on('error', reject);
    if (zip.entryCount > ARCHIVE_LIMITS.files) {
      stop('course.yml', ['zipTooManyFiles', { limit: ARCHIVE_LIMITS.files }], ['takeOutUnused']);
    } else zip.readEntry();
  });
}

/** The folder that all files lie in, or null when they lie at the top. */
function topOf(files: ReadonlyMap<string, Buffer>): string | null {
  if (files.has('course.yml')) return null;
  const tops = new Set([...files.keys()].map((file) => file.split('/')[0] ?? ''));
  const [top] = tops;
  return tops.size === 1 && top !== undefined && files.has(`${top}/course.yml`) ? top : null;
}

const idIn = (text: string): string | null =>
  /^id:\s*["']?([a-z0-9][a-z0-9-]*)["']?\s*$/m.exec(text.replaceAll('\r\n', '\n'))?.[1] ?? null;

/** Reads a course out of a .zip; null when there is none in it, and the faults tell why. */
export async function readArchive(bytes: Buffer, faults: FaultList): Promise<CourseFolder | null> {
  let files: Map<string, Buffer>;
  try {
    files = await unpack(await open(bytes), faults);
  } catch (error) {
    // Also a path that leaves the folder, which the library does not let through.
    const reason = error instanceof Error ? error.message : String(error);
    faults.add('course.yml', null, ['zipUnreadable', { reason }], ['makeAgain']);
    return null;
  }
  if (faults.size > 0) return null;
  const top = topOf(files);
  const inside = new Map(
    [...files].map(([file, content]) => [
      top === null ? file : file.slice(top.length + 1),
      content,
    ]),
  );
  const course = inside.get('course.yml');
  if (!course) {
    faults.add('course.yml', null, ['fileMissing'], ['packAlone']);
    return null;
  }
  const name = top ?? idIn(course.toString('utf8'));
  if (name === null) {
    faults.add('course.yml', null, ['missing', { field: 'id' }], ['addId']);
    return null;
  }
  return folderOf(name, inside, faults);
}

/** A .zip of a course folder; the same files make the same bytes. */
export function writeArchive({ name, files }: CourseFolder): Promise<Buffer> {
  const zip = new ZipWriter();
  const mtime = new Date(Date.UTC(2000, 0, 1));
  for (const [file, content] of files) zip.addBuffer(content, `${name}/${file}`, { mtime });
  zip.end();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    zip.outputStream.on('data', (chunk: Buffer) => chunks.push(chunk));
    zip.outputStream.on('end', () => resolve(Buffer.concat(chunks)));
    zip.outputStream.on('error', reject);
  });
}
