import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { open } from 'lmdb';
import { Decimal128, Int32, Long } from 'mongodb';
import { EngineProcess, removeTempDirs, tempDir } from './engine';

const PROGRAM = path.resolve(__dirname, '../../dist/engine.js');

afterAll(removeTempDirs);

/** Runs the program to its end. */
function run(...args: string[]): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, ...args]);
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      out += chunk;
    });
    child.once('exit', (code) => resolve({ code, out }));
  });
}

async function filled(): Promise<string> {
  const engine = await EngineProcess.start();
  const db = (await engine.client()).db('site');
  await db.collection('people').createIndex({ email: 1 }, { unique: true });
  await db.collection('people').createIndex({ tags: 1 }, { sparse: true });
  await db.collection<{ _id: number }>('people').insertMany(
    Array.from({ length: 2500 }, (_, i) => ({
      _id: i,
      email: `p${i}`,
      tags: ['a', `t${i}`],
      amount: Decimal128.fromString('1.50'),
      big: Long.fromNumber(5),
      int: new Int32(5),
      m: new Map([
        ['b', i],
        ['2', i],
      ]),
    })),
  );
  await db.createCollection('empty');
  await engine.stop();
  return engine.dir;
}

describe('engine check', () => {
  it('finds a folder well, and says what is in it', async () => {
    const { code, out } = await run('check', await filled());
    expect(out).toBe('2 collections, 2500 documents, 10000 index entries, 0 faults\n');
    expect(code).toBe(0);
  });

  it('finds entries without a document, documents without an entry, and what cannot be read', async () => {
    const dir = await filled();
    const db = open<Buffer, Buffer>({ path: dir, encoding: 'binary', keyEncoding: 'binary' });
    const keys = [...db.getKeys({ start: Buffer.from('d'), end: Buffer.from('j') })];
    const documents = keys.filter((key) => key.toString('latin1', 0, 1) === 'd');
    const entries = keys.filter((key) => key.toString('latin1', 0, 1) === 'i');
    await db.remove(documents[0] ?? Buffer.alloc(1));
    await db.remove(entries.at(-1) ?? Buffer.alloc(1));
    await db.put(documents[1] ?? Buffer.alloc(1), Buffer.from('not a document'));
    await db.close();
    const { code, out } = await run('check', dir);
    expect(code).toBe(1);
    expect(out).toContain('a document cannot be read');
    expect(out).toContain('its documents call for');
    expect(out).toContain('does not lead to the document');
  });

  it('does not touch a folder that an engine works on', async () => {
    const engine = await EngineProcess.start();
    const { code, out } = await run('check', engine.dir);
    expect([code, out]).toEqual([1, expect.stringContaining('in use by another document engine')]);
    await engine.stop();
  });
});

describe('engine copy', () => {
  it('carries documents and indexes into another server, and nothing over what is there', async () => {
    const dir = await filled();
    const target = await EngineProcess.start();
    expect(await run('copy', dir, target.uri)).toEqual({
      code: 0,
      out: '2 collections, 2500 documents copied\n',
    });
    const db = (await target.client({ promoteValues: false })).db('site');
    const people = db.collection<{ _id: number; int: unknown; big: unknown }>('people');
    const found = await people.findOne({ _id: 7 });
    expect(found?.int).toBeInstanceOf(Int32);
    expect(found?.big).toBeInstanceOf(Long);
    // The very bytes: an object of JavaScript would not show the order of such names.
    const bytes = async (of: EngineProcess) => {
      const named = (await of.client()).db('site').collection('people');
      return (await named.find({}, { raw: true }).sort({ _id: 1 }).toArray()).map(String);
    };
    const source = await EngineProcess.start({ dir });
    expect(await bytes(target)).toEqual(await bytes(source));
    await source.stop();
    expect((await people.indexes()).map((index) => index.name)).toEqual([
      '_id_',
      'email_1',
      'tags_1',
    ]);
    expect(await db.listCollections({ name: 'empty' }).toArray()).toHaveLength(1);
    const again = await run('copy', dir, target.uri);
    expect([again.code, again.out]).toEqual([
      1,
      'site.people is not empty there: nothing was copied\n',
    ]);
    await target.stop();
  });
});

describe('the process', () => {
  it('says how it is used, and what is wrong with its folder', async () => {
    expect(await run()).toEqual({
      code: 1,
      out: expect.stringContaining('usage: engine --dir DIR'),
    });
    expect((await run('check')).code).toBe(1);
    const file = path.join(tempDir(), 'file');
    writeFileSync(file, '');
    const { code, out } = await run('--dir', path.join(file, 'db'));
    expect([code, out]).toEqual([1, expect.stringContaining('ENOTDIR')]);
  });

  it('ends when its parent goes', async () => {
    const child = spawn(process.execPath, [PROGRAM, '--dir', tempDir(), '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const ready = await new Promise((resolve) => child.once('message', resolve));
    expect(ready).toEqual({ type: 'ready', uri: expect.stringMatching(/^mongodb:/) });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    expect(await exited).toBe(0);
  });
});
