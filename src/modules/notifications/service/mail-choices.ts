import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { isOptional, type MailKind, OPTIONAL_MAILS, type OptionalMail } from '../kinds';
import { MailChoice } from '../model';

/** The mails that the person has switched off. */
export async function mailsOff(userId: string): Promise<ReadonlySet<MailKind>> {
  const row = await MailChoice.findOne({ userId }, { off: 1 }).lean();
  return new Set(row?.off ?? []);
}

export const wantsMail = async (userId: string, kind: MailKind): Promise<boolean> =>
  !isOptional(kind) || !(await mailsOff(userId)).has(kind);

/** Keeps which of the optional mails the person wants. */
export async function chooseMails(userId: string, wanted: readonly OptionalMail[]): Promise<void> {
  const off = OPTIONAL_MAILS.filter((kind) => !wanted.includes(kind));
  await inTransaction(async () => {
    const before = await mailsOff(userId);
    await MailChoice.updateOne({ userId }, { $set: { off } }, { upsert: true });
    await audit({
      action: 'notifications.choose-mails',
      subject: { kind: 'account', id: userId },
      before: { off: [...before] },
      after: { off },
    });
  });
}
