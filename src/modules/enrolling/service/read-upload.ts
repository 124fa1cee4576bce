import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { isValidObjectId, Types } from 'mongoose';
import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Invalid, NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { columnsOf, plainHeading } from '../csv/headings';
import { namesSomebody, readTable, type Table, toRows } from '../csv/read-file';
import { type Column, Heading, Upload, type UploadRecord } from '../model';
import { makeImport } from './make-import';
import type { Defaults } from './parse-rows';
import type { World } from './world';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

type Columns = readonly (Column | null)[];

/** A file that is kept, as the one who brought it has it read. */
export interface KeptFile {
  readonly uploadId: string;
  readonly fileName: string;
  readonly defaults: Defaults;
  readonly table: Table;
  /** What each column stands for: as was said before, or as its heading is commonly understood. */
  readonly columns: Columns;
}

async function meaningsOf(by: string): Promise<Map<string, Column | null>> {
  const rows = await Heading.find({ by }).lean();
  return new Map(rows.map(({ heading, column }) => [heading, column ?? null]));
}

/**
 * Keeps a file for a day.
 * @throws Invalid on `file` when it is no table
 */
export async function keepFile(
  by: string,
  file: { name: string; bytes: Buffer },
  defaults: Defaults,
): Promise<KeptFile> {
  const table = await readTable(file.bytes);
  const bytes = await pack(file.bytes);
  const _id = new Types.ObjectId();
  const uploadId = _id.toHexString();
  await inTransaction(async () => {
    await Upload.create([{ _id, by, fileName: file.name, bytes, defaults, createdAt: now() }]);
    await audit({
      action: 'enrolling.keep-file',
      subject: { kind: 'import-file', id: uploadId },
      after: { rows: table.records.length },
    });
  });
  const columns = columnsOf(table.headings, await meaningsOf(by));
  return { uploadId, fileName: file.name, defaults, table, columns };
}

/** One's own file, as long as it is kept. @throws NotFound */
export async function findFile(by: string, uploadId: string): Promise<KeptFile> {
  const row = isValidObjectId(uploadId)
    ? await Upload.findOne({ _id: uploadId, by }).lean<UploadRecord>()
    : null;
  if (!row) throw new NotFound();
  const table = await readTable(await unpack(row.bytes.buffer));
  const { fileName, defaults } = row;
  return {
    uploadId,
    fileName,
    defaults,
    table,
    columns: columnsOf(table.headings, await meaningsOf(by)),
  };
}

/** True while the file of an import can be read otherwise by this person. */
export const isKept = async (by: string, uploadId: string | null): Promise<boolean> =>
  uploadId !== null && (await Upload.exists({ _id: uploadId, by })) !== null;

const SHOWN_UNREAD = 10;

/** The dry run of a file whose columns stand for these. */
export const checkFile = (
  world: World,
  { uploadId, fileName, defaults, table }: KeptFile,
  columns: Columns,
): Promise<{ importId: string }> =>
  makeImport(world, {
    source: 'file',
    fileName,
    uploadId,
    unread: table.headings
      .filter((heading, index) => heading !== '' && !columns[index])
      .map((heading) => heading.slice(0, 60))
      .slice(0, SHOWN_UNREAD),
    rows: toRows(table, columns),
    defaults,
  });

/** @throws Invalid on `columns-<index>`, and on the first of them when none says who is meant */
function checkColumns(columns: Columns): void {
  const faults = columns.flatMap((column, index) =>
    column !== null && columns.indexOf(column) < index
      ? [{ field: `columns-${index}`, messageKey: 'enrolling.columns.twice', values: {} }]
      : [],
  );
  if (!namesSomebody(columns)) {
    faults.unshift({ field: 'columns-0', messageKey: 'enrolling.columns.nobody', values: {} });
  }
  if (faults.length > 0) throw new Invalid(faults);
}

/** Says what the columns of a file stand for, keeps that for the next time, and checks the file by it. */
export async function nameColumns(
  world: World,
  file: KeptFile,
  said: Columns,
): Promise<{ importId: string }> {
  const { headings } = file.table;
  const columns = headings.map((_, index) =>
    index < said.length ? (said[index] ?? null) : (file.columns[index] ?? null),
  );
  checkColumns(columns);
  const by = world.actor.id;
  const kept = headings
    .slice(0, said.length)
    .map((heading, index) => ({
      heading: plainHeading(heading).slice(0, 200),
      column: said[index] ?? null,
    }))
    .filter(({ heading }) => heading !== '');
  return inTransaction(async () => {
    await Heading.bulkWrite(
      kept.map(({ heading, column }) => ({
        updateOne: { filter: { by, heading }, update: { $set: { column } }, upsert: true },
      })),
    );
    await audit({
      action: 'enrolling.name-columns',
      subject: { kind: 'import-file', id: file.uploadId },
      after: { columns: kept.map(({ column }) => column) },
    });
    return checkFile(world, file, columns);
  });
}
