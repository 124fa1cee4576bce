import { isValidObjectId } from 'mongoose';
import { type Scope, withinScope } from '../../platform/authz';
import type { Design, PdfStandard } from '../../platform/pdf';
import { DesignChoice, type DesignChoiceRow, OwnDesign, type OwnDesignRow } from './design-model';

/** How the certificates of a design are made. */
interface DesignRule {
  readonly design: Design;
  readonly standard: PdfStandard;
  readonly signed: boolean;
}

/** Ours; the first is the one of whoever chooses none. */
export const DESIGNS = ['band-1', 'frame-1', 'upright-1'] as const;

/** Certificates of before there was a choice: not signed, and made like this for ever. */
const FIRST: DesignRule = { design: { file: 'first.typ' }, standard: 'ua-1', signed: false };

const OWN = 'own-';
export const nameOfOwn = (row: Pick<OwnDesignRow, '_id'>): string =>
  `${OWN}${row._id.toHexString()}`;

const isOurs = (name: string): boolean => (DESIGNS as readonly string[]).includes(name);

async function findOwnDesign(name: string): Promise<OwnDesignRow | null> {
  const id = name.startsWith(OWN) ? name.slice(OWN.length) : '';
  return isValidObjectId(id) ? OwnDesign.findById(id).lean<OwnDesignRow>() : null;
}

/**
 * How the file of a certificate is made, today as on its first day: a design that was used never
 * changes. @param name what the snapshot says; null: the certificate is older than the choice
 */
export async function designOf(name: string | null): Promise<DesignRule> {
  if (name === null) return FIRST;
  const rule = { standard: 'a-3a', signed: true } as const;
  if (isOurs(name)) return { design: { file: `${name}.typ` }, ...rule };
  const own = await findOwnDesign(name);
  if (!own) throw new Error(`There is no design ${name}`);
  return { design: { source: own.source }, ...rule };
}

/** A design that may be looked at or chosen in a scope; null when there is none. */
export async function findDesign(
  scope: Scope,
  name: string,
): Promise<{ design: Design; organisationId: string | null } | null> {
  if (isOurs(name)) return { design: { file: `${name}.typ` }, organisationId: null };
  const own = await findOwnDesign(name);
  const visible =
    scope.kind === 'all' || own?.organisationPath.some((id) => scope.organisationIds.includes(id));
  return own && visible
    ? { design: { source: own.source }, organisationId: own.organisationId }
    : null;
}

/** The latest of their own designs; at most fifty. */
export const ownDesignsWithin = (scope: Scope): Promise<OwnDesignRow[]> =>
  OwnDesign.find(withinScope(scope), { source: 0 })
    .sort({ createdAt: -1 })
    .limit(50)
    .lean<OwnDesignRow[]>();

export const choicesOf = (organisationIds: readonly string[]): Promise<DesignChoiceRow[]> =>
  DesignChoice.find({ organisationId: { $in: organisationIds } })
    .sort({ organisationId: 1, courseSlug: 1 })
    .limit(500)
    .lean<DesignChoiceRow[]>();

/** The design of a new certificate: chosen for the course, or for the organisation, or for one above it. */
export async function chosenDesign(
  organisationPath: readonly string[],
  courseSlug: string,
): Promise<string> {
  const rows = await DesignChoice.find({
    organisationId: { $in: organisationPath },
    courseSlug: { $in: [courseSlug, ''] },
  }).lean<DesignChoiceRow[]>();
  for (const organisationId of [...organisationPath].reverse()) {
    const own = rows.filter((row) => row.organisationId === organisationId);
    const found =
      own.find((row) => row.courseSlug === courseSlug) ?? own.find((row) => row.courseSlug === '');
    if (found) return found.design;
  }
  return DESIGNS[0];
}
