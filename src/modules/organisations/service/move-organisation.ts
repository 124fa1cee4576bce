import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { organisationMoved } from '../events';
import {
  Organisation as OrganisationModel,
  OrganisationMove,
  type OrganisationRow,
  PLACES,
} from '../model';
import { findOrganisation, type Organisation, toOrganisation } from '../queries';
import { holdTree } from './hold-tree';
import { carryNumbers } from './member-numbers';

/** True where an organisation of this kind may stand under one of that kind; null: at the root. */
export const mayStandUnder = (
  kind: Organisation['kind'],
  above: Organisation['kind'] | null,
): boolean => PLACES[kind].includes(above);

/** @throws Conflict `wrong-place`, `below-itself`, `same-place`, `closed` */
export function checkPlace(one: Organisation, parent: Organisation | null): void {
  const { name } = one;
  if (parent?.path.includes(one.id)) {
    throw new Conflict('below-itself', 'organisations.error.belowItself', { name });
  }
  if ((parent?.id ?? null) === one.parentId) {
    throw new Conflict('same-place', 'organisations.error.samePlace', { name });
  }
  if (!mayStandUnder(one.kind, parent?.kind ?? null)) {
    throw new Conflict('wrong-place', 'organisations.error.wrongPlace', { name });
  }
  if (parent?.closedAt) {
    throw new Conflict('closed', 'organisations.error.closed', { name: parent.name });
  }
}

/** Itself and everything below it. */
export async function subtreeOf(id: string): Promise<Organisation[]> {
  const rows = await OrganisationModel.find({ path: id }).lean<OrganisationRow[]>();
  return rows.map(toOrganisation);
}

/**
 * Puts an organisation, with everything below it, under another one or at the root. The tree changes
 * at once; the records of its people follow (`organisation.moved`, `Room.tree`).
 * @param wish.from where it stood when the move was decided: nothing happens when that has changed
 * @throws NotFound; Conflict `wrong-place`, `below-itself`, `same-place`, `closed`, `changed`,
 * `numbers-taken`
 */
export const moveOrganisation = (wish: {
  organisationId: string;
  from: string | null;
  to: string | null;
}): Promise<void> =>
  inTransaction(async () => {
    await holdTree();
    const one = await findOrganisation(wish.organisationId);
    const parent = wish.to === null ? null : await findOrganisation(wish.to);
    if (!one || (wish.to !== null && !parent)) throw new NotFound();
    if (one.parentId !== wish.from) {
      throw new Conflict('changed', 'organisations.error.movedMeanwhile', { name: one.name });
    }
    checkPlace(one, parent);
    const below = await subtreeOf(one.id);
    await carryNumbers(
      one,
      parent,
      below.map(({ id }) => id),
    );
    const above = parent?.path ?? [];
    await OrganisationModel.bulkWrite(
      below.map((each) => ({
        updateOne: {
          filter: { _id: each.id },
          update: {
            $set: {
              path: [...above, ...each.path.slice(one.path.length - 1)],
              ...(each.id === one.id ? { parentId: wish.to } : {}),
            },
          },
        },
      })),
    );
    const [move] = await OrganisationMove.create([
      {
        organisationId: one.id,
        from: wish.from,
        to: wish.to,
        left: one.path.filter((id) => id !== one.id && !above.includes(id)),
        at: now(),
      },
    ]);
    if (!move) throw new Error('The move was not written');
    await audit({
      action: 'organisations.move',
      subject: { kind: 'organisation', id: one.id },
      before: { parentId: wish.from },
      after: { parentId: wish.to, organisations: below.length },
    });
    await publish(organisationMoved, { moveId: move.id });
  });
