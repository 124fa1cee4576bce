import { Types } from 'mongoose';
import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { invalidField } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { normaliseEmail } from '../../../shared/text';
import type { RawRow } from '../csv/read-file';
import { Import, ImportRow, PLANS, type Plan } from '../model';
import { type PlannedRow, planRows } from './find-people';
import { type Defaults, parseRows } from './parse-rows';
import type { World } from './world';

const CHUNK = 1_000;

const withoutPerson = ({ userId: _userId, ...row }: PlannedRow) => row;

/** Never the account behind an address: that there is one outside of the scope, nothing may tell. */
const whoseIs = ({ userId, email }: PlannedRow): string[] => {
  if (email !== null) return [normaliseEmail(email)];
  return userId === null ? [] : [userId];
};

/**
 * The dry run: reads the rows, finds the people, and keeps what would become of each. Nothing else
 * is changed, and nobody is told.
 * @throws Invalid on `organisationId` outside of the scope
 */
export async function makeImport(
  world: World,
  request: {
    source: 'list' | 'file';
    fileName: string | null;
    uploadId?: string;
    unread?: readonly string[];
    rows: readonly RawRow[];
    defaults: Defaults;
  },
): Promise<{ importId: string }> {
  const { source, fileName, uploadId = null, unread = [], defaults } = request;
  const host = world.organisations.find(({ id }) => id === defaults.organisationId);
  if (!host) throw invalidField('organisationId', 'platform.form.choose');
  const rows = await planRows(parseRows(request.rows, defaults, world), world);
  const counts = Object.fromEntries(
    PLANS.map((plan) => [plan, rows.filter((row) => row.plan === plan).length]),
  ) as Record<Plan, number>;
  const _id = new Types.ObjectId();
  const importId = _id.toHexString();
  await inTransaction(async () => {
    const createdAt = now();
    await Import.create([
      {
        _id,
        by: world.actor.id,
        organisationId: host.id,
        organisationPath: [...host.path],
        source,
        fileName,
        uploadId,
        unread: [...unread],
        total: rows.length,
        counts,
        createdAt,
      },
    ]);
    for (let from = 0; from < rows.length; from += CHUNK) {
      await ImportRow.insertMany(
        rows
          .slice(from, from + CHUNK)
          .map((row) => ({ ...withoutPerson(row), whose: whoseIs(row), importId: _id, createdAt })),
        { lean: true },
      );
    }
    await audit({
      action: 'enrolling.check-import',
      subject: { kind: 'import', id: importId },
      after: { source, organisationId: host.id, total: rows.length, counts },
    });
  });
  return { importId };
}
