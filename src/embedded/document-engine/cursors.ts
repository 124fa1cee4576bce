import { Long } from 'bson';
import type { Key } from './bson/keystring';
import { EngineError } from './errors';

/** Results that a client has not read to the end. */
export interface OpenCursor {
  namespace: string;
  /** The session that may read on; '' where there was none. */
  session: Key;
  transaction: object | null;
  /** At most this many documents and bytes; `done` with the last of them. */
  read(most: number, bytes: number): Promise<{ docs: Uint8Array[]; done: boolean }>;
  close(): void;
}

const IDLE_MS = 10 * 60 * 1000;

export class Cursors {
  private readonly open = new Map<string, { cursor: OpenCursor; used: number; busy: boolean }>();

  add(cursor: OpenCursor): Long {
    let id: Long;
    do id = new Long((Math.random() * 2 ** 32) | 0, (Math.random() * 2 ** 31) | 0);
    while (id.isZero() || this.open.has(id.toString()));
    this.open.set(id.toString(), { cursor, used: Date.now(), busy: false });
    return id;
  }

  get size(): number {
    return this.open.size;
  }

  /** Reads on; the cursor is gone when it is done. */
  async more(id: string, check: (cursor: OpenCursor) => void, most: number, bytes: number) {
    const entry = this.open.get(id);
    if (!entry) throw new EngineError(43, 'CursorNotFound', `cursor id ${id} not found`);
    check(entry.cursor);
    if (entry.busy)
      throw new EngineError(12051, 'CursorInUse', `cursor id ${id} is already in use`);
    entry.busy = true;
    entry.used = Date.now();
    try {
      const batch = await entry.cursor.read(most, bytes);
      if (batch.done) this.kill(id);
      return batch;
    } catch (error) {
      this.kill(id);
      throw error;
    } finally {
      entry.busy = false;
    }
  }

  kill(id: string): boolean {
    const entry = this.open.get(id);
    if (!entry) return false;
    this.open.delete(id);
    entry.cursor.close();
    return true;
  }

  /** Closes those of an ended session, and those that nobody has read for ten minutes. */
  closeWhere(session: Key | null): void {
    const limit = Date.now() - IDLE_MS;
    for (const [id, { cursor, used, busy }] of this.open)
      if (session === null ? used < limit && !busy : cursor.session === session) this.kill(id);
  }

  /** Drops what reads a namespace that is no more. */
  closeAll(): void {
    for (const id of [...this.open.keys()]) this.kill(id);
  }
}
