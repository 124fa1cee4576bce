import { z } from 'zod';
import { defineJob, type JobDefinition, type Schedule } from '../../platform/queue';
import { now } from '../../shared/clock';
import { findCertificates } from '../certificates';
import { enrolmentIdsOf } from '../learning';
import { dayIn, peopleTurning } from '../organisations';
import { addDays } from './counts';
import { fold, followedOn, markEnrolments, setFollowed } from './service/fold';
import { buildFirst, isBuilt } from './service/rebuild';
import { sendReports } from './service/send-reports';

const what = z.enum(['enrolment', 'person', 'certificate']);
const Changed = z.object({ what, ids: z.array(z.string()) });
export type Changed = z.infer<typeof Changed>;

/** A job that was sent before they came together tells of one. */
const OneChanged = z
  .object({ what, id: z.string() })
  .transform(({ what, id }): Changed => ({ what, ids: [id] }));

async function enrolmentsOf({ what, ids }: Changed): Promise<string[]> {
  if (what === 'person') return enrolmentIdsOf(ids);
  if (what === 'enrolment') return ids;
  const certificates = await findCertificates(ids);
  return certificates.map(({ enrolmentId }) => enrolmentId);
}

/** Something happened to enrolments, people or certificates: the rows follow. */
export const followJob = (timeZone: string): JobDefinition<Changed> =>
  defineJob({
    name: 'reporting.follow',
    schema: z.union([Changed, OneChanged]),
    handle: async (changed) => {
      await markEnrolments(await enrolmentsOf(changed));
      await fold(timeZone);
    },
  });

/** What a killed worker left marked; and the first building of a site that is older than its reports. */
const catchUpJob = (timeZone: string) =>
  defineJob({
    name: 'reporting.catch-up',
    schema: z.object({}),
    // The next minute brings the next run.
    attempts: 1,
    handle: async () => {
      await buildFirst(timeZone);
      await fold(timeZone);
    },
  });

/**
 * Memberships begin and end by the calendar, without an event: looked up from the day on which this
 * was last done, however long the site stood still. An organisation's day may not be that of the site.
 */
async function followMemberships(timeZone: string): Promise<void> {
  const today = dayIn(timeZone, now());
  const from = await followedOn();
  // The first building takes them as they are.
  if (from === null && !(await isBuilt())) return;
  const turning = peopleTurning(
    from === null ? '0001-01-01' : addDays(from, -2),
    addDays(today, 1),
  );
  for await (const people of turning) await markEnrolments(await enrolmentIdsOf(people));
  await fold(timeZone);
  await setFollowed(today);
}

const turnOfDayJob = (timeZone: string) =>
  defineJob({
    name: 'reporting.follow-memberships',
    schema: z.object({}),
    handle: () => followMemberships(timeZone),
  });

const reportsJob = (timeZone: string) =>
  defineJob({
    name: 'reporting.send-reports',
    schema: z.object({}),
    handle: async () => {
      await sendReports(timeZone);
    },
  });

export function reportingSchedules(timeZone: string): Schedule[] {
  const scheduled = (id: string, job: JobDefinition<Record<string, never>>, pattern: string) => ({
    id,
    job: job as JobDefinition,
    pattern,
    payload: {},
  });
  return [
    scheduled('reporting-catch-up', catchUpJob(timeZone), '* * * * *'),
    scheduled('reporting-follow-memberships', turnOfDayJob(timeZone), '5 * * * *'),
    scheduled('reporting-send-reports', reportsJob(timeZone), '0 * * * *'),
  ];
}
