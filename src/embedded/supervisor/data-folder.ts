import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { codeOf, Refusal } from './refusal';

/** The kernel takes paths of sockets up to 107 bytes on Linux, 103 on macOS; redis adds a suffix. */
const MAX_SOCKET_PATH = 100;
const LONGEST_SOCKET_NAME = 'supervisor.sock';

/** The file that stands in a data folder while a backup is being restored into it. */
export const UNFINISHED = 'restore-unfinished';

/** The file that says where the database of this folder has moved to. */
export const MOVED = 'moved-to';

/** Where things lie in the folder that holds everything Kelas keeps. */
export interface DataFolder {
  readonly root: string;
  /** True when nothing was kept here before. */
  readonly isNew: boolean;
  readonly db: string;
  readonly redis: string;
  /** What matters only while Kelas runs. */
  readonly run: string;
  /** For sockets: `run`, or a short folder elsewhere when the path of `run` is too long. */
  readonly sockets: string;
}

/** @throws Refusal when the folder cannot be made or written to. */
export function openDataFolder(dataDir: string): DataFolder {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const root = realpathSync(dataDir);
    if (existsSync(path.join(root, UNFINISHED)))
      throw new Refusal(
        `A backup was being restored into the data folder ${root} and did not come to its end. Empty the folder (and the database, where it is one of your own) and restore it again.`,
      );
    const isNew = readdirSync(root).every((name) => name === 'run' || name.startsWith('.'));
    const run = path.join(root, 'run');
    mkdirSync(run, { recursive: true, mode: 0o700 });
    return {
      root,
      isNew,
      db: path.join(root, 'db'),
      redis: path.join(root, 'redis'),
      run,
      sockets: socketFolder(run),
    };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`The data folder ${dataDir} cannot be used: ${messageOf(error)}`);
  }
}

/**
 * The embedded engine of a folder whose database has moved would go on with what was true before.
 * @throws Refusal
 */
export function refuseMoved({ root }: DataFolder): void {
  const file = path.join(root, MOVED);
  if (!existsSync(file)) return;
  const { place, at } = JSON.parse(readFileSync(file, 'utf8')) as { place: string; at: string };
  throw new Refusal(
    `The database of ${root} was moved to ${place} at ${at}: name it with MONGODB_URI. To go on with what was here before, remove the file ${MOVED}.`,
  );
}

/** `run` itself, or a short private folder whose name is always the same for this `run`. */
export function socketFolder(run: string, tmp: string = os.tmpdir()): string {
  if (Buffer.byteLength(path.join(run, LONGEST_SOCKET_NAME)) <= MAX_SOCKET_PATH) return run;
  const name = createHash('sha256').update(run).digest('hex').slice(0, 16);
  const folder = path.join(tmp, `kelas-${name}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  if ((process.getuid !== undefined && uid !== process.getuid()) || (mode & 0o077) !== 0) {
    throw new Refusal(`${folder} belongs to someone else; it is needed for the sockets of ${run}`);
  }
  return folder;
}

/** The text kept in a file of the data folder that only its owner may read; made at the first use. */
export function keepSecret(folder: DataFolder, name: string): string {
  const file = path.join(folder.root, name);
  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
