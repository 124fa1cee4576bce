import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import MongoStore from 'connect-mongo';
import type { SessionData } from 'express-session';
import mongoose, { type Connection, Schema } from 'mongoose';
import { EngineProcess, removeTempDirs, sleep } from './engine';

let engine: EngineProcess;
let connection: Connection;

beforeAll(async () => {
  engine = await EngineProcess.start();
  mongoose.set('transactionAsyncLocalStorage', true);
  connection = await mongoose.createConnection(engine.uri, { dbName: 'app' }).asPromise();
}, 30_000);

afterAll(async () => {
  await connection.close();
  await engine.stop();
  mongoose.set('transactionAsyncLocalStorage', false);
  removeTempDirs();
}, 30_000);

beforeEach(async () => {
  for (const name of connection.modelNames()) connection.deleteModel(name);
  await connection.dropDatabase();
});

describe('documents', () => {
  it('keeps every type of a schema', async () => {
    const Thing = connection.model(
      'Thing',
      new Schema({
        decimal: Schema.Types.Decimal128,
        big: BigInt,
        map: { type: Map, of: Number },
        uuid: Schema.Types.UUID,
        buffer: Buffer,
        date: Date,
        mixed: Schema.Types.Mixed,
        double: Schema.Types.Double,
        int: Schema.Types.Int32,
        list: [{ name: String, marks: [Number] }],
        flag: Boolean,
        id2: Schema.Types.ObjectId,
      }),
    );
    const id2 = new mongoose.Types.ObjectId();
    const { _id } = await Thing.create({
      decimal: '12.340',
      big: 9007199254740993n,
      map: { 'a b': 1 },
      uuid: '6f0b7d2e-2f1e-4d3f-8a59-3b0f0c7f7d11',
      buffer: Buffer.from([0, 255]),
      date: new Date(1.7e12),
      mixed: { $odd: 1, 'dotted.key': [null] },
      double: 2,
      int: 3,
      list: [{ name: '名', marks: [1, 2.5] }],
      flag: false,
      id2,
    });
    const found = await Thing.findById(_id).orFail();
    expect(String(found.decimal)).toBe('12.340');
    expect(found.big).toBe(9007199254740993n);
    expect(found.map?.get('a b')).toBe(1);
    expect(String(found.uuid)).toBe('6f0b7d2e-2f1e-4d3f-8a59-3b0f0c7f7d11');
    expect([...(found.buffer ?? [])]).toEqual([0, 255]);
    expect(found.date?.getTime()).toBe(1.7e12);
    expect(found.mixed).toEqual({ $odd: 1, 'dotted.key': [null] });
    expect(found.list[0]?.marks).toEqual([1, 2.5]);
    expect(String(found.id2)).toBe(String(id2));
    expect(await Thing.where('decimal').gt(12.3).lt(12.4).countDocuments()).toBe(1);
    expect(await Thing.where('big').gt(9007199254740992).countDocuments()).toBe(1);
    expect(await Thing.where('uuid', String(found.uuid)).countDocuments()).toBe(1);
  });

  it('populates, discriminates and answers lean', async () => {
    const Person = connection.model('Person', new Schema({ name: String }));
    const base = new Schema({ title: String, by: { type: Schema.Types.ObjectId, ref: 'Person' } });
    const Item = connection.model('Item', base);
    const Lesson = Item.discriminator('Lesson', new Schema({ minutes: Number }));
    const Quiz = Item.discriminator('Quiz', new Schema({ questions: [String] }));
    const ann = await Person.create({ name: 'Ann' });
    await Lesson.create({ title: 'one', by: ann, minutes: 10 } as object);
    await Quiz.create({ title: 'two', by: ann, questions: ['why?'] } as object);
    const all = await Item.find().sort('title').populate<{ by: { name: string } }>('by').lean();
    expect(all.map((one) => one.by.name)).toEqual(['Ann', 'Ann']);
    expect(all.map((one) => (one as { __t?: string }).__t)).toEqual(['Lesson', 'Quiz']);
    expect(await Lesson.countDocuments()).toBe(1);
    const [joined] = await Item.aggregate([
      { $match: { title: 'one' } },
      { $lookup: { from: 'people', localField: 'by', foreignField: '_id', as: 'people' } },
      { $project: { _id: 0, name: { $first: '$people.name' } } },
    ]);
    expect(joined).toEqual({ name: 'Ann' });
  });

  it('walks cursors, writes in bulk and keeps timestamps', async () => {
    const schema = new Schema({ n: Number, done: Boolean }, { timestamps: true });
    const Task = connection.model('Task', schema);
    await Task.insertMany(Array.from({ length: 350 }, (_, n) => ({ n })));
    let sum = 0;
    for await (const task of Task.find().sort({ n: -1 }).cursor({ batchSize: 40 }))
      sum += task.n ?? 0;
    expect(sum).toBe((349 * 350) / 2);
    const result = await Task.bulkWrite([
      { updateMany: { filter: { n: { $lt: 10 } }, update: { done: true } } },
      { updateOne: { filter: { n: 1000 }, update: { $set: { done: false } }, upsert: true } },
      { deleteOne: { filter: { n: 349 } } },
      { insertOne: { document: { n: 2000 } } },
      { replaceOne: { filter: { n: 348 }, replacement: { n: 3000 } } },
    ]);
    expect(result).toMatchObject({
      modifiedCount: 11,
      upsertedCount: 1,
      deletedCount: 1,
      insertedCount: 1,
    });
    const changed = await Task.findOneAndUpdate(
      { n: 5 },
      { $inc: { n: 0.5 } },
      { returnDocument: 'after' },
    );
    expect(changed?.n).toBe(5.5);
    expect(changed?.updatedAt.getTime()).toBeGreaterThan(changed?.createdAt.getTime() ?? 0);
  });

  it('notices that somebody else has saved in between', async () => {
    const schema = new Schema({ text: String, list: [String] }, { optimisticConcurrency: true });
    const Note = connection.model('Note', schema);
    const { _id } = await Note.create({ text: 'a' });
    const mine = await Note.findById(_id).orFail();
    const theirs = await Note.findById(_id).orFail();
    theirs.list.push('x');
    await theirs.save();
    mine.text = 'b';
    await expect(mine.save()).rejects.toThrow(mongoose.Error.VersionError);
  });
});

describe('indexes', () => {
  it('builds those of a schema, and changes them by syncIndexes', async () => {
    const schema = new Schema({ email: String, org: String, gone: Date, name: String });
    schema.index(
      { email: 1 },
      { unique: true, partialFilterExpression: { email: { $type: 'string' } } },
    );
    schema.index({ org: 1, name: -1 });
    const First = connection.model('Person', schema);
    await First.init();
    await First.create({ email: 'a@x' }, { org: 'o' }, { org: 'p' });
    await expect(First.create({ email: 'a@x' })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { email: 1 },
      keyValue: { email: 'a@x' },
    });
    connection.deleteModel('Person');
    const changed = new Schema({ email: String, org: String, gone: Date, name: String });
    changed.index(
      { email: 1 },
      { unique: true, partialFilterExpression: { email: { $type: 'string' } } },
    );
    changed.index({ org: 1 });
    changed.index({ gone: 1 }, { expireAfterSeconds: 60 });
    const Second = connection.model('Person', changed);
    expect(await Second.syncIndexes()).toEqual(['org_1_name_-1']);
    expect((await Second.listIndexes()).map((index) => index.name)).toEqual([
      '_id_',
      'email_1',
      'org_1',
      'gone_1',
    ]);
    expect(await Second.diffIndexes()).toEqual({ toDrop: [], toCreate: [] });
  });

  it('keeps indexes right while they are built under writers', async () => {
    const items = connection.collection<{ _id: number; k: number }>('busy');
    await items.insertMany(Array.from({ length: 3000 }, (_, _id) => ({ _id, k: _id % 10 })));
    let stop = false;
    const writing = (async () => {
      for (let i = 0; !stop; i++) {
        await items.updateOne({ _id: (i * 37) % 3000 }, { $set: { k: 100 + (i % 5) } });
        await items.deleteOne({ _id: (i * 91) % 3000 });
        await items.insertOne({ _id: 10_000 + i, k: i % 10 });
      }
    })();
    await items.createIndex({ k: 1, _id: -1 });
    stop = true;
    await writing;
    for (const k of [0, 5, 9, 100, 103]) {
      const byIndex = await items.find({ k }).hint({ k: 1, _id: -1 }).toArray();
      const byScan = await items.find({ k }).hint({ $natural: 1 }).toArray();
      expect(byIndex.map((one) => one._id).sort()).toEqual(byScan.map((one) => one._id).sort());
    }
  });

  it('removes what a TTL index says is over', async () => {
    const admin = connection.getClient().db('admin');
    await admin.command({ setParameter: 1, ttlMonitorSleepSecs: 1 });
    const tokens = connection.collection<{ name: string; at?: unknown }>('tokens');
    await tokens.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    const now = Date.now();
    await tokens.insertMany([
      { name: 'old', at: new Date(now - 61_000) },
      { name: 'young', at: new Date(now) },
      { name: 'one of many', at: [new Date(now + 1e6), new Date(now - 1e6)] },
      { name: 'no date', at: 5 },
      { name: 'nothing' },
    ]);
    const remaining = async () => {
      const left = await tokens.find().sort({ name: 1 }).toArray();
      return left.map((one) => one.name);
    };
    while ((await remaining()).some((name) => name === 'old' || name === 'one of many')) {
      await sleep(50);
    }
    expect(await remaining()).toEqual(['no date', 'nothing', 'young']);
    await admin.command({ setParameter: 1, ttlMonitorSleepSecs: 60 });
  });
});

describe('transactions', () => {
  it('puts what runs inside connection.transaction() into one', async () => {
    const Counter = connection.model(
      'Counter',
      new Schema({ name: { type: String, unique: true }, n: Number }),
    );
    await Counter.init();
    await Counter.create({ name: 'a', n: 1 });
    await expect(
      connection.transaction(async () => {
        await Counter.updateOne({ name: 'a' }, { $inc: { n: 1 } });
        await Counter.create({ name: 'b', n: 1 });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await Counter.countDocuments()).toBe(1);
    const adding = Array.from({ length: 5 }, () =>
      connection.transaction(async () => {
        const counter = await Counter.findOne({ name: 'a' }).orFail();
        counter.n = (counter.n ?? 0) + 1;
        await counter.save();
      }),
    );
    await Promise.all(adding);
    expect((await Counter.findOne({ name: 'a' }))?.n).toBe(6);
  });
});

describe('its like', () => {
  it('stores files with GridFS', async () => {
    const bucket = new mongoose.mongo.GridFSBucket(connection.getClient().db('app'), {
      chunkSizeBytes: 1000,
    });
    const content = Buffer.alloc(25_500, 'abcdefg');
    const upload = bucket.openUploadStream('notes.txt', { metadata: { by: 'ann' } });
    upload.end(content);
    await finished(upload);
    const chunks: Buffer[] = [];
    for await (const chunk of bucket.openDownloadStreamByName('notes.txt', {
      start: 10,
      end: 20_010,
    }))
      chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(content.subarray(10, 20_010))).toBe(true);
    expect(await bucket.find({ 'metadata.by': 'ann' }).toArray()).toHaveLength(1);
    await bucket.delete(upload.id);
    expect(await connection.collection('fs.chunks').countDocuments()).toBe(0);
  });

  it('keeps the sessions of express with connect-mongo', async () => {
    const store = MongoStore.create({
      mongoUrl: engine.uri,
      dbName: 'app',
      ttl: 100,
      touchAfter: 0,
    });
    const session = { cookie: { maxAge: 1000 }, user: 'ann' } as unknown as SessionData;
    const call = <T>(run: (done: (error: unknown, value?: T) => void) => void) =>
      new Promise<T | undefined>((resolve, reject) =>
        run((error, value) => (error ? reject(error) : resolve(value))),
      );
    await call((done) => store.set('sid', session, done));
    expect(await call((done) => store.get('sid', done as never))).toMatchObject({ user: 'ann' });
    await call((done) => store.touch('sid', session as never, done));
    expect(await call((done) => store.length(done as never))).toBe(1);
    await call((done) => store.destroy('sid', done));
    expect(await call((done) => store.get('sid', done as never))).toBeFalsy();
    await store.close();
  });
});
