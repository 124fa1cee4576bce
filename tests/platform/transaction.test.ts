import mongoose, { model, Schema } from 'mongoose';
import { AuditLog, audit } from '../../src/platform/audit';
import { runInContext } from '../../src/platform/context';
import { inTransaction, isDuplicateKey, isInTransaction } from '../../src/platform/db';
import { useApp } from '../support/app';

const Counter = model(
  'TestCounter',
  new Schema({ name: { type: String, unique: true }, value: Number }, { versionKey: false }),
);

useApp();

beforeEach(async () => {
  await Counter.deleteMany({});
  await Counter.create({ name: 'a', value: 0 });
});
afterAll(() => {
  mongoose.deleteModel('TestCounter');
});

const valueIn = async (name: string) => (await Counter.findOne({ name }).lean())?.value;

describe('a transaction', () => {
  test('is all or nothing, and its work knows that it is in one', async () => {
    await expect(
      inTransaction(async () => {
        expect(isInTransaction()).toBe(true);
        await Counter.updateOne({ name: 'a' }, { $inc: { value: 1 } });
        await Counter.create({ name: 'b', value: 1 });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(isInTransaction()).toBe(false);
    expect(await valueIn('a')).toBe(0);
    expect(await valueIn('b')).toBeUndefined();
  });

  test('inside another one joins it', async () => {
    await expect(
      inTransaction(async () => {
        await inTransaction(() => Counter.updateOne({ name: 'a' }, { $inc: { value: 1 } }));
        throw new Error('the outer one fails');
      }),
    ).rejects.toThrow('outer');
    expect(await valueIn('a')).toBe(0);
  });

  test('is tried again after a conflict: twenty at once all count', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () =>
        inTransaction(async () => {
          const row = await Counter.findOne({ name: 'a' }).lean();
          await Counter.updateOne({ name: 'a' }, { $set: { value: (row?.value ?? 0) + 1 } });
        }),
      ),
    );
    expect(await valueIn('a')).toBe(20);
  });

  test('a value that is taken is told by its error', async () => {
    const error = await Counter.create({ name: 'a', value: 1 }).catch((each: unknown) => each);
    expect(isDuplicateKey(error)).toBe(true);
    expect(isDuplicateKey(new Error('other'))).toBe(false);
  });
});

describe('the audit log', () => {
  test('is written with the change, by whom and from where', async () => {
    await runInContext({ requestId: 'r1', userId: 'u1', ip: '203.0.113.9' }, () =>
      inTransaction(() =>
        audit({
          action: 'things.change',
          subject: { kind: 'thing', id: 't1' },
          before: { n: 1 },
          after: { n: 2 },
        }),
      ),
    );
    expect(await AuditLog.findOne({ 'subject.id': 't1' }).lean()).toMatchObject({
      action: 'things.change',
      userId: 'u1',
      ip: '203.0.113.9',
      requestId: 'r1',
      before: { n: 1 },
      after: { n: 2 },
    });
  });

  test('is refused outside the transaction of a change', async () => {
    await expect(
      audit({ action: 'things.change', subject: { kind: 'thing', id: 't2' } }),
    ).rejects.toThrow('outside a transaction');
  });
});
