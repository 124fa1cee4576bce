import { rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { DataFolder } from './data-folder';
import { codeOf, Refusal } from './refusal';

/** Taking the lock is a matter of milliseconds; a guard this old was left by a killed process. */
const GUARD_IS_STALE_MS = 10_000;

export interface Lock {
  /** True when the last run on this folder did not end in order. */
  readonly wasLeftBehind: boolean;
  release(): void;
}

/**
 * One supervisor for one data folder. The lock is a listening socket, so the kernel gives it up
 * with the process, and its file is only a name; whoever finds the file asks who is there. A guard
 * file keeps two starts of the same moment from both finding nobody.
 *
 * @throws Refusal when another Kelas runs on the folder.
 */
export async function takeLock(folder: DataFolder): Promise<Lock> {
  const socket = path.join(folder.sockets, 'supervisor.sock');
  const guard = path.join(folder.run, 'starting');
  takeGuard(guard, folder);
  try {
    const found = await askWhoIsThere(socket);
    if (found.pid !== null) {
      throw new Refusal(
        `Kelas already runs on the data folder ${folder.root} (process ${found.pid}).`,
      );
    }
    rmSync(socket, { force: true });
    const server = net.createServer((connection) => {
      connection.on('error', () => undefined);
      connection.end(String(process.pid));
    });
    await listen(server, socket);
    server.unref();
    return {
      wasLeftBehind: found.existed,
      release: () => {
        server.close();
        rmSync(socket, { force: true });
      },
    };
  } finally {
    rmSync(guard, { force: true });
  }
}

function takeGuard(guard: string, folder: DataFolder, again = true): void {
  try {
    writeFileSync(guard, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (!again || !isStale(guard)) {
      throw new Refusal(`Kelas is being started on the data folder ${folder.root} at this moment.`);
    }
    rmSync(guard, { force: true });
    takeGuard(guard, folder, false);
  }
}

function isStale(guard: string): boolean {
  const made = statSync(guard, { throwIfNoEntry: false })?.mtimeMs;
  return made === undefined || Date.now() - made > GUARD_IS_STALE_MS;
}

/** `pid` of the supervisor that listens there, or null; `existed`: the file was there. */
function askWhoIsThere(socket: string): Promise<{ pid: string | null; existed: boolean }> {
  return new Promise((resolve, reject) => {
    const connection = net.connect(socket);
    let answer = '';
    connection.setTimeout(2_000, () => connection.destroy());
    connection.on('connect', () => {
      answer = 'unknown';
    });
    connection.on('data', (bytes) => {
      answer = bytes.toString('utf8');
    });
    connection.on('error', (error) => {
      const code = codeOf(error);
      if (code === 'ENOENT' || code === 'ECONNREFUSED') {
        resolve({ pid: null, existed: code === 'ECONNREFUSED' });
      } else reject(error);
    });
    connection.on('close', () => resolve({ pid: answer || null, existed: true }));
  });
}

function listen(server: net.Server, where: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
