import { type Scope, withinScope } from '../../platform/authz';
import { NotFound } from '../../platform/errors';
import { now } from '../../shared/clock';
import { isNumber } from './code';
import { Certificate, type CertificateRow } from './model';
import { canSee } from './policy';
import type { CertificateState } from './state';
import { wordsBegin } from './words';

/** What staff look for: words that a name, a course, a number or a code begins with; a state. */
export interface StaffFilter {
  readonly q: string;
  readonly state: CertificateState | undefined;
}

const PAGE_SIZE = 25;
/** A bulk act over more is made in parts. */
export const MOST_AT_ONCE = 10_000;

function inState(state: CertificateState | undefined): Record<string, unknown> {
  if (state === undefined) return {};
  const at = now();
  if (state === 'expired') return { standing: 'valid', expiresAt: { $lte: at } };
  if (state === 'valid') {
    return { standing: 'valid', $or: [{ expiresAt: null }, { expiresAt: { $gt: at } }] };
  }
  return { standing: state };
}

function conditionOf(scope: Scope, field: string, { q, state }: StaffFilter) {
  const number = q.trim().toUpperCase();
  // A whole number is one certificate; each of its first words stands in all the others as well.
  const isWhole = isNumber(number);
  const words = isWhole ? [] : wordsBegin(q);
  const condition = {
    ...withinScope(scope, field),
    ...inState(state),
    ...(isWhole ? { number } : {}),
    ...(words.length > 0 ? { $and: words } : {}),
  };
  return { condition, hasWords: words.length > 0 };
}

export interface StaffList {
  readonly rows: readonly CertificateRow[];
  /** As far as they are counted. */
  readonly total: number;
  /** There are more than that. */
  readonly more: boolean;
  readonly page: number;
  readonly pages: number;
}

/** Nobody pages through more: older ones are found by a word. Counting all would read all. */
const COUNTED = 2_000;
const BY_WORDS = { hint: { words: 1 } } as const;

/** The certificates that staff may see, the latest first. */
export async function listWithin(
  scope: Scope,
  filter: StaffFilter,
  page: number,
): Promise<StaffList> {
  const { condition, hasWords } = conditionOf(scope, 'organisationPath', filter);
  const counted = await Certificate.countDocuments(condition, {
    limit: COUNTED + 1,
    ...(hasWords ? BY_WORDS : {}),
  });
  const more = counted > COUNTED;
  const total = Math.min(counted, COUNTED);
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const shown = Math.min(page, pages);
  // Few that have the words are sorted; where many have them the latest are soon found in their order.
  const rows = await Certificate.find(
    condition,
    { words: 0 },
    hasWords && !more ? { ...BY_WORDS } : {},
  )
    .sort({ issuedAt: -1, _id: -1 })
    .skip((shown - 1) * PAGE_SIZE)
    .limit(PAGE_SIZE)
    .lean<CertificateRow[]>();
  return { rows, total, more, page: shown, pages };
}

/** Of these, the ones upon which one may act: the latest first, as many as go at once. */
export async function actableWithin(
  scope: Scope,
  filter: StaffFilter,
): Promise<{ items: { certificateId: string; number: string }[]; total: number }> {
  const { condition } = conditionOf(scope, 'awardPath', filter);
  const total = await Certificate.countDocuments(condition);
  const rows = await Certificate.find(condition, { number: 1 })
    .sort({ issuedAt: -1, _id: -1 })
    .limit(MOST_AT_ONCE)
    .lean<Pick<CertificateRow, '_id' | 'number'>[]>();
  return {
    items: rows.map(({ _id, number }) => ({ certificateId: _id.toHexString(), number })),
    total,
  };
}

/** @throws NotFound for a certificate outside the scope */
export async function findForStaff(scope: Scope, certificateId: string): Promise<CertificateRow> {
  const row = await Certificate.findById(certificateId).lean<CertificateRow>();
  if (!row || !canSee(scope, row)) throw new NotFound();
  return row;
}

/** The others of its chain and of its renewals, the oldest first. */
export const relativesOf = (row: CertificateRow): Promise<CertificateRow[]> =>
  Certificate.find({
    userId: row.userId,
    'snapshot.courseSlug': row.snapshot.courseSlug,
    _id: { $ne: row._id },
  })
    .sort({ issuedAt: 1 })
    .limit(50)
    .lean<CertificateRow[]>();
