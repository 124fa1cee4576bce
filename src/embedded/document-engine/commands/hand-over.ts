import { Long } from 'bson';
import { encode } from '../bson/codec';
import type { Reply } from '../wire';
import { AGGREGATE_COMMANDS } from './aggregate';
import type { Command, Context } from './context';
import { cursorReply, READ_COMMANDS } from './read';

/** The commands that the thread of long reads can take over. */
export const READ_IN_THREAD: Record<string, Command['run'] | undefined> = {
  find: READ_COMMANDS['find']?.run,
  count: READ_COMMANDS['count']?.run,
  distinct: READ_COMMANDS['distinct']?.run,
  aggregate: AGGREGATE_COMMANDS['aggregate']?.run,
};

/** Begins a read again in the thread of long reads; its cursor is read through this one. */
export async function handOver(context: Context): Promise<Reply> {
  const { engine, name, db, body, env, deadline, session } = context;
  const thread = engine.longReads;
  if (!thread) throw new Error('there is no thread of long reads');
  const request = { name, db, body: encode(body), now: env.now.getTime(), deadline };
  const { fields, batch, job } = await thread.open(request);
  if (!batch) return { fields };
  const id = batch.done
    ? Long.ZERO
    : engine.cursors.add({
        namespace: batch.ns,
        session: session?.id ?? '',
        transaction: null,
        read: (most, bytes) => thread.more(job, most, bytes),
        close: () => thread.close(job),
      });
  return cursorReply('firstBatch', batch.docs, id, batch.ns);
}
