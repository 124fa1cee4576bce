import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { checkKey, type FileStorage } from './storage';

const absentIsNull = (error: unknown): null => {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
};

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes sure that what a folder lists is on disk: whoever asks before a run of it has begun shares
 * that run.
 */
function sharedSync(): (folder: string) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();
  return (folder) => {
    const planned = next.get(folder);
    if (planned) return planned;
    const before = running.get(folder) ?? Promise.resolve();
    const own = before
      .catch(() => undefined)
      .then(() => {
        next.delete(folder);
        running.set(folder, own);
        return syncFolder(folder);
      })
      .finally(() => {
        if (running.get(folder) === own) running.delete(folder);
      });
    next.set(folder, own);
    return own;
  };
}

/** Opens a new file; its folder is made when it is not there. */
async function create(file: string) {
  try {
    return await open(file, 'wx');
  } catch (error) {
    absentIsNull(error);
    await mkdir(path.dirname(file), { recursive: true });
    return open(file, 'wx');
  }
}

/** Files below `root` on this machine. */
export function localStorage(root: string): FileStorage {
  const syncOnce = sharedSync();
  const locate = (key: string): string => {
    checkKey(key);
    return path.join(root, key);
  };
  return {
    async put(key, bytes) {
      const target = locate(key);
      const draft = `${target}.${randomUUID()}.part`;
      try {
        const handle = await create(draft);
        try {
          await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(draft, target);
        await syncOnce(path.dirname(target));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    async get(key) {
      return readFile(locate(key)).catch(absentIsNull);
    },
    async open(key) {
      const handle = await open(locate(key), 'r').catch(absentIsNull);
      if (!handle) return null;
      const { size } = await handle.stat();
      return { stream: handle.createReadStream(), size };
    },
    async remove(key) {
      await rm(locate(key), { force: true });
    },
  };
}
