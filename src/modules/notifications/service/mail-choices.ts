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

/** What someone wants who has chosen nothing. */
export const NOTHING_CHOSEN: MailWishes = { off: new Set(), pdf: false };

/** The wishes of those who have chosen, by the id of the person. */
export async function wishesOfMany(userIds: readonly string[]): Promise<Map<string, MailWishes>> {
  const rows = await MailChoice.find({ userId: { $in: userIds } }).lean();
  return new Map(
    rows.map(({ userId, off, attachPdf }) => [userId, { off: new Set(off), pdf: attachPdf }]),
  );
}

export const wishesOf = async (userId: string): Promise<MailWishes> =>
  (await wishesOfMany([userId])).get(userId) ?? NOTHING_CHOSEN;

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
