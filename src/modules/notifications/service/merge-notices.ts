import { isValidObjectId } from 'mongoose';
import { inTransaction } from '../../../platform/db';
import { setUnread } from '../../accounts';
import { enrolmentsWithin } from '../../learning';
import { MailChoice, MailSend, Notification, type NotificationRow } from '../model';

const AT_ONCE = 500;
const COURSE = '/learn/';

/** Ids of notices about an enrolment that ended because the person had another one in the course. */
async function aboutDoubles(userId: string): Promise<NotificationRow['_id'][]> {
  const rows = await Notification.find({ userId }, { href: 1 }).lean<NotificationRow[]>();
  const about = rows.flatMap(({ _id, href }) => {
    const id = href.startsWith(COURSE) ? href.slice(COURSE.length) : '';
    return isValidObjectId(id) ? [{ _id, id }] : [];
  });
  const doubles: NotificationRow['_id'][] = [];
  for (let first = 0; first < about.length; first += AT_ONCE) {
    const some = about.slice(first, first + AT_ONCE);
    const found = await enrolmentsWithin(
      { kind: 'all' },
      some.map(({ id }) => id),
    );
    const theirs = new Set(
      found.filter((each) => each.userId !== userId).map(({ enrolmentId }) => enrolmentId),
    );
    doubles.push(...some.filter(({ id }) => theirs.has(id)).map(({ _id }) => _id));
  }
  return doubles;
}

/** One list of notices, and what was mailed to both. The choice of mails is that of who stays. */
export const mergeNotices = (from: string, to: string): Promise<void> =>
  inTransaction(async () => {
    const known = await Notification.distinct('eventKey', { userId: to });
    await Notification.deleteMany({ userId: from, eventKey: { $in: known } });
    await Notification.updateMany({ userId: from }, { $set: { userId: to } });
    await Notification.deleteMany({ _id: { $in: await aboutDoubles(to) } });
    await setUnread(to, await Notification.countDocuments({ userId: to, readAt: null }));
    await MailSend.updateMany({ userId: from }, { $set: { userId: to } });
    if (await MailChoice.exists({ userId: to })) await MailChoice.deleteOne({ userId: from });
    else await MailChoice.updateOne({ userId: from }, { $set: { userId: to } });
  });
