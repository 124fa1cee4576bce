import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { openDataFolder, socketFolder } from '../../src/embedded/supervisor/data-folder';
import { withDatabase } from '../../src/embedded/supervisor/data-services';
import { takeLock } from '../../src/embedded/supervisor/lock';
import { Refusal } from '../../src/embedded/supervisor/refusal';
import { Restarts } from '../../src/embedded/supervisor/restarts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-lock-'));
  made.push(folder);
  return folder;
}

describe('the lock of a data folder', () => {
  test('is held by one at a time, and can be taken again after its release', async () => {
    const folder = openDataFolder(newFolder());
    const lock = await takeLock(folder);
    await expect(takeLock(folder)).rejects.toThrow(
      `Kelas already runs on the data folder ${folder.root} (process ${process.pid}).`,
    );
    lock.release();
    const again = await takeLock(folder);
    expect(again.wasLeftBehind).toBe(false);
    again.release();
  });

  test('goes to exactly one of many that start at the same moment', async () => {
    const folder = openDataFolder(newFolder());
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(folder)));
    const locks = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    expect(locks).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Refusal);
    }
    locks[0]?.release();
  });

  test('is taken over from a process that was killed', async () => {
    const folder = openDataFolder(newFolder());
    const socket = path.join(folder.sockets, 'supervisor.sock');
    const moved = path.join(folder.sockets, 'moved.sock');
    await leaveDeadSocket(moved, socket);
    const guard = path.join(folder.run, 'starting');
    writeFileSync(guard, '1');
    utimesSync(guard, new Date(0), new Date(0));
    const lock = await takeLock(folder);
    expect(lock.wasLeftBehind).toBe(true);
    lock.release();
  });
});

/** A socket file that nobody listens on, as a killed process leaves it. */
async function leaveDeadSocket(made: string, left: string): Promise<void> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(made, resolve));
  linkSync(made, left);
  await new Promise((resolve) => server.close(resolve));
}

describe('the folder for sockets', () => {
  test('is the run folder while its path is short', () => {
    expect(socketFolder('/srv/kelas/run')).toBe('/srv/kelas/run');
  });

  test('is a short private folder when the path is too long for a socket', () => {
    const tmp = newFolder();
    const run = `/srv/${'long/'.repeat(30)}run`;
    const folder = socketFolder(run, tmp);
    expect(path.dirname(folder)).toBe(tmp);
    expect(socketFolder(run, tmp)).toBe(folder);
    expect(socketFolder(`${run}2`, tmp)).not.toBe(folder);
  });

  test('is refused when someone else could write to it', () => {
    const tmp = newFolder();
    const run = `/srv/${'long/'.repeat(30)}run`;
    const folder = socketFolder(run, tmp);
    rmSync(folder, { recursive: true });
    mkdirSync(folder, { mode: 0o777 });
    // mkdir is subject to the umask.
    chmodSync(folder, 0o777);
    expect(() => socketFolder(run, tmp)).toThrow(Refusal);
  });
});

test('a child that never serves is started again later and later, and not for ever', () => {
  const restarts = new Restarts();
  expect([1, 2, 3, 4].map(() => restarts.afterEnd(0))).toEqual([250, 500, 1_000, 2_000]);
  expect(restarts.afterEnd(0)).toBeNull();
});

test('a child that has served is given more time: what ends it may pass', () => {
  const restarts = new Restarts();
  const delays = Array.from({ length: 19 }, (_, index) => restarts.afterEnd(index === 0 ? 100 : 0));
  expect(delays.slice(0, 6)).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000]);
  expect(new Set(delays.slice(6))).toEqual(new Set([5_000]));
  expect(restarts.afterEnd(0)).toBeNull();
});

test('a child that ran for a while is started again at once, however often', () => {
  const restarts = new Restarts();
  expect(Array.from({ length: 50 }, () => restarts.afterEnd(60_000))).toEqual(Array(50).fill(250));
});

test.each([
  [
    'mongodb://%2Ftmp%2Fdb.sock/?directConnection=true',
    'mongodb://%2Ftmp%2Fdb.sock/kelas?directConnection=true',
  ],
  ['mongodb://127.0.0.1:27017', 'mongodb://127.0.0.1:27017/kelas'],
  ['mongodb+srv://user:word@host/other?tls=true', 'mongodb+srv://user:word@host/kelas?tls=true'],
])('the database is named in %s', (uri, named) => {
  expect(withDatabase(uri, 'kelas')).toBe(named);
});
