import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Forbidden } from '../../../platform/errors';
import { MINUTE, now } from '../../../shared/clock';
import { findSignedIn, type SignedIn } from '../queries';
import { isSiteAdministrator } from './roles';
import { account, accountForChange } from './shared';

/** What a session holds while an administrator acts as someone else. */
export interface Acting {
  userId: string;
  until: Date;
}

const LASTS_MS = 30 * MINUTE;

const administersAnything = (grants: SignedIn['grants']): boolean =>
  grants.some(({ role }) => role === 'administrator');

/**
 * Lets an administrator of the whole site see and do what someone else does, for half an hour.
 * @returns what the session keeps
 * @throws NotFound; Forbidden for anyone who administers something
 */
export function beginActing(input: { administratorId: string; userId: string }): Promise<Acting> {
  const { userId } = input;
  return inTransaction(async () => {
    const { grants } = await accountForChange(userId);
    if (administersAnything(grants)) throw new Forbidden('accounts.actAs.administrator');
    const until = new Date(now().getTime() + LASTS_MS);
    await audit({ action: 'accounts.act-as', subject: account(userId), after: { until } });
    return { userId, until };
  });
}

export const endActing = (input: { administratorId: string; userId: string }): Promise<void> =>
  inTransaction(() =>
    audit({
      action: 'accounts.end-act-as',
      subject: account(input.userId),
      userId: input.administratorId,
    }),
  );

/**
 * As whom a session acts now: looked at with every request, so that a role that was taken away or
 * given meanwhile counts at once. Null: as itself.
 */
export async function actedBy(
  administrator: SignedIn,
  acting: { userId: string; until: Date | string } | undefined,
): Promise<SignedIn | null> {
  if (!acting || !isSiteAdministrator(administrator.grants)) return null;
  if (new Date(acting.until) <= now()) return null;
  const person = await findSignedIn(acting.userId);
  return person && !administersAnything(person.grants) ? person : null;
}
