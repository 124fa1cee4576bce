import { Types } from 'mongoose';
import { z } from 'zod';
import { auditAll } from '../../../platform/audit';
import { type BulkItem, type BulkKind, startBulk } from '../../../platform/bulk';
import { inTransaction } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { publishAll } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { normaliseEmail } from '../../../shared/text';
import { inviteAccounts, rolesOf } from '../../accounts';
import { enrolMany, type StaffEntry } from '../../learning';
import { offerMade } from '../events';
import { Import, type ImportRecord, ImportRow, type ImportRowRecord, Offer } from '../model';
import { type PlannedRow, planRows } from './find-people';
import { type World, worldOf } from './world';

type Ready = PlannedRow & { courseSlug: string };

/** True for a row that is right now, and for which the one who began it still has the right. */
const isReady = (row: PlannedRow, { courses, organisations }: World): row is Ready =>
  row.plan !== 'bad' &&
  organisations.some(({ id }) => id === row.organisationId) &&
  courses.some(({ courseSlug }) => courseSlug === row.courseSlug);

/** Carries an import out: all rows, or none. */
export const importKind: BulkKind<{ importId: string }, { line: number }> = {
  kind: 'enrolling.import',
  titleKey: 'enrolling.import.doing',
  mode: 'all',
  sliceSize: 500,
  params: z.object({ importId: z.string() }),
  item: z.object({ line: z.number().int() }),
  backHref: ({ importId }) => `/staff/imports/${importId}`,
  handle: async (items, { by, params }) => {
    const world = await worldOf({ id: by, grants: await rolesOf(by) });
    const rows = await planRows(await rowsOf(params.importId, items), world);
    const ready = rows.filter((row): row is Ready => isReady(row, world));
    const changed = rows.find((row) => !isReady(row, world));
    if (changed) {
      throw new Conflict('row-changed', 'enrolling.import.rowChanged', { line: changed.line });
    }
    const entries = ready.filter(({ plan }) => plan !== 'invite').map(toEntry);
    await enrolMany(entries, by);
    await invite(
      ready.filter(({ plan }) => plan === 'invite'),
      by,
    );
  },
};

/** What was read at the dry run; who stands behind it is asked anew. */
async function rowsOf(importId: string, items: readonly BulkItem<{ line: number }>[]) {
  const rows = await ImportRow.find({ importId, line: { $in: items.map(({ data }) => data.line) } })
    .sort({ line: 1 })
    .lean<ImportRowRecord[]>();
  if (rows.length !== items.length) throw new Conflict('import-gone', 'platform.bulk.itemsGone');
  return rows.map(({ organisationId, ...row }) => ({
    ...row,
    organisationId: organisationId ?? '',
    faults: [],
  }));
}

const toEntry = ({ userId, courseSlug, dueOn, organisationId }: Ready): StaffEntry => ({
  userId: userId ?? '',
  courseSlug,
  dueOn,
  organisationId,
});

/** Without a name the mail must do until its owner gives one. */
const nameOf = ({ name, email }: Ready): string => name ?? email?.split('@')[0] ?? '';

async function invite(rows: readonly Ready[], by: string): Promise<void> {
  if (rows.length === 0) return;
  const fresh = new Map<string, Ready>();
  for (const row of rows) {
    if (row.userId === null && row.email !== null) fresh.set(normaliseEmail(row.email), row);
  }
  const ids = await inviteAccounts(
    [...fresh.values()].map((row) => ({
      name: nameOf(row),
      email: row.email ?? '',
      language: row.language ?? 'en',
    })),
  );
  const made = new Map([...fresh.keys()].map((email, index) => [email, ids[index] ?? '']));
  const wanted = rows.map((row) => ({
    userId: row.userId ?? made.get(normaliseEmail(row.email ?? '')) ?? '',
    courseSlug: row.courseSlug,
    organisationId: row.organisationId,
    dueOn: row.dueOn,
    by,
    newAccount: row.userId === null,
    number: row.number,
    state: 'open' as const,
    createdAt: now(),
    answeredAt: null,
  }));
  const keyOf = (offer: { userId: string; courseSlug: string; organisationId: string }) =>
    `${offer.userId} ${offer.courseSlug} ${offer.organisationId}`;
  const open = await Offer.find({
    userId: { $in: wanted.map(({ userId }) => userId) },
    state: 'open',
  }).lean();
  const there = new Set(open.map(keyOf));
  const offers = wanted
    .filter((offer) => !there.has(keyOf(offer)))
    .map((offer) => ({ ...offer, _id: new Types.ObjectId() }));
  await Offer.insertMany(offers, { lean: true });
  await auditAll(
    'enrolling.invite',
    offers.map(({ _id, userId, courseSlug, organisationId }) => ({
      subject: { kind: 'offer', id: _id.toHexString() },
      after: { userId, courseSlug, organisationId },
    })),
  );
  await publishAll(
    offerMade,
    offers.map(({ _id }) => ({ offerId: _id.toHexString() })),
  );
}

/**
 * Says yes to an import. Said twice (two tabs, a double click), it is carried out once.
 * @throws Conflict `bad-rows` while a row is wrong; NotFound
 */
export async function startImport(world: World, record: ImportRecord): Promise<void> {
  const importId = record._id.toHexString();
  if (record.counts.bad > 0) throw new Conflict('bad-rows', 'enrolling.import.badRows');
  if (record.by !== world.actor.id) throw new NotFound();
  const rows = await ImportRow.find({ importId: record._id }, { line: 1, email: 1, number: 1 })
    .sort({ line: 1 })
    .lean();
  const { actId } = await startBulk(importKind, {
    by: world.actor.id,
    organisationPath: record.organisationPath,
    params: { importId },
    items: rows.map(({ line, email, number }) => ({
      label: email ?? number ?? String(line),
      data: { line },
    })),
    onceKey: `import-${importId}`,
  });
  await inTransaction(async () => {
    await Import.updateOne({ _id: record._id, actId: null }, { $set: { actId } });
  });
}
