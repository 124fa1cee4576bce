import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { normaliseEmail } from '../../../shared/text';
import type { Device } from '../devices';
import { accountNewDevice } from '../events';
import { User } from '../model';
import { hashPassword, needsRehash, verifyPassword } from '../password';
import { account, accountForChange } from './shared';

/**
 * Id of the account that address and password open, or null. An account that waits for its address
 * to be confirmed is opened by its link alone (`confirmEmail`).
 */
export async function authenticate(email: string, password: string): Promise<string | null> {
  const user = await User.findOne(
    { emailKey: normaliseEmail(email) },
    { passwordHash: 1, awaitsConfirmation: 1 },
  ).lean();
  const fits = await verifyPassword(user?.passwordHash, password);
  if (!user || !fits || user.awaitsConfirmation) return null;
  if (user.passwordHash !== null && needsRehash(user.passwordHash)) {
    await User.updateOne(
      { _id: user._id, passwordHash: user.passwordHash },
      { $set: { passwordHash: await hashPassword(password) } },
    );
  }
  return user._id.toHexString();
}

const KNOWN_DEVICES = 20;

/**
 * Writes down a sign-in. A device that the account had not seen is told to its owner, except the
 * very first one.
 */
export async function recordSignIn(userId: string, device: Device): Promise<void> {
  await inTransaction(async () => {
    const user = await accountForChange(userId);
    const time = now();
    const known = user.knownDevices.find(({ id }) => id === device.id);
    const first = user.knownDevices.length === 0;
    const others = user.knownDevices
      .filter(({ id }) => id !== device.id)
      .sort((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime())
      .slice(0, KNOWN_DEVICES - 1);
    user.set('knownDevices', [
      { ...device, firstSeenAt: known?.firstSeenAt ?? time, lastSeenAt: time },
      ...others,
    ]);
    await user.save();
    await audit({
      action: 'accounts.sign-in',
      subject: account(userId),
      userId,
      after: { browser: device.browser, system: device.system, newDevice: !known },
    });
    if (!known && !first) await publish(accountNewDevice, { userId, deviceId: device.id });
  });
}

export async function recordSignOut(userId: string): Promise<void> {
  await inTransaction(() => audit({ action: 'accounts.sign-out', subject: account(userId) }));
}
