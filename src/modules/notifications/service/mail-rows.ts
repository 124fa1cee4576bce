import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { isDuplicateKey } from '../../../platform/db';
import { now } from '../../../shared/clock';
import { MailSend, type MailSendRow } from '../model';
import type { Notice } from '../notice';

/** A try that lives keeps its lease up; that of one that died is free when its queue brings it again. */
const LEASE_MS = 15_000;
const KEEP_UP_MS = LEASE_MS / 4;

const leaseEnd = (time: Date): Date => new Date(time.getTime() + LEASE_MS);

type Write = Parameters<typeof MailSend.bulkWrite>[0][number];

/** Mails that this try may send, and what is in the way of others. */
export interface Leased {
  readonly holder: string;
  readonly own: Notice[];
  /** Others are at these: their queue tries again. */
  readonly busy: number;
}

/** Takes the rows of these mails for one try, or makes them; without those that are done with. */
export async function leaseMails(notices: readonly Notice[]): Promise<Leased> {
  const holder = randomUUID();
  const time = now();
  const writes = notices.map(
    ({ key, userId, kind }): Write => ({
      updateOne: {
        filter: {
          sendKey: key,
          status: { $in: ['waiting', 'failed'] },
          leasedUntil: { $lte: time },
        },
        update: {
          $set: { leasedUntil: leaseEnd(time), holder },
          $inc: { tries: 1 },
          $setOnInsert: { userId, kind, status: 'waiting', createdAt: time, at: time },
        },
        upsert: true,
      },
    }),
  );
  const taken = await refusedOf(writes);
  if (taken.size === 0) return { holder, own: [...notices], busy: 0 };
  // These rows are there and not free: the mail is done with, or someone is at it.
  const others = notices.filter((_, place) => taken.has(place));
  const done = await MailSend.countDocuments({
    sendKey: { $in: others.map(({ key }) => key) },
    status: { $in: ['sent', 'skipped'] },
  });
  return {
    holder,
    own: notices.filter((_, place) => !taken.has(place)),
    busy: others.length - done,
  };
}

/** Places of the writes that the unique key refused. */
async function refusedOf(writes: Write[]): Promise<Set<number>> {
  try {
    await MailSend.bulkWrite(writes, { ordered: false });
    return new Set();
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
    const faults = [error.writeErrors].flat();
    if (faults.length === 0 || !faults.every(isDuplicateKey)) throw error;
    return new Set(faults.map(({ index }) => index));
  }
}

/** Keeps the leases of a try up until it is told to stop. */
export function keepUp({ holder, own }: Leased): () => void {
  const rows = { sendKey: { $in: own.map(({ key }) => key) }, holder };
  const timer = setInterval(() => {
    MailSend.updateMany(rows, { $set: { leasedUntil: leaseEnd(now()) } }).catch(() => undefined);
  }, KEEP_UP_MS).unref();
  return () => clearInterval(timer);
}

/**
 * Writes down what became of mails: the first at once, and those that come while it is being written
 * together as soon as it is.
 */
export class Marks {
  readonly #holder: string;
  readonly #waiting: Write[] = [];
  #writing: Promise<void> | undefined;
  #fault: { error: unknown } | undefined;

  constructor(holder: string) {
    this.#holder = holder;
  }

  /** @throws when one before it could not be written: nothing more is to be sent then */
  add({ key }: Notice, status: MailSendRow['status'], reason: string | null): void {
    // Sent is sent, even when another try took the row over meanwhile.
    const filter = status === 'sent' ? { sendKey: key } : { sendKey: key, holder: this.#holder };
    const update = {
      $set: { status, reason, at: now(), leasedUntil: new Date(0), holder: null },
    };
    this.#waiting.push({ updateOne: { filter, update } });
    if (this.#fault) throw this.#fault.error;
    this.#writing ??= this.#write();
  }

  /**
   * Resolves when all are written; those that could not be are tried once more, or their mails would
   * go out again. @throws when one could not be
   */
  async end(): Promise<void> {
    await this.#writing;
    if (this.#fault) await MailSend.bulkWrite(this.#waiting);
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#fault) {
      const writes = this.#waiting.splice(0);
      try {
        await MailSend.bulkWrite(writes, { ordered: false });
      } catch (error) {
        this.#waiting.unshift(...writes);
        this.#fault = { error };
      }
    }
    this.#writing = undefined;
  }
}
