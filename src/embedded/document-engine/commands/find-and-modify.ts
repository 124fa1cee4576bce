import type { Doc } from '../bson/codec';
import { failedToParse } from '../errors';
import { compileMatch } from '../match';
import { compileProjection } from '../project';
import { docOf } from '../query';
import type { Reply } from '../wire';
import { boolOr, checkCollation, collectionName, docOr, knownFields } from './arguments';
import { type Command, type Context, collectionNamed, reply } from './context';
import { hintOf } from './read';
import { updateOne, updaterOf } from './update';
import { collectionFor, remove } from './write';

async function findAndModify(context: Context): Promise<Reply> {
  const { body, retry } = context;
  if (retry?.reply) return reply(retry.reply);
  knownFields(
    body,
    'findAndModify',
    'findAndModify',
    'findandmodify',
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'bypassDocumentValidation',
    'collation',
    'arrayFilters',
    'hint',
    'let',
  );
  checkCollation(body);
  const name = collectionName(context);
  const removing = boolOr(body, 'remove', false);
  const returnNew = boolOr(body, 'new', false);
  const upsert = boolOr(body, 'upsert', false);
  if (removing) {
    if (body['update'] !== undefined)
      throw failedToParse("Cannot specify both an 'update' and 'remove'=true");
    if (returnNew) throw failedToParse("Cannot specify both 'new'=true and 'remove'=true");
    if (upsert) throw failedToParse("Cannot specify both 'upsert'=true and 'remove'=true");
    if (body['arrayFilters'] !== undefined)
      throw failedToParse("Cannot specify arrayFilters and 'remove'=true");
  } else if (body['update'] === undefined)
    throw failedToParse("Either an 'update' or 'remove'=true must be specified");
  return removing ? removeOne(context, name) : changeOne(context, name, returnNew, upsert);
}

const targetOf = (body: Doc) => ({
  filter: docOr(body, 'query', {}),
  sort: docOr(body, 'sort', {}),
  hint: hintOf(body['hint']),
});

function shape(context: Context, doc: Doc | null, arrayIndex: number | null): Doc | null {
  const fields = docOr(context.body, 'fields', {});
  if (doc === null || Object.keys(fields).length === 0) return doc;
  return compileProjection(fields, context.env)(doc, arrayIndex);
}

async function removeOne(context: Context, name: string): Promise<Reply> {
  const target = targetOf(context.body);
  shape(context, {}, 0);
  const collection = collectionNamed(context, name);
  let fields: Doc = { lastErrorObject: { n: 0 }, value: null };
  if (collection)
    await remove(context, collection, target, true, (writer, row) => {
      const index = positionIn(context, target.filter, docOf(row));
      fields = { lastErrorObject: { n: 1 }, value: shape(context, docOf(row), index) };
      context.retry?.remember(writer, 1, fields, true);
    });
  return reply(fields);
}

async function changeOne(
  context: Context,
  name: string,
  returnNew: boolean,
  upsert: boolean,
): Promise<Reply> {
  const { body } = context;
  const target = targetOf(body);
  const updater = updaterOf(context, body['update'], upsert, body['arrayFilters']);
  const collection =
    collectionNamed(context, name) ?? (upsert ? await collectionFor(context, name) : undefined);
  let fields: Doc = { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
  if (!collection) return reply(fields);
  const statement = { ...target, updater, multi: false, upsert };
  await updateOne(context, collection, statement, (writer, result) => {
    const existing = result.matched > 0;
    const last: Doc = { n: existing || result.after ? 1 : 0, updatedExisting: existing };
    if (result.upsertedId !== undefined) last['upserted'] = result.upsertedId;
    const chosen = returnNew ? result.after : result.before;
    const index = result.before ? positionIn(context, target.filter, result.before) : null;
    fields = { lastErrorObject: last, value: shape(context, chosen, index) };
    if (result.modified > 0 || result.upsertedId !== undefined)
      context.retry?.remember(writer, 1, fields, true);
  });
  return reply(fields);
}

function positionIn(context: Context, filter: Doc, doc: Doc): number | null {
  const fields = docOr(context.body, 'fields', {});
  if (!Object.keys(fields).some((key) => key.endsWith('.$'))) return null;
  return compileMatch(filter, context.env).testPositional(doc).arrayIndex;
}

export const FIND_AND_MODIFY_COMMANDS: Record<string, Command> = {
  findAndModify: { run: findAndModify, inTransaction: true, retryable: true },
  findandmodify: { run: findAndModify, inTransaction: true, retryable: true },
};
