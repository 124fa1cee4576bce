import { randomInt } from 'node:crypto';
import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { invalidField, NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { findPublishedVersion } from '../../catalogue';
import { normaliseCode } from '../code';
import { EnrolmentCode, type EnrolmentCodeRow } from '../model';

/** Without letters and digits that look alike. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const LENGTH = 8;

const randomCode = (): string =>
  Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');

/**
 * Makes a code with which people enrol in a course.
 * @returns the code as it is stored: capitals and digits
 * @throws NotFound when there is no such published course
 */
export async function createEnrolmentCode(request: {
  courseSlug: string;
  organisationId: string | null;
  /** null: as many as like. */
  maxUses: number | null;
  startsAt?: Date;
  endsAt?: Date | null;
}): Promise<string> {
  if (!(await findPublishedVersion(request.courseSlug))) {
    throw new NotFound('learning.error.noCourse', { slug: request.courseSlug });
  }
  const code = randomCode();
  await inTransaction(async () => {
    await EnrolmentCode.create([
      { ...request, code, uses: 0, startsAt: request.startsAt ?? now() },
    ]);
    await audit({
      action: 'learning.create-enrolment-code',
      subject: { kind: 'enrolment-code', id: code },
      after: request,
    });
  });
  return code;
}

/**
 * The code that someone typed, when it lets people in now.
 * @throws Invalid (field `code`) that says why it does not
 */
export async function findUsableCode(typed: string): Promise<EnrolmentCodeRow> {
  const row = await EnrolmentCode.findOne({ code: normaliseCode(typed) }).lean<EnrolmentCodeRow>();
  if (!row) throw invalidField('code', 'learning.code.unknown');
  const time = now();
  if (row.startsAt > time) throw invalidField('code', 'learning.code.early');
  if (row.endsAt && row.endsAt <= time) throw invalidField('code', 'learning.code.late');
  return row;
}

/** Counts one use, inside the transaction that enrols. @throws Invalid when none is left */
export async function takeUse(code: Pick<EnrolmentCodeRow, '_id' | 'maxUses'>): Promise<void> {
  const taken = await EnrolmentCode.updateOne(
    { _id: code._id, ...(code.maxUses === null ? {} : { uses: { $lt: code.maxUses } }) },
    { $inc: { uses: 1 } },
  );
  if (taken.matchedCount === 0) throw invalidField('code', 'learning.code.full');
}
