import { Types } from 'mongoose';
import { audit } from '../../../platform/audit';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import type { Language } from '../../../platform/i18n';
import { now } from '../../../shared/clock';
import { tidy } from '../../../shared/text';
import { type OrganisationKind, Organisation as OrganisationModel, PLACES } from '../model';
import { findOrganisation, type Organisation, toOrganisation } from '../queries';
import { holdTree } from './hold-tree';

export interface NewOrganisation {
  /** Small letters, digits and `-`, such as `transport-workers`. */
  code: string;
  name: string;
  names?: Partial<Record<Language, string>>;
  kind: OrganisationKind;
  parentId?: string;
  /** IANA name. Default: that of the parent. */
  timeZone?: string;
}

/**
 * Adds an organisation to the tree.
 * @throws NotFound when there is no such parent; Conflict `code-taken`, `wrong-place`, `no-time-zone`, `bad-code`
 */
export async function createOrganisation(input: NewOrganisation): Promise<Organisation> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(input.code) || input.code.length > 60) {
    throw new Conflict('bad-code', 'organisations.error.badCode', { code: input.code });
  }
  try {
    return await inTransaction(() => insert(input));
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new Conflict('code-taken', 'organisations.error.codeTaken', { code: input.code });
  }
}

async function insert(input: NewOrganisation): Promise<Organisation> {
  await holdTree();
  const parent = input.parentId === undefined ? null : await findOrganisation(input.parentId);
  if (input.parentId !== undefined && parent === null) throw new NotFound();
  if (parent?.closedAt) {
    throw new Conflict('closed', 'organisations.error.closed', { name: parent.name });
  }
  if (!PLACES[input.kind].includes(parent?.kind ?? null)) {
    throw new Conflict('wrong-place', 'organisations.error.wrongPlace', { name: input.name });
  }
  const timeZone = input.timeZone ?? parent?.timeZone;
  if (timeZone === undefined) {
    throw new Conflict('no-time-zone', 'organisations.error.noTimeZone', { name: input.name });
  }
  const _id = new Types.ObjectId();
  const row = new OrganisationModel({
    _id,
    code: input.code,
    name: tidy(input.name),
    names: input.names ?? {},
    kind: input.kind,
    parentId: parent?.id ?? null,
    path: [...(parent?.path ?? []), _id.toHexString()],
    timeZone,
    createdAt: now(),
  });
  await row.save();
  const organisation = toOrganisation(row.toObject());
  await audit({
    action: 'organisations.create',
    subject: { kind: 'organisation', id: organisation.id },
    after: { code: organisation.code, kind: organisation.kind, parentId: organisation.parentId },
  });
  return organisation;
}
