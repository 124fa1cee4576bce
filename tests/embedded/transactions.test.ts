import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ClientSession,
  type Collection,
  type Db,
  Long,
  type MongoClient,
  UUID,
} from 'mongodb';
import { checkFolder } from '../../src/embedded/document-engine/check';
import { EngineProcess, removeTempDirs, sleep } from './engine';
import { RawClient } from './raw-client';

interface Account {
  _id: string;
  balance: number;
  email?: string;
}

let engine: EngineProcess;
let client: MongoClient;
let db: Db;
let accounts: Collection<Account>;
/** Sends session numbers as they are given; the driver would put its own. */
let raw: RawClient;

beforeAll(async () => {
  engine = await EngineProcess.start();
  client = await engine.client({ retryWrites: false });
  db = client.db('bank');
  accounts = db.collection<Account>('accounts');
  raw = await RawClient.connect(engine.uri);
}, 30_000);

afterAll(async () => {
  raw.end();
  await engine.stop();
  expect((await checkFolder(engine.dir)).faults).toEqual([]);
  removeTempDirs();
}, 30_000);

beforeEach(async () => {
  await db.dropDatabase();
  await accounts.createIndex(
    { email: 1 },
    { unique: true, partialFilterExpression: { email: { $exists: true } } },
  );
  await accounts.insertMany(['a', 'b', 'c', 'd'].map((_id) => ({ _id, balance: 100 })));
});

async function inTransaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
  const session = client.startSession();
  try {
    session.startTransaction();
    return await work(session);
  } finally {
    await session.endSession();
  }
}

const pay = (_id: string, by: number, session: ClientSession) =>
  accounts.updateOne({ _id }, { $inc: { balance: by } }, { session });

describe('what a transaction sees', () => {
  it('is one moment of the data, and its own changes', async () => {
    await inTransaction(async (session) => {
      expect((await accounts.findOne({ _id: 'a' }, { session }))?.balance).toBe(100);
      await accounts.updateOne({ _id: 'b' }, { $set: { balance: 1 } });
      await accounts.insertOne({ _id: 'e', balance: 5 });
      await accounts.deleteOne({ _id: 'c' });
      const seen = await accounts.find({}, { session }).sort({ _id: 1 }).toArray();
      expect(seen.map((one) => `${one._id}${one.balance}`)).toEqual([
        'a100',
        'b100',
        'c100',
        'd100',
      ]);

      await pay('a', 11, session);
      await accounts.insertOne({ _id: 'aa', balance: 0 }, { session });
      await accounts.deleteOne({ _id: 'd' }, { session });
      const own = await accounts.find({}, { session }).sort({ _id: -1 }).toArray();
      expect(own.map((one) => `${one._id}${one.balance}`)).toEqual(['c100', 'b100', 'aa0', 'a111']);
      expect(await accounts.distinct('balance', {}, { session })).toEqual([0, 100, 111]);
      expect((await accounts.findOne({ _id: 'a' }))?.balance).toBe(100);
      await session.commitTransaction();
    });
    const after = await accounts.find().sort({ _id: 1 }).toArray();
    expect(after.map((one) => `${one._id}${one.balance}`)).toEqual(['a111', 'aa0', 'b1', 'e5']);
  });

  it('reads an open cursor to the end of its snapshot', async () => {
    await inTransaction(async (session) => {
      const cursor = accounts.find({}, { session, batchSize: 2 });
      expect(await cursor.next()).toMatchObject({ _id: 'a' });
      await accounts.updateMany({}, { $inc: { balance: 1 } });
      const rest = await cursor.toArray();
      expect(rest.map((one) => one.balance)).toEqual([100, 100, 100]);
      await session.abortTransaction();
    });
  });

  it('makes a collection that nobody else finds before the commit, or ever after an abort', async () => {
    const fresh = db.collection('fresh');
    const names = async () => (await db.listCollections({ name: /^fresh/ }).toArray()).length;
    await inTransaction(async (session) => {
      await fresh.createIndex({ n: 1 }, { unique: true, session });
      await fresh.insertOne({ n: 1 }, { session });
      await db.createCollection('fresh2', { session });
      await db.createCollection('fresh3', { session });
      await db.collection('fresh3').insertOne({ n: 1 }, { session });
      await db.collection('fresh3').createIndex({ n: 1 }, { session });
      expect(await fresh.findOne({ n: 1 }, { session })).toMatchObject({ n: 1 });
      expect(await names()).toBe(0);
      expect(await fresh.countDocuments()).toBe(0);
      await session.abortTransaction();
      expect(await names()).toBe(0);
      session.startTransaction();
      await fresh.createIndex({ n: 1 }, { unique: true, session });
      await fresh.insertMany([{ n: 1 }, { n: 2 }], { session });
      await expect(fresh.countDocuments({ n: { $gt: 1 } }, { session })).resolves.toBe(1);
      await session.commitTransaction();
    });
    expect(await fresh.estimatedDocumentCount()).toBe(2);
    expect(await fresh.indexes()).toHaveLength(2);
    await expect(fresh.insertOne({ n: 2 })).rejects.toMatchObject({ code: 11000 });
  });

  it('gives way where another has made the collection meanwhile', async () => {
    await inTransaction(async (session) => {
      await db.collection('fresh').insertOne({ n: 1 }, { session });
      await db.collection('fresh').insertOne({ n: 2 });
      await expect(session.commitTransaction()).rejects.toMatchObject({ code: 112 });
    });
    expect(await db.collection('fresh').find().toArray()).toMatchObject([{ n: 2 }]);
  });
});

describe('conflicts', () => {
  it('lets the first writer win', async () => {
    await inTransaction(async (first) => {
      await pay('a', 1, first);
      await inTransaction(async (second) => {
        const late = pay('a', 2, second);
        await expect(late).rejects.toMatchObject({ code: 112, codeName: 'WriteConflict' });
        await late.catch((error) =>
          expect(error.hasErrorLabel('TransientTransactionError')).toBe(true),
        );
        const again = accounts.findOne({ _id: 'a' }, { session: second });
        await expect(again).rejects.toMatchObject({ code: 251 });
      });
      await first.commitTransaction();
    });
    expect((await accounts.findOne({ _id: 'a' }))?.balance).toBe(101);
  });

  it('refuses a change of what was changed since the snapshot', async () => {
    await inTransaction(async (session) => {
      await accounts.findOne({ _id: 'b' }, { session });
      await accounts.updateOne({ _id: 'a' }, { $inc: { balance: 5 } });
      await expect(pay('a', 1, session)).rejects.toMatchObject({ code: 112 });
    });
  });

  it('makes a plain write wait for the transaction that is in its way', async () => {
    let done = false;
    const { plain } = await inTransaction(async (session) => {
      await pay('a', 1, session);
      const waiting = accounts
        .findOneAndUpdate({ _id: 'a' }, { $inc: { balance: 10 } }, { returnDocument: 'after' })
        .then((doc) => {
          done = true;
          return doc;
        });
      await sleep(100);
      expect(done).toBe(false);
      await session.commitTransaction();
      return { plain: waiting };
    });
    expect((await plain)?.balance).toBe(111);
    await inTransaction(async (session) => {
      await pay('a', 1, session);
      const late = accounts.updateOne({ _id: 'a' }, { $set: { balance: 0 } }, { maxTimeMS: 100 });
      await expect(late).rejects.toMatchObject({ code: 50 });
    });
  });

  it('guards unique keys between transactions and against plain writes', async () => {
    await inTransaction(async (session) => {
      await accounts.insertOne({ _id: 'x', balance: 0, email: 'x@y' }, { session });
      await inTransaction(async (other) => {
        const same = accounts.insertOne({ _id: 'y', balance: 0, email: 'x@y' }, { session: other });
        await expect(same).rejects.toMatchObject({ code: 112 });
      });
      const plain = accounts.insertOne({ _id: 'z', balance: 0, email: 'x@y' });
      await Promise.all([
        expect(plain).rejects.toMatchObject({ code: 11000, keyValue: { email: 'x@y' } }),
        sleep(50).then(() => session.commitTransaction()),
      ]);
    });
    await inTransaction(async (session) => {
      const known = accounts.insertOne({ _id: 'w', balance: 0, email: 'x@y' }, { session });
      await expect(known).rejects.toMatchObject({ code: 11000, keyPattern: { email: 1 } });
      await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 });
    });
  });

  it('begins again when an index was made meanwhile', async () => {
    await inTransaction(async (session) => {
      await pay('a', 1, session);
      await accounts.createIndex({ balance: 1 });
      const late = session.commitTransaction();
      await expect(late).rejects.toMatchObject({ code: 246 });
      await late.catch((error) =>
        expect(error.hasErrorLabel('TransientTransactionError')).toBe(true),
      );
    });
    const byIndex = await accounts.find({ balance: 100 }).hint({ balance: 1 }).toArray();
    expect(byIndex.length).toBe(4);
  });

  it('keeps the total while eight loops transfer, and nobody sees it otherwise', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const pick = () => names[Math.floor(Math.random() * names.length)] ?? 'a';
    let transfers = 0;
    let running = true;
    const transfer = async () => {
      for (let i = 0; i < 15; i++) {
        const amount = 1 + Math.floor(Math.random() * 9);
        await client.withSession((session) =>
          session.withTransaction(async () => {
            const from = pick();
            const to = pick();
            const source = await accounts.findOne({ _id: from }, { session });
            await accounts.updateOne(
              { _id: from },
              { $set: { balance: (source?.balance ?? 0) - amount } },
              { session },
            );
            await pay(to, amount, session);
          }),
        );
        transfers++;
      }
    };
    const sums: number[] = [];
    const watch = async () => {
      while (running) {
        const all = await accounts.find().toArray();
        sums.push(all.reduce((n, one) => n + one.balance, 0));
        await client.withSession((session) =>
          session.withTransaction(async () => {
            let total = 0;
            for (const _id of names)
              total += (await accounts.findOne({ _id }, { session }))?.balance ?? 0;
            sums.push(total);
          }),
        );
      }
    };
    const watching = watch();
    await Promise.all(Array.from({ length: 8 }, transfer));
    running = false;
    await watching;
    expect(transfers).toBe(120);
    expect(sums.length).toBeGreaterThan(10);
    expect(sums.filter((sum) => sum !== 400)).toEqual([]);
  }, 60_000);
});

describe('the end of a transaction', () => {
  it('comes by itself when it is too old', async () => {
    // An engine of its own: the others' transactions may take as long as a busy machine needs.
    const own = await EngineProcess.start({ args: ['--transaction-lifetime-ms', '300'] });
    const other = await own.client();
    const kept = other.db('test').collection<Account>('accounts');
    await kept.insertOne({ _id: 'a', balance: 100 });
    const session = other.startSession();
    session.startTransaction();
    await kept.updateOne({ _id: 'a' }, { $inc: { balance: -1 } }, { session });
    // What stands behind it gets its turn when the engine ends it, and not before.
    await kept.updateOne({ _id: 'a' }, { $inc: { balance: 1 } });
    const late = kept.updateOne({ _id: 'a' }, { $inc: { balance: -1 } }, { session });
    await expect(late).rejects.toMatchObject({ code: 251 });
    await late.catch((error) =>
      expect(error.hasErrorLabel('TransientTransactionError')).toBe(true),
    );
    await session.endSession();
    expect((await kept.findOne({ _id: 'a' }))?.balance).toBe(101);
    await own.stop();
  });

  it('comes with the end of its session or of its connection', async () => {
    const other = await engine.client({ maxPoolSize: 1 });
    const session = other.startSession();
    session.startTransaction();
    await other
      .db('bank')
      .collection<Account>('accounts')
      .updateOne({ _id: 'a' }, { $inc: { balance: 1 } }, { session });
    await other.close();
    await accounts.updateOne({ _id: 'a' }, { $inc: { balance: 2 } }, { maxTimeMS: 1000 });

    const id = new UUID();
    const numbers = { lsid: { id }, txnNumber: Long.fromNumber(1), autocommit: false };
    const update = {
      update: 'accounts',
      updates: [{ q: { _id: 'b' }, u: { $inc: { balance: 1 } } }],
    };
    await raw.command('bank', { ...update, ...numbers, startTransaction: true });
    await raw.command('admin', { endSessions: [{ id }] });
    await accounts.updateOne({ _id: 'b' }, { $inc: { balance: 2 } }, { maxTimeMS: 1000 });
    const all = await accounts.find({ _id: { $in: ['a', 'b'] } }).toArray();
    expect(all.map((one) => one.balance)).toEqual([102, 102]);
  });

  it('can be asked for again: a commit answers the same', async () => {
    const numbers = { lsid: { id: new UUID() }, txnNumber: Long.fromNumber(7), autocommit: false };
    const insert = { insert: 'accounts', documents: [{ _id: 'once', balance: 1 }] };
    await raw.command('bank', { ...insert, ...numbers, startTransaction: true });
    const commit = () => raw.command('admin', { commitTransaction: 1, ...numbers });
    await commit();
    expect(await commit()).toMatchObject({ ok: 1 });
    expect(await raw.command('bank', { ...insert, ...numbers })).toMatchObject({ code: 256 });
    const wrong = { ...numbers, txnNumber: Long.fromNumber(9) };
    const aborted = await raw.command('admin', { abortTransaction: 1, ...wrong });
    expect(aborted).toMatchObject({ code: 251, errorLabels: ['TransientTransactionError'] });
    const older = { ...numbers, txnNumber: Long.fromNumber(3), startTransaction: true };
    expect(await raw.command('bank', { ...insert, ...older })).toMatchObject({ code: 225 });
  });

  it('refuses commands that cannot be undone', async () => {
    await inTransaction(async (session) => {
      await expect(db.command({ count: 'accounts' }, { session })).rejects.toMatchObject({
        code: 263,
      });
      await expect(db.command({ nosuch: 1 })).rejects.toMatchObject({ code: 59 });
    });
  });
});

describe('retryable writes', () => {
  const session = () => ({ lsid: { id: new UUID() }, txnNumber: Long.fromNumber(1) });

  it('answers a repetition with the first reply and does nothing', async () => {
    const same = session();
    const update = {
      update: 'accounts',
      updates: [{ q: { _id: 'a' }, u: { $inc: { balance: 1 } } }],
      ...same,
    };
    const first = await raw.command('bank', update);
    const second = await raw.command('bank', update);
    expect(first).toMatchObject({ n: 1, nModified: 1 });
    expect(second).toMatchObject({ n: 1, nModified: 1 });
    expect((await accounts.findOne({ _id: 'a' }))?.balance).toBe(101);

    const insert = {
      insert: 'accounts',
      documents: [
        { _id: 'r', balance: 1 },
        { _id: 's', balance: 1 },
      ],
      ...session(),
    };
    expect(await raw.command('bank', insert)).toMatchObject({ n: 2 });
    expect(await raw.command('bank', insert)).toEqual(expect.objectContaining({ n: 2 }));

    const modify = {
      findAndModify: 'accounts',
      query: { _id: 'r' },
      update: { $inc: { balance: 1 } },
      new: true,
      ...session(),
    };
    expect((await raw.command('bank', modify))?.['value']).toMatchObject({ balance: 2 });
    expect((await raw.command('bank', modify))?.['value']).toMatchObject({ balance: 2 });

    const remove = { delete: 'accounts', deletes: [{ q: { balance: 1 }, limit: 1 }], ...session() };
    expect(await raw.command('bank', remove)).toMatchObject({ n: 1 });
    await accounts.insertOne({ _id: 't', balance: 1 });
    expect(await raw.command('bank', remove)).toMatchObject({ n: 1 });
    expect(await accounts.countDocuments({ _id: 't' })).toBe(1);
  });

  it('makes the statements of one command each once, whatever holds up or refuses one of them', async () => {
    await accounts.updateOne({ _id: 'd' }, { $set: { email: 'd@x' } });
    const more = (_id: string) => ({ q: { _id }, u: { $inc: { balance: 1 } } });
    const update = {
      update: 'accounts',
      updates: [
        more('a'),
        { q: { _id: 'new' }, u: { $set: { email: 'd@x' } }, upsert: true },
        { q: { balance: { $lt: 0 } }, u: { $set: { balance: 0 } }, multi: true },
        more('b'),
        more('nobody'),
        { q: { _id: 'e' }, u: { $set: { balance: 5 } }, upsert: true },
        more('a'),
      ],
      ordered: false,
      ...session(),
    };
    const answer = {
      n: 4,
      nModified: 3,
      upserted: [{ index: 5, _id: 'e' }],
      writeErrors: [expect.objectContaining({ index: 1, code: 11000 })],
    };
    await inTransaction(async (holding) => {
      await pay('b', 10, holding);
      const waiting = raw.command('bank', update);
      while ((await accounts.findOne({ _id: 'a' }))?.balance !== 101) await sleep(1);
      await holding.commitTransaction();
      expect(await waiting).toMatchObject(answer);
    });
    expect(await raw.command('bank', update)).toMatchObject(answer);
    const after = await accounts.find({}).sort({ _id: 1 }).toArray();
    expect(after.map(({ _id, balance }) => `${_id}${balance}`)).toEqual([
      'a102',
      'b111',
      'c100',
      'd100',
      'e5',
    ]);
  });

  it('counts no statement twice that changed nothing', async () => {
    const update = {
      update: 'accounts',
      updates: [
        { q: { _id: 'a' }, u: { $inc: { balance: 1 } } },
        { q: {}, u: { $set: { kind: 'account' } }, multi: true },
        { q: {}, u: { $set: { kind: 'account' } }, multi: true },
      ],
      ...session(),
    };
    await accounts.updateMany({}, { $set: { kind: 'account' } });
    const n = 1 + 2 * (await accounts.countDocuments());
    for (let i = 0; i < 3; i++)
      expect(await raw.command('bank', update)).toMatchObject({ n, nModified: 1 });
  });

  it('answers two that come at once as one', async () => {
    const insert = { insert: 'accounts', documents: [{ _id: 'same', balance: 1 }], ...session() };
    const others = await Promise.all([1, 2, 3].map(() => RawClient.connect(engine.uri)));
    const replies = await Promise.all(others.map((one) => one.command('bank', insert)));
    for (const reply of replies) {
      expect(reply).toMatchObject({ n: 1 });
      expect(reply?.['writeErrors']).toBeUndefined();
    }
    for (const one of others) one.end();
  });

  it('remembers after a crash', async () => {
    const own = await EngineProcess.start();
    const insert = { insert: 'c', documents: [{ _id: 1 }], ...session() };
    await (await RawClient.connect(own.uri)).command('test', insert);
    await own.kill();
    const again = await EngineProcess.start({ dir: own.dir });
    const reply = await (await RawClient.connect(again.uri)).command('test', insert);
    expect(reply).toMatchObject({ n: 1 });
    expect(reply?.['writeErrors']).toBeUndefined();
    await again.stop();
  });
});
