import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { model, Schema } from 'mongoose';
import { isDuplicateKey } from './transaction';

interface LeaseRow {
  _id: string;
  holder: string;
  until: Date;
}

const schema = new Schema<LeaseRow>(
  {
    _id: { type: String, required: true },
    holder: { type: String, required: true },
    until: { type: Date, required: true },
  },
  { collection: 'leases', versionKey: false },
);
const Lease = model('Lease', schema);

const LEASE_MS = 20_000;
const TRY_AGAIN_MS = 100;

const until = () => new Date(Date.now() + LEASE_MS);

async function take(name: string, holder: string): Promise<boolean> {
  try {
    await Lease.updateOne(
      { _id: name, until: { $lte: new Date() } },
      { $set: { holder, until: until() } },
      { upsert: true },
    );
    return true;
  } catch (error) {
    // The row is there and its time is not over: someone holds it.
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/**
 * Runs `work` in one process at a time; others that ask for the same `name` wait their turn. The
 * lease of a killed process runs out by itself. It saves double work; what must not happen twice is
 * held by an index or a condition besides.
 */
export async function withLease<T>(name: string, work: () => Promise<T>): Promise<T> {
  const holder = randomUUID();
  while (!(await take(name, holder))) await wait(TRY_AGAIN_MS);
  return holding(name, holder, work);
}

/** As `withLease`, but where another has it nothing is done. @returns whether the work was done */
export async function withFreeLease(name: string, work: () => Promise<void>): Promise<boolean> {
  const holder = randomUUID();
  if (!(await take(name, holder))) return false;
  await holding(name, holder, work);
  return true;
}

async function holding<T>(name: string, holder: string, work: () => Promise<T>): Promise<T> {
  const keep = setInterval(() => {
    Lease.updateOne({ _id: name, holder }, { $set: { until: until() } }).catch(() => undefined);
  }, LEASE_MS / 4);
  try {
    return await work();
  } finally {
    clearInterval(keep);
    await Lease.deleteOne({ _id: name, holder });
  }
}
