import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { type MailKind, OPTIONAL_MAILS, type OptionalMail } from '../kinds';
import { MailChoice } from '../model';

/** What a person wants of the mails that one can choose. */
export interface MailWishes {
  /** Switched off. */
  readonly off: ReadonlySet<MailKind>;
  /** The PDF of a certificate comes with the mail that tells of it. */
  readonly pdf: boolean;
}

export async function wishesOf(userId: string): Promise<MailWishes> {
  const row = await MailChoice.findOne({ userId }, { off: 1, attachPdf: 1 }).lean();
  return { off: new Set(row?.off ?? []), pdf: row?.attachPdf ?? false };
}

/** Keeps which of the optional mails the person wants, and whether certificates come with theirs. */
export async function chooseMails(
  userId: string,
  wanted: readonly OptionalMail[],
  attachPdf = false,
): Promise<void> {
  const off = OPTIONAL_MAILS.filter((kind) => !wanted.includes(kind));
  await inTransaction(async () => {
    const before = await wishesOf(userId);
    await MailChoice.updateOne({ userId }, { $set: { off, attachPdf } }, { upsert: true });
    await audit({
      action: 'notifications.choose-mails',
      subject: { kind: 'account', id: userId },
      before: { off: [...before.off] },
      after: { off, attachPdf },
    });
  });
}
