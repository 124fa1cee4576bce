import { Long } from 'bson';
import { type Doc, encode } from '../bson/codec';
import { badValue, type EngineError, failedToParse, onlyFields } from '../errors';
import { insertDoc } from '../modify';
import type { Reply } from '../wire';
import {
  boolOr,
  checkBatch,
  checkCollation,
  checkName,
  docsOf,
  knownFields,
  requiredDoc,
  statementsOf,
} from './arguments';
import { type Command, type Context, collectionNamed } from './context';
import { cursorReply, hintOf } from './read';
import { updateMany, updateOne, updaterOf } from './update';
import { collectionFor, isFatal, remove } from './write';

interface Totals extends Doc {
  nErrors: number;
  nInserted: number;
  nMatched: number;
  nModified: number;
  nUpserted: number;
  nDeleted: number;
}

/** The `bulkWrite` command: operations on several collections in one message. */
async function bulkWrite(context: Context): Promise<Reply> {
  const { body } = context;
  knownFields(
    body,
    'bulkWrite',
    'bulkWrite',
    'ops',
    'nsInfo',
    'ordered',
    'errorsOnly',
    'cursor',
    'let',
    'bypassDocumentValidation',
  );
  const ops = statementsOf(context, 'ops');
  const spaces = (
    context.sequences.has('nsInfo') ? statementsOf(context, 'nsInfo') : docsOf(body, 'nsInfo')
  ).map((one) => String(one['ns']));
  checkBatch(ops.length);
  checkSpaces(spaces);
  for (const op of ops) checkOperation(op, spaces.length);
  const ordered = boolOr(body, 'ordered', true);
  const errorsOnly = boolOr(body, 'errorsOnly', false);
  const totals: Totals = {
    nErrors: 0,
    nInserted: 0,
    nMatched: 0,
    nModified: 0,
    nUpserted: 0,
    nDeleted: 0,
  };
  const results: Doc[] = [];
  for (const [idx, op] of ops.entries()) {
    try {
      const result = await runOne(context, op, spaces, totals);
      if (!errorsOnly) results.push({ ok: 1, idx, ...result });
    } catch (error) {
      if (isFatal(error)) throw error;
      const { code, message, extra } = error as EngineError;
      totals.nErrors++;
      const failed = { ok: 0, idx, code, errmsg: message, ...extra, n: 0 };
      results.push(isUpdate(op) ? { ...failed, nModified: 0 } : failed);
      if (ordered) break;
    }
  }
  const answer = cursorReply('firstBatch', results.map(encode), Long.ZERO, 'admin.$cmd.bulkWrite');
  return { ...answer, fields: totals };
}

const OPERATIONS: Record<string, { needs: string[]; may: string[] } | undefined> = {
  insert: { needs: ['document'], may: [] },
  update: {
    needs: ['filter', 'updateMods'],
    may: [
      ...['multi', 'upsert', 'upsertSupplied', 'arrayFilters', 'hint', 'sort'],
      ...['constants', 'collation', 'sampleId'],
    ],
  },
  delete: { needs: ['filter'], may: ['multi', 'hint', 'collation', 'sampleId'] },
};

/** What makes the whole command invalid, in whichever operation it stands. */
function checkOperation(op: Doc, spaces: number): void {
  const kind = Object.keys(op)[0] ?? '';
  const shape = Object.hasOwn(OPERATIONS, kind) ? OPERATIONS[kind] : undefined;
  if (!shape) throw failedToParse(`unknown bulkWrite operation '${kind}'`);
  onlyFields(op, 'bulkWrite.ops', kind, ...shape.needs, ...shape.may);
  for (const field of shape.needs)
    if (field === 'updateMods') {
      if (op[field] === undefined) requiredDoc(op, field);
    } else requiredDoc(op, field);
  checkCollation(op);
  const index = Number(op[kind]);
  if (!(index >= 0 && index < spaces))
    throw badValue(`BulkWrite ops entry has an invalid nsInfo index: ${index}`);
}

function checkSpaces(spaces: string[]): void {
  for (const ns of spaces) {
    const [db, name] = parted(ns);
    checkName(db, name);
  }
  if (new Set(spaces).size < spaces.length)
    throw badValue("bulkWrite's 'nsInfo' names a collection twice");
}

const parted = (ns: string): [string, string] => {
  const dot = ns.indexOf('.');
  return [ns.slice(0, Math.max(dot, 0)), ns.slice(dot + 1)];
};

const isUpdate = (op: Doc): boolean => op['update'] !== undefined;

async function runOne(context: Context, op: Doc, spaces: string[], totals: Totals): Promise<Doc> {
  const kind = Object.keys(op)[0] ?? '';
  const [db, name] = parted(spaces[Number(op[kind])] as string);
  const own: Context = { ...context, db };
  if (kind === 'insert') {
    const collection = await collectionFor(own, name);
    const document = requiredDoc(op, 'document');
    await context.access.write((writer) => insertDoc(own, writer, collection, document));
    totals.nInserted++;
    return { n: 1 };
  }
  const target = {
    filter: op['filter'] as Doc,
    sort: op['sort'] as Doc | undefined,
    hint: hintOf(op['hint']),
  };
  if (kind === 'delete') {
    const collection = collectionNamed(own, name);
    const n = collection
      ? await remove(own, collection, target, !boolOr(op, 'multi', false), () => {})
      : 0;
    totals.nDeleted += n;
    return { n };
  }
  return runUpdate(own, name, op, target, totals);
}

async function runUpdate(
  context: Context,
  name: string,
  op: Doc,
  target: { filter: Doc; sort: Doc | undefined; hint: unknown },
  totals: Totals,
): Promise<Doc> {
  const upsert = boolOr(op, 'upsert', false);
  const multi = boolOr(op, 'multi', false);
  const updater = updaterOf(
    context,
    op['updateMods'],
    upsert,
    op['arrayFilters'],
    op['constants'] as Doc | undefined,
  );
  const collection =
    collectionNamed(context, name) ?? (upsert ? await collectionFor(context, name) : undefined);
  if (!collection) return { n: 0, nModified: 0 };
  const statement = { ...target, updater, upsert, multi };
  const result = await (multi
    ? updateMany(context, collection, statement)
    : updateOne(context, collection, statement, () => {}));
  totals.nMatched += result.matched;
  totals.nModified += result.modified;
  if (result.upsertedId === undefined) return { n: result.matched, nModified: result.modified };
  totals.nUpserted++;
  return { n: 1, nModified: 0, upserted: { _id: result.upsertedId } };
}

export const BULK_COMMANDS: Record<string, Command> = {
  bulkWrite: { run: bulkWrite, inTransaction: true, admin: true },
};
