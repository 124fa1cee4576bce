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

/** True when the person wants the PDF of a certificate in the mail that tells of it. */
export async function wantsPdf(userId: string): Promise<boolean> {
  const row = await MailChoice.findOne({ userId }, { attachPdf: 1 }).lean();
  return row?.attachPdf ?? false;
}

/** Keeps which of the optional mails the person wants, and whether certificates come with theirs. */
export async function chooseMails(
  userId: string,
  wanted: readonly OptionalMail[],
  attachPdf = false,
): Promise<void> {
  const off = OPTIONAL_MAILS.filter((kind) => !wanted.includes(kind));
  await inTransaction(async () => {
    const before = await mailsOff(userId);
    await MailChoice.updateOne({ userId }, { $set: { off, attachPdf } }, { upsert: true });
    await audit({
      action: 'notifications.choose-mails',
      subject: { kind: 'account', id: userId },
      before: { off: [...before] },
      after: { off, attachPdf },
    });
  });
}
