import { PlainAccess, TransactionAccess } from '../access';
import type { Doc } from '../bson/codec';
import type { Engine } from '../engine';
import { EngineError } from '../errors';
import type { Session } from '../sessions';
import type { Message, Reply } from '../wire';
import { AGGREGATE_COMMANDS } from './aggregate';
import { countOf, isDoc, isNumber } from './arguments';
import { BULK_COMMANDS } from './bulk-write';
import { COLLECTION_COMMANDS } from './collections';
import { type Command, type Context, MAX_REGEX_MS, type Retry, TooLongHere } from './context';
import { EXPLAIN_COMMANDS } from './explain';
import { FIND_AND_MODIFY_COMMANDS } from './find-and-modify';
import { handOver } from './hand-over';
import { HANDSHAKE_COMMANDS } from './handshake';
import { INDEX_COMMANDS } from './indexes';
import { READ_COMMANDS } from './read';
import { SESSION_COMMANDS, sessionKey } from './session-commands';
import { UPDATE_COMMANDS } from './update';
import { WRITE_COMMANDS } from './write';

const COMMANDS = new Map<string, Command>(
  Object.entries({
    ...HANDSHAKE_COMMANDS,
    ...READ_COMMANDS,
    ...WRITE_COMMANDS,
    ...UPDATE_COMMANDS,
    ...FIND_AND_MODIFY_COMMANDS,
    ...BULK_COMMANDS,
    ...AGGREGATE_COMMANDS,
    ...COLLECTION_COMMANDS,
    ...INDEX_COMMANDS,
    ...SESSION_COMMANDS,
    ...EXPLAIN_COMMANDS,
  }),
);
/** About 50 ms of work. */
const PATIENCE = 25;

/** Runs one command and answers it; what goes wrong becomes a reply with `ok: 0`. */
export async function dispatch(
  engine: Engine,
  message: Message,
  connection: object,
): Promise<Reply> {
  const { body, sequences } = message;
  const name = Object.keys(body)[0] ?? '';
  try {
    const command = COMMANDS.get(name);
    if (!command) throw new EngineError(59, 'CommandNotFound', `no such command: '${name}'`);
    const db = body['$db'];
    if (typeof db !== 'string')
      throw new EngineError(40571, 'Location40571', 'OP_MSG requests require a $db argument');
    if (command.admin && db !== 'admin')
      throw new EngineError(
        13,
        'Unauthorized',
        `${name} may only be run against the admin database.`,
      );
    engine.counters.set(name, (engine.counters.get(name) ?? 0) + 1);
    engine.tick();
    const context = contextOf(engine, name, body, db, sequences, connection);
    const result = await withSession(context, command);
    return { ...result, fields: succeed(engine, result.fields) };
  } catch (error) {
    return { fields: failure(engine, error) };
  }
}

function contextOf(
  engine: Engine,
  name: string,
  body: Doc,
  db: string,
  sequences: Map<string, Uint8Array[]>,
  connection: object,
): Context {
  const most = countOf(body, 'maxTimeMS') || Number.POSITIVE_INFINITY;
  const deadline = Date.now() + most;
  return {
    engine,
    name,
    body,
    db,
    sequences,
    env: {
      now: new Date(),
      clusterTime: engine.now(),
      let: body['let'] as Doc | undefined,
      maxRegexMs: MAX_REGEX_MS,
    },
    access: new PlainAccess(engine.store, engine.scans, deadline),
    session: body['lsid'] === undefined ? null : engine.sessions.of(sessionKey(body['lsid'])),
    retry: null,
    deadline,
    connection,
    patience: null,
  };
}

const invalid = (message: string): EngineError => new EngineError(72, 'InvalidOptions', message);
const notInTransaction = (message: string): EngineError =>
  new EngineError(263, 'OperationNotSupportedInTransaction', message);

const isGiven = (v: unknown): boolean => isDoc(v) && Object.keys(v).length > 0;

/** The fields that make a command a part of a transaction must fit each other. */
function checkTransactionFields({ body }: Context): void {
  const { txnNumber, autocommit, startTransaction } = body;
  if (startTransaction !== undefined && startTransaction !== true)
    throw invalid('Specifying startTransaction=false is not allowed.');
  if (startTransaction !== undefined && autocommit === undefined)
    throw invalid("'startTransaction' field requires 'autocommit' field to also be specified");
  if (autocommit === undefined) return;
  if (txnNumber === undefined)
    throw invalid("'autocommit' field requires a transaction number to also be specified");
  if (autocommit !== false) throw invalid('Specifying autocommit=true is not allowed.');
}

/** What a command inside of a transaction may not do, or say. */
function checkInTransaction({ body, name, db }: Context, command: Command): void {
  if (!command.inTransaction)
    throw notInTransaction(`Cannot run '${name}' in a multi-document transaction.`);
  if (name === 'commitTransaction' || name === 'abortTransaction') return;
  if (isGiven(body['writeConcern']))
    throw invalid('writeConcern is not allowed within a multi-statement transaction');
  if (body['startTransaction'] === undefined && isGiven(body['readConcern']))
    throw invalid('Only the first command in a transaction may specify a readConcern');
  if (db === 'local' || db === 'config')
    throw notInTransaction(`Cannot run command against the '${db}' database in a transaction`);
}

async function withSession(context: Context, command: Command): Promise<Reply> {
  const { session, body } = context;
  checkTransactionFields(context);
  const number = body['txnNumber'];
  if (number === undefined) return run(context, command);
  if (!session || !isNumber(number)) throw invalid('a transaction number needs a session');
  const asked = BigInt(String(number));
  return session.turns.take(() =>
    body['autocommit'] === undefined
      ? runRetryable(context, command, session, asked)
      : runInTransaction(context, command, session, asked),
  );
}

async function run(context: Context, command: Command): Promise<Reply> {
  if (command.movable && context.engine.longReads) context.patience = { slices: PATIENCE };
  try {
    const result = await command.run(context);
    // What is left of its cursor is read here.
    if (context.patience) context.patience.slices = Number.POSITIVE_INFINITY;
    return result;
  } catch (error) {
    if (!(error instanceof TooLongHere)) throw error;
    return await handOver(context);
  } finally {
    context.access.release();
  }
}

async function runRetryable(
  context: Context,
  command: Command,
  session: Session,
  number: bigint,
): Promise<Reply> {
  if (!command.retryable)
    throw new EngineError(
      50768,
      'NotARetryableWriteCommand',
      'txnNumber may only be provided for multi-document transactions and retryable write commands',
    );
  const memory = session.memory;
  const known = memory !== null && memory.number === number && !memory.committed;
  if (known && memory.finished) return { fields: memory.reply ?? {} };
  session.advance(number);
  const retry: Retry = {
    next: known ? memory.next : 0,
    reply: known ? memory.reply : null,
    remember: (writer, next, reply, finished) =>
      context.engine.sessions.remember(writer, session, {
        number,
        next,
        reply,
        finished,
        committed: false,
      }),
  };
  return run({ ...context, retry }, command);
}

async function runInTransaction(
  context: Context,
  command: Command,
  session: Session,
  number: bigint,
): Promise<Reply> {
  const { engine, body, name } = context;
  checkInTransaction(context, command);
  session.connection = context.connection;
  if (name === 'commitTransaction' || name === 'abortTransaction') return command.run(context);
  const transaction =
    body['startTransaction'] === true
      ? session.begin(engine.store, engine.catalog, number)
      : session.current(number);
  try {
    const result = await command.run({
      ...context,
      access: new TransactionAccess(transaction, engine.scans),
    });
    // What one statement met, of a bulkWrite too, ends the whole transaction.
    const failed = result.fields['writeErrors'] !== undefined || !!result.fields['nErrors'];
    if (failed) transaction.abort();
    // It may have been ended meanwhile, by its age or by its client.
    if (transaction.state !== 'active' && !failed) session.current(number);
    return result;
  } catch (error) {
    transaction.abort();
    throw error;
  }
}

function succeed(engine: Engine, fields: Doc): Doc {
  return {
    ...fields,
    ok: 1,
    $clusterTime: engine.clusterTime(),
    operationTime: engine.now(),
  };
}

/** The reply of a command that failed. */
export function failure(engine: Engine, error: unknown): Doc {
  const known = asEngineError(error);
  return {
    ok: 0,
    errmsg: known.message,
    code: known.code,
    codeName: known.codeName,
    ...known.extra,
    ...(known.labels.length > 0 && { errorLabels: known.labels }),
    $clusterTime: engine.clusterTime(),
    operationTime: engine.now(),
  };
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  if (error instanceof RangeError && /call stack/i.test(error.message))
    return new EngineError(15, 'Overflow', 'the request is nested too deeply');
  const message = error instanceof Error ? error.message : String(error);
  return new EngineError(8, 'UnknownError', message);
}
