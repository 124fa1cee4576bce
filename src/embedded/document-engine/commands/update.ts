import { stageOf } from '../aggregate/transforms';
import type { Doc } from '../bson/codec';
import type { Collection } from '../catalog';
import { SLICE_MS } from '../cooperate';
import { EngineError, failedToParse, location, missingField, onlyFields } from '../errors';
import type { Matcher } from '../match';
import { refuseExpr } from '../match/compile';
import { insertDoc, replaceRow, withEach, withOne, withOneNow } from '../modify';
import { docOf, type Row } from '../query';
import { Held, type Writer } from '../store';
import { compileUpdate, type Updater } from '../update';
import type { Reply } from '../wire';
import {
  boolOr,
  checkCollation,
  collectionName,
  docsOf,
  isDoc,
  knownFields,
  requiredDoc,
  statementsOf,
} from './arguments';
import { type Command, type Context, collectionNamed, reply } from './context';
import { breathe, hintOf } from './read';
import { collectionFor, Statements } from './write';

export interface UpdateStatement {
  filter: Doc;
  updater: Updater;
  sort: Doc | undefined;
  hint: unknown;
  multi: boolean;
  upsert: boolean;
}

export interface Updated {
  matched: number;
  modified: number;
  upsertedId?: unknown;
  /** The document before and after, where one was asked for. */
  before: Doc | null;
  after: Doc | null;
}

const UPSERT = 'the query predicate for an upsert';

const notAChange = (): EngineError =>
  failedToParse('Update argument must be either an object or an array');

/** The change that an update statement describes, compiled. */
export function updaterOf(
  context: Context,
  u: unknown,
  upsert: boolean,
  arrayFilters: unknown,
  constants?: Doc,
): Updater {
  if (!isDoc(u) && !Array.isArray(u)) throw notAChange();
  if (constants && !Array.isArray(u))
    throw location(51198, 'Constant values may only be specified for pipeline updates');
  const env = constants
    ? { ...context.env, let: { ...context.env.let, ...constants } }
    : context.env;
  return compileUpdate(u as Doc | Doc[], {
    env,
    upsert,
    arrayFilters: arrayFilters === undefined ? undefined : docsOf({ arrayFilters }, 'arrayFilters'),
  });
}

/** Changes the document that was found, or inserts what an upsert describes. */
function changeFound(
  context: Context,
  writer: Writer,
  collection: Collection,
  { updater, upsert, filter }: UpdateStatement,
  row: Row | null,
  matcher: Matcher,
): Updated {
  const result: Updated = { matched: 0, modified: 0, before: null, after: null };
  if (row) {
    result.matched = 1;
    result.before = docOf(row);
    result.after = applyTo(context, writer, collection, updater, row, matcher) ?? result.before;
    result.modified = result.after === result.before ? 0 : 1;
  } else if (upsert) {
    result.after = insertDoc(context, writer, collection, updater.insertFor(filter));
    result.upsertedId = result.after['_id'];
  }
  return result;
}

/** Changes one document, or inserts what an upsert describes. `done` runs in the same write task. */
export async function updateOne(
  context: Context,
  collection: Collection,
  statement: UpdateStatement,
  done: (writer: Writer, result: Updated) => void,
): Promise<Updated> {
  const { upsert, filter } = statement;
  if (upsert) refuseExpr(filter, UPSERT);
  for (let attempt = 0; ; attempt++) {
    try {
      return await withOne(context, collection, statement, (writer, row, matcher) => {
        const result = changeFound(context, writer, collection, statement, row, matcher);
        done(writer, result);
        return result;
      });
    } catch (error) {
      // Another client may have inserted the very document that this upsert looked for.
      const again =
        upsert && attempt < 3 && !context.access.transaction && sameKeyAsked(error, filter);
      if (!again) throw error;
    }
  }
}

function sameKeyAsked(error: unknown, filter: Doc): boolean {
  if (!(error instanceof EngineError) || error.code !== 11000) return false;
  return Object.keys(error.extra['keyPattern'] as Doc).every((path) => Object.hasOwn(filter, path));
}

function applyTo(
  context: Context,
  writer: Writer,
  collection: Collection,
  updater: Updater,
  row: Row,
  matcher: Matcher,
): Doc | null {
  const doc = docOf(row);
  const changed = updater.apply(doc, matcher.testPositional(doc).arrayIndex);
  if (changed) replaceRow(context, writer, collection, row, changed);
  return changed;
}

export async function updateMany(
  context: Context,
  collection: Collection,
  statement: UpdateStatement,
): Promise<Updated> {
  if (statement.upsert) refuseExpr(statement.filter, UPSERT);
  const result: Updated = { matched: 0, modified: 0, before: null, after: null };
  await withEach(context, collection, statement, (writer, row, matcher) => {
    if (applyTo(context, writer, collection, statement.updater, row, matcher)) result.modified++;
    result.matched++;
  });
  if (result.matched > 0 || !statement.upsert) return result;
  return updateOne(context, collection, statement, () => {});
}

/** What makes the whole command invalid, wherever in it. */
function checkUpdate(one: Doc): void {
  onlyFields(
    one,
    'update.updates',
    'q',
    'u',
    'multi',
    'upsert',
    'arrayFilters',
    'hint',
    'collation',
    'c',
    'sort',
    'sampleId',
  );
  checkCollation(one);
  requiredDoc(one, 'q');
  boolOr(one, 'upsert', false);
  if (one['u'] === undefined) throw missingField('update.updates', 'u');
  if (boolOr(one, 'multi', false) && one['sort'] !== undefined)
    throw failedToParse('Cannot specify sort with multi=true');
  if (Array.isArray(one['u'])) one['u'].forEach(stageOf);
  else if (!isDoc(one['u'])) throw notAChange();
}

function updateStatement(context: Context, one: Doc): UpdateStatement {
  const upsert = boolOr(one, 'upsert', false);
  const multi = boolOr(one, 'multi', false);
  const updater = updaterOf(
    context,
    one['u'],
    upsert,
    one['arrayFilters'],
    one['c'] as Doc | undefined,
  );
  if (multi && updater.kind === 'replacement')
    throw failedToParse('multi update is not supported for replacement-style update');
  return {
    filter: requiredDoc(one, 'q'),
    updater,
    sort: one['sort'] as Doc | undefined,
    hint: hintOf(one['hint']),
    multi,
    upsert,
  };
}

async function update(context: Context): Promise<Reply> {
  const { body } = context;
  knownFields(body, 'update', 'update', 'updates', 'ordered', 'bypassDocumentValidation', 'let');
  const name = collectionName(context);
  const statements = statementsOf(context, 'updates');
  statements.forEach(checkUpdate);
  const state = new Statements(context, boolOr(body, 'ordered', true), { n: 0, nModified: 0 });
  while (state.next < statements.length && !state.stopped) {
    const collection = collectionNamed(context, name);
    if (collection && statements.length > 1)
      await updateSeveral(context, collection, statements, state);
    if (state.next >= statements.length || state.stopped) break;
    const index = state.next;
    try {
      const statement = updateStatement(context, statements[index] ?? {});
      const own = collection ?? (statement.upsert ? await collectionFor(context, name) : undefined);
      if (!own) continue;
      if (statement.multi) count(state, index, await updateMany(context, own, statement));
      else
        await updateOne(context, own, statement, (writer, result) => {
          count(state, index, result);
          if (isChange(result)) state.remember(writer, index + 1, index + 1 >= statements.length);
        });
    } catch (error) {
      state.failed(index, error);
    } finally {
      state.next++;
    }
  }
  return reply(state.result());
}

const isChange = ({ modified, upsertedId }: Updated): boolean =>
  modified > 0 || upsertedId !== undefined;

/**
 * Statements that change one document each, as many as a write task has time for: what they have in
 * common on disk is written once, and so is what a repetition will be answered. Stops at the first
 * that must go alone: one for many documents, or one whose search takes long.
 */
async function updateSeveral(
  context: Context,
  collection: Collection,
  statements: readonly Doc[],
  state: Statements,
): Promise<void> {
  let alone = false;
  while (!alone && state.next < statements.length && !state.stopped) {
    await context.access.write((writer) => {
      const until = performance.now() + SLICE_MS;
      let changed = false;
      try {
        while (state.next < statements.length && !state.stopped && performance.now() <= until) {
          const result = updateNow(context, writer, collection, statements, state);
          if (result === 'alone') {
            alone = true;
            return;
          }
          changed ||= result;
          state.next++;
        }
      } finally {
        if (changed)
          state.remember(writer, state.next, state.next >= statements.length || state.stopped);
      }
    });
    if (!alone && state.next < statements.length) await breathe(context);
  }
}

/** The statement that is next, inside a write task. @returns whether it changed anything */
function updateNow(
  context: Context,
  writer: Writer,
  collection: Collection,
  statements: readonly Doc[],
  state: Statements,
): boolean | 'alone' {
  const index = state.next;
  try {
    const statement = updateStatement(context, statements[index] ?? {});
    if (statement.multi) return 'alone';
    if (statement.upsert) refuseExpr(statement.filter, UPSERT);
    const found = withOneNow(context, writer, collection, statement, (row, matcher) =>
      changeFound(context, writer, collection, statement, row, matcher),
    );
    if (!found) return 'alone';
    count(state, index, found.value);
    return isChange(found.value);
  } catch (error) {
    if (error instanceof Held) throw error;
    state.failed(index, error);
    return false;
  }
}

function count(state: Statements, index: number, result: Updated): void {
  state.reply.n += result.matched;
  state.reply['nModified'] = Number(state.reply['nModified']) + result.modified;
  if (result.upsertedId === undefined) return;
  state.reply.n++;
  const before = (state.reply['upserted'] ?? []) as Doc[];
  state.reply['upserted'] = [...before, { index, _id: result.upsertedId }];
}

export const UPDATE_COMMANDS: Record<string, Command> = {
  update: { run: update, inTransaction: true, retryable: true },
};
