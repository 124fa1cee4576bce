import { randomUUID } from 'node:crypto';
import { Binary } from 'bson';
import type { Doc } from '../bson/codec';
import { type Key, keyFromBytes } from '../bson/keystring';
import { EngineError, typeMismatch } from '../errors';
import type { Session } from '../sessions';
import { type Command, type Context, reply } from './context';

/** The id of a session as a key; 14 where it is none. */
export function sessionKey(lsid: unknown): Key {
  const id = (lsid as { id?: unknown } | null)?.id;
  if (!(id instanceof Binary) || id.position !== 16)
    throw typeMismatch("BSON field 'lsid.id' must be a UUID");
  return keyFromBytes(id.buffer.subarray(0, 16));
}

function startSession() {
  const id = new Binary(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), Binary.SUBTYPE_UUID);
  return reply({ id: { id }, timeoutMinutes: 30 });
}

function endSessions({ body, engine }: Context) {
  for (const name of ['endSessions', 'killSessions'] as const) {
    const list = body[name];
    if (!Array.isArray(list)) continue;
    for (const lsid of list as Doc[]) {
      const key = sessionKey(lsid);
      engine.cursors.closeWhere(key);
      engine.sessions.end(key);
    }
  }
  return reply();
}

/** The session and the number of a transaction; 125 outside of one. */
function numbered({ session, body, name }: Context): { session: Session; number: bigint } {
  if (!session || body['txnNumber'] === undefined)
    throw new EngineError(125, 'CommandFailed', `${name} must be run within a transaction`);
  return { session, number: BigInt(String(body['txnNumber'])) };
}

async function commitTransaction(context: Context) {
  const { session, number } = numbered(context);
  const committed = session.memory?.number === number && session.memory.committed;
  if (committed && session.number === number) return reply();
  const memory = { number, next: 0, reply: null, finished: true, committed: true };
  await session
    .current(number)
    .commit((writer) => context.engine.sessions.remember(writer, session, memory));
  return reply();
}

function abortTransaction(context: Context) {
  const { session, number } = numbered(context);
  session.current(number).abort();
  return reply();
}

export const SESSION_COMMANDS: Record<string, Command> = {
  startSession: { run: startSession },
  endSessions: { run: endSessions },
  killSessions: { run: endSessions },
  refreshSessions: { run: () => reply() },
  commitTransaction: { run: commitTransaction, inTransaction: true, admin: true },
  abortTransaction: { run: abortTransaction, inTransaction: true, admin: true },
};
