import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { localStorage } from '../../src/platform/storage';

describe('files on this machine', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kelas-files-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('what was put comes back, whole and as a stream', async () => {
    const storage = localStorage(folder);
    await storage.put('a/2026/one.txt', Buffer.from('first'));
    await storage.put('a/2026/one.txt', Buffer.from('second'));
    expect((await storage.get('a/2026/one.txt'))?.toString()).toBe('second');
    const opened = await storage.open('a/2026/one.txt');
    expect(opened?.size).toBe(6);
    expect(await text(opened!.stream)).toBe('second');
    expect(await readdir(path.join(folder, 'a/2026'))).toEqual(['one.txt']);
  });

  test('what is not there is null, and may be removed', async () => {
    const storage = localStorage(folder);
    expect(await storage.get('none')).toBeNull();
    expect(await storage.open('none')).toBeNull();
    await storage.remove('none');
  });

  test.each(['../out', 'a/../../out', '/etc/passwd', 'a//b', '.hidden', 'a\0b', ''])(
    'the key %p is refused',
    async (key) => {
      await expect(localStorage(folder).put(key, Buffer.from('x'))).rejects.toThrow('storage key');
    },
  );
});
