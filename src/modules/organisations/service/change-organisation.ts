import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { LANGUAGES, type Language } from '../../../platform/i18n';
import { now } from '../../../shared/clock';
import { tidy } from '../../../shared/text';
import { Organisation as OrganisationModel, type OrganisationRow } from '../model';
import { holdTree } from './hold-tree';

const rowOf = async (id: string): Promise<OrganisationRow> => {
  const row = await OrganisationModel.findById(id).lean<OrganisationRow>();
  if (!row) throw new NotFound();
  return row;
};

const subjectOf = (id: string) => ({ kind: 'organisation', id });

/** Gives an organisation other names; its code stays, because course files name it. @throws NotFound */
export async function renameOrganisation(
  id: string,
  wish: { name: string; names: Partial<Record<Language, string>> },
): Promise<void> {
  await inTransaction(async () => {
    const row = await rowOf(id);
    const after = {
      name: tidy(wish.name),
      names: Object.fromEntries(
        LANGUAGES.map((language) => [language, tidy(wish.names[language] ?? '')]).filter(
          ([, text]) => text !== '',
        ),
      ),
    };
    await OrganisationModel.updateOne({ _id: row._id }, { $set: after });
    await audit({
      action: 'organisations.rename',
      subject: subjectOf(id),
      before: { name: row.name, names: row.names ?? {} },
      after,
    });
  });
}

/**
 * Closes an organisation: what was stays, nothing new is begun under it.
 * @throws NotFound; Conflict `open-below` while one below it is open
 */
export async function closeOrganisation(id: string): Promise<void> {
  await inTransaction(async () => {
    await holdTree();
    const row = await rowOf(id);
    if (row.closedAt) return;
    if (await OrganisationModel.exists({ parentId: id, closedAt: null })) {
      throw new Conflict('open-below', 'organisations.error.openBelow', { name: row.name });
    }
    const closedAt = now();
    await OrganisationModel.updateOne({ _id: row._id }, { $set: { closedAt } });
    await audit({ action: 'organisations.close', subject: subjectOf(id), after: { closedAt } });
  });
}

/** Opens it again. @throws NotFound; Conflict `closed` while the one above it is closed */
export async function reopenOrganisation(id: string): Promise<void> {
  await inTransaction(async () => {
    await holdTree();
    const row = await rowOf(id);
    if (!row.closedAt) return;
    if (row.parentId !== null && (await rowOf(row.parentId)).closedAt) {
      throw new Conflict('closed', 'organisations.error.closed', { name: row.name });
    }
    await OrganisationModel.updateOne({ _id: row._id }, { $set: { closedAt: null } });
    await audit({
      action: 'organisations.reopen',
      subject: subjectOf(id),
      before: { closedAt: row.closedAt },
    });
  });
}
