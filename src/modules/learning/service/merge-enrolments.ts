import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { reassignAttempts } from '../../assessment';
import { enrolmentActive, enrolmentWithdrawn } from '../events';
import { ModuleFeedback } from '../feedback-model';
import { Enrolment, type EnrolmentRow, type EnrolmentStatus } from '../model';
import { progressOf } from '../progress';
import { versionOf } from './settle';

/** What becomes of a course in which two accounts of one person are or were. */
export interface MergePlan {
  readonly courseSlug: string;
  /** Whose enrolment goes on: that of the account that goes, or of the one that stays. */
  readonly keeps: 'from' | 'to';
  /** Both were in it: the other enrolment ends. */
  readonly both: boolean;
}

interface Course extends MergePlan {
  readonly from: readonly EnrolmentRow[];
  readonly to: readonly EnrolmentRow[];
}

/** The further on the list, the better. */
const ORDER: readonly EnrolmentStatus[] = [
  'withdrawn',
  'expired',
  'invited',
  'waiting',
  'active',
  'completed',
];

const COMPLETED = ORDER.indexOf('completed') * 1_000;

interface Standing {
  /** Of the one that has come furthest: first what it is, then how much of it is done. */
  readonly best: number;
  /** How much is done of the course taken again after it was completed; -1: it is not. */
  readonly again: number;
}

async function standing(rows: readonly EnrolmentRow[]): Promise<Standing> {
  let [best, again] = [-1, -1];
  for (const row of rows) {
    const { percent } = progressOf(await versionOf(row), row.done);
    best = Math.max(best, ORDER.indexOf(row.status) * 1_000 + percent);
    if (row.status === 'active' && (row.round ?? 1) > 1) again = Math.max(again, percent);
  }
  return { best, again };
}

/** Of two that have completed the course, the one that takes it again has more to lose. */
function isFurther(one: Standing, other: Standing): boolean {
  const both = one.best >= COMPLETED && other.best >= COMPLETED;
  return both && one.again !== other.again ? one.again > other.again : one.best > other.best;
}

const MOST = 2_000;

const rowsOf = (userId: string): Promise<EnrolmentRow[]> =>
  Enrolment.find({ userId }).sort({ enrolledAt: 1 }).limit(MOST).lean<EnrolmentRow[]>();

async function compare(fromId: string, toId: string): Promise<Course[]> {
  const [theirs, own] = [await rowsOf(fromId), await rowsOf(toId)];
  const courses: Course[] = [];
  for (const courseSlug of new Set(theirs.map((row) => row.courseSlug))) {
    const from = theirs.filter((row) => row.courseSlug === courseSlug);
    const to = own.filter((row) => row.courseSlug === courseSlug);
    const better = isFurther(await standing(from), await standing(to));
    courses.push({ courseSlug, from, to, keeps: better ? 'from' : 'to', both: to.length > 0 });
  }
  return courses;
}

/** What `mergeEnrolments` would do, course by course. */
export const planMerge = async (from: string, to: string): Promise<MergePlan[]> =>
  (await compare(from, to)).map(({ courseSlug, keeps, both }) => ({ courseSlug, keeps, both }));

const OVER: readonly EnrolmentStatus[] = ['completed', 'withdrawn', 'expired'];

const idsOf = (rows: readonly EnrolmentRow[]): string[] => rows.map(({ _id }) => _id.toHexString());

/** Gives enrolments to an account, with the attempts in them and the words that were signed. */
async function give(rows: readonly EnrolmentRow[], userId: string): Promise<void> {
  await Enrolment.updateMany(
    { _id: { $in: rows.map(({ _id }) => _id) } },
    { $set: { userId } },
    { overwriteImmutable: true },
  );
  await reassignAttempts(idsOf(rows), userId);
}

/** Both may have completed the course: two of one person cannot stand side by side. */
const setAside = (rows: readonly EnrolmentRow[], from: string): Promise<unknown> =>
  Enrolment.updateMany(
    { _id: { $in: rows.map(({ _id }) => _id) } },
    { $set: { userId: `set-aside-${from}` } },
    { overwriteImmutable: true },
  );

/** Ends those that go on no more; what was completed stays completed, and its certificate counts. */
async function end(rows: readonly EnrolmentRow[], into: string): Promise<void> {
  for (const row of rows) {
    if (OVER.includes(row.status)) continue;
    await Enrolment.updateOne(
      { _id: row._id },
      { $set: { status: 'withdrawn', withdrawnAt: now() }, $inc: { revision: 1 } },
    );
    const enrolmentId = row._id.toHexString();
    await audit({
      action: 'learning.end-double',
      subject: { kind: 'enrolment', id: enrolmentId },
      before: { status: row.status },
      after: { status: 'withdrawn', accountsJoinedInto: into },
    });
    await publish(enrolmentWithdrawn, { enrolmentId });
  }
}

/**
 * The courses of both as one person's: in each the enrolment that has come further goes on. The
 * other one ends and stays with the account that is gone, as what was learnt, for the numbers: so a
 * course never stands twice in a person's list.
 */
export const mergeEnrolments = (from: string, to: string): Promise<void> =>
  inTransaction(async () => {
    for (const course of await compare(from, to)) {
      const [goingOn, ending] =
        course.keeps === 'from' || !course.both
          ? [course.from, course.to]
          : [course.to, course.from];
      await end(ending, to);
      await setAside(ending, from);
      await give(goingOn, to);
      await give(ending, from);
      await ModuleFeedback.updateMany(
        { enrolmentId: { $in: idsOf([...course.from, ...course.to]) }, signedBy: from },
        { $set: { signedBy: to } },
      );
      for (const enrolmentId of idsOf(goingOn)) await publish(enrolmentActive, { enrolmentId });
    }
  });
