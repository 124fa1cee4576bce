import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type Collection, Long, MongoClient, UUID } from 'mongodb';
import { Catalog } from '../../src/embedded/document-engine/catalog';
import { checkFolder } from '../../src/embedded/document-engine/check';
import { Store } from '../../src/embedded/document-engine/store';
import { EngineProcess, removeTempDirs, sleep, tempDir } from './engine';
import { RawClient } from './raw-client';

afterAll(removeTempDirs);

interface Item {
  _id: string;
  n?: number;
  pair?: string;
  tags?: string[];
}

/** What one writer was told was saved, and the one write that it has not heard of yet. */
interface Writer {
  run(items: Collection<Item>, client: MongoClient): Promise<void>;
  /** While the writers go on: what was acknowledged before the call must be there. */
  verify(items: Collection<Item>, client: MongoClient): Promise<void>;
}

function inserter(id: number): Writer {
  const saved: string[] = [];
  let next = 0;
  return {
    async run(items) {
      const _id = `insert-${id}-${next++}`;
      await items.insertOne({ _id, n: next, tags: [`t${next % 7}`, `u${id}`] });
      saved.push(_id);
    },
    async verify(items) {
      const wanted = [...saved];
      const found = await items.find({ _id: { $in: wanted } }).toArray();
      expect(found.length).toBe(wanted.length);
    },
  };
}

function counter(id: number): Writer {
  let saved = 0;
  let asked = 0;
  return {
    async run(items) {
      asked++;
      await items.updateOne({ _id: `count-${id}` }, { $inc: { n: 1 } }, { upsert: true });
      saved++;
    },
    async verify(items) {
      const least = saved;
      const n = (await items.findOne({ _id: `count-${id}` }))?.n ?? 0;
      // A write that got no reply may or may not have happened; a repeated one happened once.
      expect(n).toBeGreaterThanOrEqual(least);
      expect(n).toBeLessThanOrEqual(asked);
    },
  };
}

function pairMaker(id: number): Writer {
  const saved: string[] = [];
  let next = 0;
  return {
    async run(items, client) {
      const pair = `pair-${id}-${next++}`;
      await client.withSession((session) =>
        session.withTransaction(async () => {
          await items.insertOne({ _id: `${pair}-left`, pair }, { session });
          await items.updateOne(
            { _id: `total-${id}` },
            { $inc: { n: 1 } },
            { session, upsert: true },
          );
          await items.insertOne({ _id: `${pair}-right`, pair }, { session });
        }),
      );
      saved.push(pair);
    },
    async verify(items, client) {
      const wanted = [...saved];
      const { halves, total } = await client.withSession((session) =>
        session.withTransaction(async () => ({
          halves: await items.find({ pair: { $regex: `^pair-${id}-` } }, { session }).toArray(),
          total: (await items.findOne({ _id: `total-${id}` }, { session }))?.n ?? 0,
        })),
      );
      const sizes = new Map<string, number>();
      for (const { pair = '' } of halves) sizes.set(pair, (sizes.get(pair) ?? 0) + 1);
      expect([...sizes.values()].filter((size) => size !== 2)).toEqual([]);
      expect(wanted.filter((pair) => !sizes.has(pair))).toEqual([]);
      expect(total).toBe(sizes.size);
    },
  };
}

describe('what was acknowledged is never lost', () => {
  it('survives ten rounds of kill -9 under 16 writers, and every index agrees', async () => {
    const dir = tempDir();
    const socket = path.join(tempDir(), 'engine.sock');
    const makers = [inserter, counter, pairMaker, inserter];
    const writers = Array.from({ length: 16 }, (_, i) => makers[i % 4]!(i));
    let engine = await EngineProcess.start({ dir, socket });
    // The clients live through the restarts, so that lost replies are asked for again.
    const client = await new MongoClient(engine.uri, { maxPoolSize: 32 }).connect();
    const items = client.db('test').collection<Item>('items');
    await items.createIndexes([{ key: { pair: 1 } }, { key: { tags: 1, n: -1 } }]);

    let stopping = false;
    let writes = 0;
    const working = writers.map(async (writer) => {
      while (!stopping) {
        try {
          await writer.run(items, client);
          writes++;
        } catch {
          await sleep(20);
        }
      }
    });
    for (let round = 0; round < 10; round++) {
      await sleep(400 + round * 20);
      // However slow the disk is: it is killed in the middle of writing.
      while (writes < (round + 1) * 55) await sleep(10);
      await engine.kill();
      expect((await checkFolder(dir)).faults).toEqual([]);
      engine = await EngineProcess.start({ dir, socket });
      for (const writer of writers) await writer.verify(items, client);
    }
    stopping = true;
    await Promise.all(working);
    for (const writer of writers) await writer.verify(items, client);
    await client.close();
    expect(await engine.stop()).toBe(0);
    const report = await checkFolder(dir);
    expect(report.faults).toEqual([]);
    expect(report.documents).toBeGreaterThan(500);
    expect(writes).toBeGreaterThan(500);
  }, 120_000);

  it('is on disk before the reply: a copy of the files at that moment holds it', async () => {
    const engine = await EngineProcess.start();
    const items = (await engine.client()).db('test').collection('items');
    await items.insertOne({ text: 'kept-through-it-all' });
    const bytes = readFileSync(path.join(engine.dir, 'data.mdb'));
    expect(bytes.includes('kept-through-it-all')).toBe(true);
    await engine.stop();
  });
});

describe('a collection that goes while others work on it', () => {
  const many = (n: number, from: number) =>
    Array.from({ length: n }, (_, i) => ({ _id: from + i, a: i, b: i, c: i }));

  it('is not brought back by an index that was being built', async () => {
    const dir = tempDir();
    const store = new Store(dir);
    const catalog = new Catalog(store);
    const items = await store.write((writer) => catalog.create(writer, 'test', 'items'));
    const spec = { v: 2, key: { a: 1 }, name: 'a_1' };
    const built = await store.write((writer) => catalog.prepareIndex(writer, spec));
    const uuid = await store.write((writer) => {
      catalog.drop(writer, items);
      return catalog.create(writer, 'test', 'items').uuid;
    });
    const publishing = store.write((writer) => catalog.publish(writer, items, [built]));
    await expect(publishing).rejects.toMatchObject({ code: 276 });
    expect(new Catalog(store).find('test', 'items')?.uuid).toEqual(uuid);
    await store.close();
  });

  it('keeps every document under the names that it has in turn', async () => {
    const engine = await EngineProcess.start();
    const [db, other] = [(await engine.client()).db('test'), (await engine.client()).db('test')];
    const items = db.collection<{ _id: number }>('items');
    await items.insertOne({ _id: -1 });
    const inserting = items.insertMany(many(10_000, 0));
    await other.renameCollection('items', 'moved');
    const moved = other.collection<{ _id: number }>('moved');
    await moved.insertMany(many(1000, 50_000));
    await inserting;
    const found = (await items.countDocuments()) + (await moved.countDocuments());
    expect(found).toBe(11_001);
    await engine.stop();
    expect((await checkFolder(engine.dir)).faults).toEqual([]);
  });
});

describe('trouble with the disk', () => {
  it('gives a full disk to the writer as an error and goes on reading', async () => {
    const engine = await EngineProcess.start({ shell: 'ulimit -f 4096' });
    const client = await engine.client({ retryWrites: false });
    const items = client.db('test').collection<{ _id: number; pad: string }>('items');
    const pad = 'x'.repeat(10_000);
    let saved = 0;
    const fill = async () => {
      for (;;) {
        await items.insertOne({ _id: saved, pad });
        saved++;
      }
    };
    await expect(fill()).rejects.toMatchObject({ name: 'MongoServerError' });
    expect(saved).toBeGreaterThan(10);
    await expect(
      items.insertMany([
        { _id: -1, pad },
        { _id: -2, pad: pad.repeat(50) },
      ]),
    ).rejects.toThrow();
    expect(await items.countDocuments()).toBe(saved);
    expect(await items.findOne({ _id: saved - 1 })).toMatchObject({ pad });
    const session = client.startSession();
    session.startTransaction();
    await items.insertOne({ _id: -3, pad: pad.repeat(100) }, { session });
    await expect(session.commitTransaction()).rejects.toThrow();
    await session.endSession();
    expect(await items.findOne({ _id: -3 })).toBeNull();
    // What was not written is not remembered as done either.
    const raw = await RawClient.connect(engine.uri);
    const own = { lsid: { id: new UUID() }, txnNumber: Long.fromNumber(1) };
    const insert = { insert: 'items', documents: [{ _id: -4, pad: pad.repeat(100) }], ...own };
    for (let i = 0; i < 2; i++) expect(await raw.command('test', insert)).toMatchObject({ ok: 0 });
    const inside = { lsid: { id: new UUID() }, txnNumber: Long.fromNumber(1), autocommit: false };
    await raw.command('test', { ...insert, ...inside, startTransaction: true });
    for (let i = 0; i < 2; i++)
      expect(await raw.command('admin', { commitTransaction: 1, ...inside })).toMatchObject({
        ok: 0,
      });
    raw.end();
    expect(await engine.stop()).toBe(0);
    expect((await checkFolder(engine.dir)).faults).toEqual([]);
  }, 30_000);

  it('reads a folder that cannot be written, and says so to the writer', async () => {
    const dir = tempDir();
    const first = await EngineProcess.start({ dir });
    await (await first.client()).db('test').collection('items').insertOne({ name: 'old' });
    await first.stop();
    for (const file of readdirSync(dir)) chmodSync(path.join(dir, file), 0o444);
    chmodSync(dir, 0o555);
    // The superuser may write anywhere; without its capabilities it is bound by what the folder says.
    const shell =
      process.getuid?.() === 0 ? 'exec setpriv --bounding-set=-all --inh-caps=-all "$0" "$@"' : ':';
    const engine = await EngineProcess.start({ dir, shell });
    const items = (await engine.client()).db('test').collection('items');
    expect(await items.findOne({ name: 'old' })).toMatchObject({ name: 'old' });
    await expect(items.insertOne({ name: 'new' })).rejects.toMatchObject({ code: 96 });
    await expect(items.updateOne({}, { $set: { a: 1 } })).rejects.toMatchObject({ code: 96 });
    expect(await items.countDocuments()).toBe(1);
    await engine.stop();
  });
});

describe('one engine a folder', () => {
  it('refuses a second engine and names the first', async () => {
    const first = await EngineProcess.start();
    await expect(EngineProcess.start({ dir: first.dir })).rejects.toThrow(
      `in use by another document engine (process ${first.child.pid})`,
    );
    await first.stop();
    expect(existsSync(path.join(first.dir, 'engine.lock'))).toBe(false);
  });

  it('takes over the lock and the socket of one that was killed', async () => {
    const socket = path.join(tempDir(), 'engine.sock');
    const first = await EngineProcess.start({ socket });
    await first.kill();
    const second = await EngineProcess.start({ dir: first.dir, socket });
    expect(await (await second.client()).db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
    await second.stop();
  });

  it('finishes what is under way when it is told to end', async () => {
    const engine = await EngineProcess.start();
    const client = await engine.client();
    const items = client.db('test').collection<{ _id: number }>('items');
    await items.insertOne({ _id: -1 });
    let saved = 0;
    const writing = Promise.allSettled(
      Array.from({ length: 50 }, async (_, _id) => {
        await items.insertOne({ _id });
        saved++;
      }),
    );
    await sleep(1);
    engine.child.kill('SIGTERM');
    expect(await engine.ended).toBe(0);
    // What was not sent any more would wait for a server.
    await client.close();
    await writing;
    const again = await EngineProcess.start({ dir: engine.dir });
    const count = await (await again.client()).db('test').collection('items').countDocuments();
    expect(count).toBeGreaterThanOrEqual(saved + 1);
    await again.stop();
  });
});
