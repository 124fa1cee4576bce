import { logger } from '../../../platform/logger';
import { type JobRun, LeftForNext } from '../../../platform/queue';
import { throwAll } from '../../../shared/each-alone';
import type { Notice } from '../notice';
import { composeMail, type Recipients, recipientsOf, type Sender } from './compose-mail';
import { keepUp, leaseMails, Marks } from './mail-rows';

/** Whom mails go to and what they want is asked again after so long. */
const FRESH_MS = 1_000;

/** A mail server that is slow must not make us write to who has left meanwhile. */
function freshRecipients(notices: readonly Notice[]): (from: number) => Promise<Recipients> {
  let known: { recipients: Recipients; at: number } | undefined;
  return async (from) => {
    const at = performance.now();
    if (!known || at - known.at > FRESH_MS)
      known = { recipients: await recipientsOf(notices.slice(from)), at };
    return known.recipients;
  };
}

/**
 * Sends the mails of notices, each once, whatever runs twice: their rows are leased for the try, and
 * each is marked when the mail server has taken the mail. One window is left: a process that dies
 * between the server's yes and the mark sends again, under the same Message-ID, by which mail programs
 * know a mail that they have. Mails in files have no such window: the same key is the same file.
 * One that cannot be sent is in the way of no other. A worker that is to end has seconds for it, and a
 * slow mail server needs minutes for all: what is not begun then is left to the next.
 * @throws when one could not be sent, or another try is at it: the queue tries again; LeftForNext
 */
export async function sendMails(
  sender: Sender,
  notices: readonly Notice[],
  run: JobRun,
): Promise<void> {
  if (notices.length === 0) return;
  const leased = await leaseMails(notices);
  const { own, busy } = leased;
  const faults: unknown[] = [];
  const stop = keepUp(leased);
  const marks = new Marks(leased.holder);
  const recipients = freshRecipients(own);
  let left = false;
  try {
    for (const [place, notice] of own.entries()) {
      left ||= run.ending?.() ?? false;
      if (left) {
        marks.add(notice, 'waiting', null);
        continue;
      }
      try {
        const mail = await composeMail(sender, notice, await recipients(place));
        if ('skip' in mail) {
          marks.add(notice, 'skipped', mail.skip);
          continue;
        }
        await sender.mailer.send(mail);
        marks.add(notice, 'sent', null);
      } catch (error) {
        const reason = error instanceof Error ? error.message.slice(0, 300) : 'unknown';
        marks.add(notice, run.last ? 'failed' : 'waiting', reason);
        if (run.last) logger.error({ err: error, kind: notice.kind }, 'a mail could not be sent');
        faults.push(error);
      }
    }
  } finally {
    await marks.end().finally(stop);
  }
  if (left) throw new LeftForNext('The worker ends');
  if (busy > 0) faults.push(new Error('Another try to send this mail is under way'));
  throwAll(faults, notices.length);
}

/** The same for one. */
export const sendMail = (sender: Sender, notice: Notice, run: JobRun): Promise<void> =>
  sendMails(sender, [notice], run);
