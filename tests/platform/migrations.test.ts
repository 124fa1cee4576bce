import mongoose from 'mongoose';
import { connectDb, disconnectDb } from '../../src/platform/db';
import { logger } from '../../src/platform/logger';
import {
  DatabaseIsNewer,
  type Migration,
  migrate,
  migrationState,
} from '../../src/platform/migrations';
import { MIGRATIONS } from '../../src/platform/migrations/steps';
import { enrolmentsByPlace } from '../../src/platform/migrations/steps/0004-enrolments-by-place';
import { mongodbUri } from '../support/services';

beforeAll(async () => {
  logger.level = 'silent';
  await connectDb(mongodbUri('migrations'));
});
beforeEach(() => mongoose.connection.dropDatabase());
afterAll(async () => {
  await mongoose.connection.dropDatabase();
  await disconnectDb();
});

const db = () => {
  if (!mongoose.connection.db) throw new Error('no connection');
  return mongoose.connection.db;
};

/** Each run leaves a mark. */
const marking = (number: number, options: Partial<Migration> = {}): Migration => ({
  number,
  name: `tests: change ${number}`,
  needs: 0,
  run: async (target) => {
    await target.collection('marks').insertOne({ number });
  },
  ...options,
});
const marks = async () => {
  const rows = await db().collection<{ number: number }>('marks').find().sort({ _id: 1 }).toArray();
  return rows.map(({ number }) => number);
};
const numbers = (migrations: readonly Migration[]) => migrations.map(({ number }) => number);

test('those of this house are numbered without gaps and named once', () => {
  expect(numbers(MIGRATIONS)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  expect(new Set(MIGRATIONS.map(({ name }) => name)).size).toBe(MIGRATIONS.length);
  for (const { needs, number } of MIGRATIONS) expect(needs).toBeLessThanOrEqual(number);
});

test('what an index of before costs goes with it, also where it is gone already', async () => {
  const indexes = async () => {
    const found = await db().collection('enrolments').indexes();
    return found.map(({ name }) => name);
  };
  await enrolmentsByPlace.run(db());
  await db().collection('enrolments').createIndex({ organisationPath: 1, status: 1, dueOn: 1 });
  await db().collection('enrolments').createIndex({ organisationPath: 1 });
  for (let times = 0; times < 2; times += 1) await enrolmentsByPlace.run(db());
  expect(await indexes()).toEqual(['_id_', 'organisationPath_1']);
});

test('each runs once, in order, however many start at the same moment', async () => {
  const known = [marking(1), marking(2), marking(3)];
  const runs = await Promise.all(Array.from({ length: 5 }, () => migrate(known)));
  expect(await marks()).toEqual([1, 2, 3]);
  expect(runs.flatMap(numbers)).toEqual([1, 2, 3]);
  expect(await migrate(known)).toEqual([]);
  expect(numbers(await migrate([...known, marking(4)]))).toEqual([4]);
  expect(await marks()).toEqual([1, 2, 3, 4]);
});

test('one that was cut off is begun anew, and those before it are not', async () => {
  const failing = marking(2, { run: () => Promise.reject(new Error('cut off')) });
  await expect(migrate([marking(1), failing])).rejects.toThrow('cut off');
  expect(numbers((await migrationState([marking(1), marking(2)])).pending)).toEqual([2]);
  await migrate([marking(1), marking(2)]);
  expect(await marks()).toEqual([1, 2]);
});

test('the version before goes on beside what only adds, and not beside what takes away', async () => {
  const before = [marking(1)];
  const adds = marking(2, { needs: 1 });
  await migrate([...before, adds]);
  expect(await migrate(before)).toEqual([]);
  expect((await migrationState(before)).unknown.map(({ _id }) => _id)).toEqual([2]);
  await migrate([...before, adds, marking(3, { needs: 2 })]);
  // Who knows what was added can go on; who does not must not start.
  expect(await migrate([...before, adds])).toEqual([]);
  await expect(migrate(before)).rejects.toThrow(DatabaseIsNewer);
  await expect(migrate(before)).rejects.toThrow('has been through change 3');
});

test('a database of another house is refused', async () => {
  await migrate([marking(1)]);
  const other = marking(1, { name: 'others: something else' });
  await expect(migrate([other])).rejects.toThrow('do not belong together');
});

test('1: enrolments get the fields of a due date, those that have one keep it', async () => {
  const rows = db().collection<{ _id: number; [name: string]: unknown }>('enrolments');
  await rows.insertMany(Array.from({ length: 2_300 }, (_, _id) => ({ _id, status: 'active' })));
  await rows.updateOne({ _id: 1_500 }, { $set: { dueOn: '2026-12-31', enrolledBy: 'someone' } });
  const [first] = MIGRATIONS;
  await first?.run(db());
  await first?.run(db());
  expect(await rows.countDocuments({ dueOn: { $type: 'null' }, enrolledBy: null })).toBe(2_299);
  expect(await rows.findOne({ _id: 1_500 })).toMatchObject({
    dueOn: '2026-12-31',
    enrolledBy: 'someone',
    status: 'active',
  });
});
