import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, ObjectId, Timestamp } from 'bson';
import { MongoClient } from 'mongodb';
import mongoose from 'mongoose';
import { withInstalledDatabase } from '../../src/cli/database';
import { loadConfig } from '../../src/platform/config';
import { mongodbUri } from '../support/services';
import { kelas } from './command';

const uri = mongodbUri('backup');
const client = new MongoClient(uri);
const database = () => client.db();
const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-backup-'));
const inFolder = (name: string) => path.join(folder, name);
const data = inFolder('data');
const live = { KELAS_DATA: data, MONGODB_URI: uri };

afterAll(async () => {
  await database().dropDatabase();
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

type Db = ReturnType<typeof database>;

/** Count and hash of every collection, and its indexes. */
async function printOf(db: Pick<Db, 'listCollections' | 'collection'>) {
  const prints: Record<string, unknown> = {};
  for (const { name } of await db.listCollections().toArray()) {
    const hash = createHash('sha256');
    let count = 0;
    for await (const bytes of db.collection(name).find({}, { raw: true }).sort({ _id: 1 })) {
      hash.update(bytes as unknown as Uint8Array);
      count += 1;
    }
    const indexes = await db.collection(name).listIndexes().toArray();
    prints[name] = { count, sha256: hash.digest('hex'), indexes };
  }
  return prints;
}

/** Looks at what was restored, with the engine of its own that it has. */
const looking = <T>(dataDir: string, work: (db: Db) => Promise<T>): Promise<T> =>
  withInstalledDatabase(
    loadConfig({ KELAS_DATA: dataDir }),
    () => work(mongoose.connection.db as unknown as Db),
    { asItIs: true },
  );

const many = Array.from({ length: 2_500 }, (_, i) => ({ _id: i, text: 'x'.repeat(i % 500) }));

async function furnish(): Promise<void> {
  const db = database();
  await db.dropDatabase();
  await db.collection<{ _id: unknown; [name: string]: unknown }>('values').insertMany([
    {
      _id: new ObjectId(),
      // Names that an object would bring into another order, and types that it would lose.
      map: new Map<string, unknown>([
        ['b', 1],
        ['10', new Double(2)],
        ['2', [new Int32(3), new Double(-0), { z: null, '1': true }]],
      ]),
      long: Long.fromString('9007199254740993'),
      decimal: Decimal128.fromString('1.10'),
      regex: new BSONRegExp('^a', 'i'),
      binary: new Binary(randomBytes(20), 4),
      timestamp: new Timestamp({ t: 5, i: 6 }),
      date: new Date(0),
      empty: {},
    },
    { _id: 'as text' },
    { _id: new Map([['compound', 1]]) },
  ]);
  await db.collection<{ _id: number }>('many').insertMany(many);
  await db.createCollection('nothing', { validator: { name: { $type: 'string' } } });
  await db.collection('nothing').createIndex({ a: 1, b: -1 }, { unique: true, name: 'own name' });
  await db
    .collection('nothing')
    .createIndex(
      { at: 1 },
      { expireAfterSeconds: 60, partialFilterExpression: { at: { $exists: true } } },
    );
  mkdirSync(path.join(data, 'files/certificates/2026'), { recursive: true });
  writeFileSync(path.join(data, 'files/certificates/2026/a.pdf'), randomBytes(300_000));
  writeFileSync(path.join(data, 'files/empty'), '');
  writeFileSync(path.join(data, 'files/half.part'), 'left by a process that was killed');
  writeFileSync(path.join(data, 'session-secret'), 'the secret of the tests');
}

describe('backup and restore', () => {
  const file = inFolder('whole.backup');

  beforeAll(async () => {
    await client.connect();
    await furnish();
    const made = await kelas(live, 'backup', file);
    expect(made).toEqual({
      code: 0,
      out: expect.stringMatching(/is written: 2503 documents of 3 collections, 3 files, 1\.\d MB$/),
    });
  });

  test('everything arrives on a second engine as it was', async () => {
    const there = inFolder('there');
    const restored = await kelas({ KELAS_DATA: there }, 'restore', file);
    expect(restored).toEqual({ code: 0, out: expect.stringMatching(/^Restored, and compared /) });
    // That it was made is written down after it.
    const { backup_notes, ...expected } = await printOf(database());
    expect(backup_notes).toMatchObject({ count: 1 });
    await looking(there, async (db) => {
      expect(await printOf(db)).toEqual(expected);
    });
    for (const name of ['files/certificates/2026/a.pdf', 'files/empty', 'session-secret']) {
      expect(readFileSync(path.join(there, name))).toEqual(readFileSync(path.join(data, name)));
    }
    expect(readdirSync(path.join(there, 'files'))).toEqual(['certificates', 'empty']);
    expect(readdirSync(there)).not.toContain('restore-unfinished');
  });

  test('a flipped byte anywhere is refused, and so is a part', async () => {
    const bytes = readFileSync(file);
    const bad = inFolder('bad.backup');
    const place = inFolder('refused');
    const positions = [
      0,
      5,
      9,
      40,
      Math.floor(bytes.length / 2),
      bytes.length - 40,
      bytes.length - 1,
    ];
    const damaged = positions.map((at) => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 4;
      return copy;
    });
    for (const content of [...damaged, bytes.subarray(0, bytes.length - 1_000), Buffer.alloc(0)]) {
      writeFileSync(bad, content);
      const { code, out } = await kelas({ KELAS_DATA: place }, 'restore', bad);
      expect({ code, out }).toEqual({
        code: 1,
        out: expect.stringMatching(/bad\.backup is damaged or no backup of Kelas \(.+\)\./),
      });
    }
    expect(readdirSync(folder)).not.toContain('refused');
  });

  test('a file that was put together to write elsewhere is refused', async () => {
    const record = (type: string, content: object) => {
      const body = Buffer.from(JSON.stringify(content));
      const head = Buffer.alloc(5);
      head.write(type);
      head.writeUInt32LE(body.length, 1);
      return Buffer.concat([head, body]);
    };
    const header = { format: 1, kelas: '1', node: '20', database: '7', madeAt: 'now' };
    const sealed = (...records: Buffer[]) => {
      const packed = gzipSync(Buffer.concat(records));
      return Buffer.concat([packed, createHash('sha256').update(packed).digest()]);
    };
    for (const name of ['../evil', 'files/../../evil', '/etc/evil', 'files', 'db/data.mdb']) {
      writeFileSync(
        inFolder('evil.backup'),
        sealed(record('H', header), record('F', { path: name })),
      );
      const { code, out } = await kelas(
        { KELAS_DATA: inFolder('refused') },
        'restore',
        inFolder('evil.backup'),
      );
      expect({ name, code, out }).toMatchObject({
        code: 1,
        out: expect.stringContaining('damaged'),
      });
    }
    writeFileSync(inFolder('evil.backup'), sealed(record('H', { ...header, format: 2 })));
    const newer = await kelas(
      { KELAS_DATA: inFolder('refused') },
      'restore',
      inFolder('evil.backup'),
    );
    expect(newer.out).toContain('was made by a newer Kelas');
  });

  test('a place that holds anything is refused and left as it is', async () => {
    const full = inFolder('full');
    mkdirSync(full);
    writeFileSync(path.join(full, 'demonstration'), 'here');
    expect(await kelas({ KELAS_DATA: full }, 'restore', file)).toEqual({
      code: 1,
      out: expect.stringMatching(/^The data folder .*full is not empty/),
    });
    expect(readFileSync(path.join(full, 'demonstration'), 'utf8')).toBe('here');
    const before = await printOf(database());
    expect(await kelas({ KELAS_DATA: inFolder('new'), MONGODB_URI: uri }, 'restore', file)).toEqual(
      { code: 1, out: expect.stringMatching(/^The database test-\S+ is not empty/) },
    );
    expect(await printOf(database())).toEqual(before);
    // Nothing was begun there, so the folder can still be used.
    expect((await kelas({ KELAS_DATA: inFolder('new') }, 'restore', file)).code).toBe(0);
  });

  test('a folder whose restore did not come to its end cannot be used', async () => {
    const half = inFolder('half');
    mkdirSync(half);
    writeFileSync(path.join(half, 'restore-unfinished'), '');
    const { code, out } = await kelas({ KELAS_DATA: half }, 'backup', inFolder('none.backup'));
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringContaining('did not come to its end'),
    });
  });

  test('a file that is there is not written over, and words that are missing are said', async () => {
    expect((await kelas(live, 'backup', file)).out).toContain('is there already');
    expect(await kelas(live, 'backup')).toEqual({
      code: 2,
      out: 'Usage: npm run kelas -- backup FILE',
    });
    expect((await kelas(live, 'restore', inFolder('no-such'))).out).toContain('There is no file');
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('a backup taken while money moves holds all of it', async () => {
    const db = database();
    await db.dropDatabase();
    const [left, right] = [
      db.collection<{ _id: number; sum: number }>('a-left'),
      db.collection<{ _id: number; sum: number }>('z-right'),
    ];
    const rows = Array.from({ length: 20 }, (_, _id) => ({ _id, sum: 100 }));
    await left.insertMany(rows);
    await right.insertMany(rows);
    // Something to read between the two, so that writes fall into the time of the reading.
    await db.collection<{ _id: number }>('many').insertMany(many);
    await db.collection('outbox').insertOne({ status: 'sent', sentAt: new Date(), type: 'old' });
    let moving = true;
    let moves = 0;
    const mover = async (seed: number) => {
      for (let i = seed; moving; i += 1) {
        await client.withSession((session) =>
          session.withTransaction(async () => {
            await left.updateOne({ _id: i % 20 }, { $inc: { sum: -1 } }, { session });
            await right.updateOne({ _id: (i * 7) % 20 }, { $inc: { sum: 1 } }, { session });
          }),
        );
        moves += 1;
      }
    };
    const movers = [mover(0), mover(5), mover(11)];
    await after(100);
    const before = moves;
    const file = inFolder('moving.backup');
    const { code } = await kelas(live, 'backup', file);
    const during = moves - before;
    moving = false;
    await Promise.all(movers);
    expect(code).toBe(0);
    expect(during).toBeGreaterThan(10);

    const there = inFolder('moved');
    expect((await kelas({ KELAS_DATA: there }, 'restore', file)).code).toBe(0);
    await looking(there, async (restored) => {
      const sumOf = async (name: string) => {
        const all = await restored.collection<{ sum: number }>(name).find().toArray();
        return all.reduce((total, { sum }) => total + sum, 0);
      };
      const sums = [await sumOf('a-left'), await sumOf('z-right')] as const;
      expect(sums[0] + sums[1]).toBe(4_000);
      // The moment lies between the first move and the last.
      expect(sums[0]).toBeLessThan(2_000);
      expect(sums[0]).toBeGreaterThan(2_000 - moves);
      // Redis is new: what had been handed to it is handed over once more.
      expect(await restored.collection('outbox').findOne({})).toMatchObject({
        status: 'waiting',
        sentAt: null,
        leasedUntil: new Date(0),
        createdAt: expect.any(Date),
      });
    });
  });
});
