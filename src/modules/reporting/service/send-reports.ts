import { Types } from 'mongoose';
import { audit } from '../../../platform/audit';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { NotFound } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { DAY, now } from '../../../shared/clock';
import { rolesOf, timeZonesOf } from '../../accounts';
import { type Day, dayIn } from '../../organisations';
import { ALL_COURSES, mondayOf } from '../counts';
import { reportDue } from '../events';
import { SentReport, View, type ViewRow } from '../kept-model';
import { type Place, placeWithPeople } from '../policy';
import { figuresOf } from '../queries/figures';

const SLICE = 100;
/** How long the link in the mail leads to the list. */
const LIFETIME_MS = 14 * DAY;
/** In the morning of the first day; later on that day or in that period when the worker was away. */
const FROM_HOUR = 7;

const hourIn = (timeZone: string, at: Date): number =>
  Number(
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(at),
  );

/** First day of the period that has begun; null before the hour of its first day. */
function begun(every: ViewRow['every'], timeZone: string): Day | null {
  const at = now();
  const today = dayIn(timeZone, at);
  const first = every === 'week' ? mondayOf(today) : `${today.slice(0, 7)}-01`;
  return first === today && hourIn(timeZone, at) < FROM_HOUR ? null : first;
}

/** Where its owner may still look; null when they may not any more. */
async function placeOf({ userId, query }: ViewRow): Promise<Place | null> {
  try {
    return await placeWithPeople({ id: userId, grants: await rolesOf(userId) }, query.node);
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

/** Sends the report of a view for the period, once whatever runs twice. */
async function sendOne(
  view: ViewRow,
  first: Day,
  zones: { owner: string; site: string },
): Promise<boolean> {
  const viewId = view._id.toHexString();
  const period = `${view.every}-${first}`;
  if (await SentReport.exists({ viewId, period })) return false;
  const place = await placeOf(view);
  if (!place) return false;
  const time = now();
  const subject = { node: place.node, course: view.query.course ?? ALL_COURSES };
  // Figures go by the days of the site, as on its pages.
  const [figures] = await figuresOf([subject], dayIn(zones.site, time));
  if (!figures) throw new Error('Figures were asked for and none came');
  try {
    await inTransaction(async () => {
      const { userId, name, query } = view;
      const row = await SentReport.create({
        viewId,
        period,
        userId,
        name,
        query: { ...query, node: place.node },
        figures,
        day: dayIn(zones.owner, time),
        expiresAt: new Date(now().getTime() + LIFETIME_MS),
      });
      await audit({
        action: 'reporting.send-report',
        subject: { kind: 'report-view', id: viewId },
        after: { period },
      });
      await publish(reportDue, { reportId: row.id });
    });
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** Sends every report whose week or month has begun where its owner is. @returns how many went out */
export async function sendReports(timeZone: string): Promise<number> {
  let sent = 0;
  for (const every of ['week', 'month'] as const) {
    let after = new Types.ObjectId('0'.repeat(24));
    for (;;) {
      const views = await View.find({ every, _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(SLICE)
        .lean<ViewRow[]>();
      const zones = await timeZonesOf(views.map(({ userId }) => userId));
      for (const view of views) {
        const owner = zones.get(view.userId) ?? timeZone;
        const first = begun(every, owner);
        if (first === null || view.since >= first) continue;
        if (await sendOne(view, first, { owner, site: timeZone })) sent += 1;
      }
      const last = views.at(-1);
      if (!last || views.length < SLICE) break;
      after = last._id;
    }
  }
  return sent;
}
