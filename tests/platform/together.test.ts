import mongoose, { model, Schema } from 'mongoose';
import { inTransaction, readerTogether } from '../../src/platform/db';
import { useApp } from '../support/app';

interface Row {
  _id: string;
  value: number;
  other?: number;
}

const Kept = model('TestKept', new Schema<Row>({ _id: String, value: Number, other: Number }));
const read = readerTogether<Row>(Kept, (id) => id, { value: 1 });

useApp();

beforeEach(async () => {
  await Kept.deleteMany({});
  await Kept.insertMany(
    Array.from({ length: 230 }, (_, i) => ({ _id: `k${i}`, value: i, other: 1 })),
  );
});
afterAll(() => {
  mongoose.deleteModel('TestKept');
});

describe('documents that are read together', () => {
  test('each caller gets their own, and null where there is none', async () => {
    const found = await Promise.all(Array.from({ length: 240 }, (_, i) => read(`k${i}`)));
    expect(found.map((row) => row?.value)).toEqual(
      Array.from({ length: 240 }, (_, i) => (i < 230 ? i : undefined)),
    );
    expect(found[0]).toEqual({ _id: 'k0', value: 0 });
  });

  test('go over the wire as one question, and two who ask for the same share nothing', async () => {
    const find = jest.spyOn(Kept.collection, 'find');
    const [a, b, same] = await Promise.all([read('k1'), read('k2'), read('k1')]);
    expect(find).toHaveBeenCalledTimes(1);
    find.mockRestore();
    expect([a?.value, b?.value]).toEqual([1, 2]);
    expect(same).toEqual(a);
    expect(same).not.toBe(a);
  });

  test('that nobody changes are read once for all who ask at the same moment, and anew afterwards', async () => {
    const readShared = readerTogether<Row>(Kept, (id) => id, undefined, { shared: true });
    const find = jest.spyOn(Kept.collection, 'find');
    const [a, same] = await Promise.all([readShared('k1'), readShared('k1')]);
    expect(find).toHaveBeenCalledTimes(1);
    find.mockRestore();
    expect(same).toBe(a);
    await Kept.updateOne({ _id: 'k1' }, { $set: { value: 78 } });
    expect((await readShared('k1'))?.value).toBe(78);
  });

  test('see what was written before they were asked for', async () => {
    const [before] = await Promise.all([read('k1'), read('k2')]);
    await Kept.updateOne({ _id: 'k1' }, { $set: { value: 77 } });
    expect([before?.value, (await read('k1'))?.value]).toEqual([1, 77]);
  });

  test('inside a transaction are read in it', async () => {
    await inTransaction(async () => {
      await Kept.updateOne({ _id: 'k3' }, { $set: { value: 99 } });
      expect((await read('k3'))?.value).toBe(99);
    });
  });

  test('fail for everyone who asked', async () => {
    const find = jest.spyOn(Kept.collection, 'find').mockImplementation(() => {
      throw new Error('the database is away');
    });
    const results = await Promise.allSettled([read('k1'), read('k2')]);
    find.mockRestore();
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
