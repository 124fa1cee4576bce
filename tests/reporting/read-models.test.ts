import fc from 'fast-check';
import { createAccount } from '../../src/modules/accounts';
import { revokeCertificate } from '../../src/modules/certificates';
import { Certificate } from '../../src/modules/certificates/model';
import { enrol, setDueDate, viewLesson, withdraw } from '../../src/modules/learning';
import { addMembership, endMembership, type Organisation } from '../../src/modules/organisations';
import { rebuild } from '../../src/modules/reporting';
import { Building, Row } from '../../src/modules/reporting/model';
import { fold, markEnrolments } from '../../src/modules/reporting/service/fold';
import { AppError } from '../../src/platform/errors';
import { Relay } from '../../src/platform/outbox';
import type { JobToAdd } from '../../src/platform/queue';
import { DAY, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import { publishSmallCourse } from '../support/factories/learning';
import { makeOrganisation } from '../support/factories/organisations';
import { shownReports } from '../support/reports';

/** Many histories, each through every fold; on a machine that may be busy. */
jest.setTimeout(180_000);

const site = useApp();
const COURSES = ['first', 'second'];
const LESSONS = ['first-steps', 'second-steps', 'third-steps'];
const START = Date.parse('2026-03-30T02:00:00Z');
const ZONE = 'Asia/Singapore';

let places: Organisation[] = [];
const people: string[] = [];
let time = START;

beforeAll(async () => {
  setClock(() => new Date(time));
  const centre = await makeOrganisation('umbrella', { code: 'kelas-centre' });
  const one = await makeOrganisation('union', { parent: centre });
  const two = await makeOrganisation('union', { parent: centre });
  places = [
    await makeOrganisation('branch', { parent: one }),
    await makeOrganisation('company', { parent: one }),
    await makeOrganisation('branch', { parent: two }),
  ];
  for (const slug of COURSES) {
    await publishSmallCourse(site, slug, {
      course: 'completion: { all: [{ viewed: first-steps }, { viewed: second-steps }] }',
    });
  }
  for (let i = 0; i < 4; i += 1) {
    const { userId } = await createAccount({
      name: `Person ${i}`,
      email: `p${i}@example.org`,
      password: 'a password of no one at all',
      language: 'en',
      confirmed: true,
    });
    people.push(userId);
  }
});

type Act =
  | { kind: 'enrol' | 'withdraw' | 'revoke' | 'due'; person: number; course: number; days: number }
  | { kind: 'view'; person: number; course: number; lesson: number; days: number }
  | { kind: 'join' | 'leave'; person: number; place: number; days: number };

const index = (most: number) => fc.integer({ min: 0, max: most });
const acts = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('enrol' as const),
        person: index(3),
        course: index(1),
        days: index(3),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('view' as const),
        person: index(3),
        course: index(1),
        lesson: index(2),
        days: index(6),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('withdraw' as const, 'revoke' as const, 'due' as const),
        person: index(3),
        course: index(1),
        days: index(3),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('join' as const, 'leave' as const),
        person: index(3),
        place: index(2),
        days: index(3),
      }),
    },
  ),
  { minLength: 12, maxLength: 40 },
);

const today = () => new Date(time).toISOString().slice(0, 10);

async function perform(act: Act, open: Map<string, string>): Promise<void> {
  const userId = people[act.person] ?? '';
  if (!('course' in act)) {
    const key = `${act.person} ${act.place}`;
    const place = places[act.place];
    const known = open.get(key);
    if (act.kind === 'leave') {
      if (known === undefined) return;
      await endMembership(known, today());
      open.delete(key);
    } else if (place && known === undefined) {
      const kind = place.kind === 'company' ? 'employee' : 'union-member';
      const made = await addMembership({
        userId,
        organisationId: place.id,
        kind,
        startsOn: today(),
      });
      open.set(key, made.id);
    }
    return;
  }
  const courseSlug = COURSES[act.course] ?? '';
  if (act.kind === 'revoke') {
    const row = await Certificate.findOne({ userId, 'snapshot.courseSlug': courseSlug }).lean();
    if (row) await revokeCertificate({ code: row.code, reason: 'A mistake' });
    return;
  }
  const { enrolmentId } = await enrol({ userId, courseSlug });
  if (act.kind === 'withdraw') await withdraw({ enrolmentId, userId });
  if (act.kind === 'due') {
    await setDueDate({ enrolmentId, dueOn: today(), scope: { kind: 'all' } });
  }
  if (act.kind === 'view') {
    await viewLesson({ enrolmentId, userId, activityId: LESSONS[act.lesson] ?? '' });
  }
}

/** Passes events on: certificates are made at once, what reports do comes twice and in any order. */
async function passOn(order: (jobs: JobToAdd[]) => JobToAdd[]): Promise<void> {
  const waiting: JobToAdd[] = [];
  const run = ({ job, jobId, payload }: JobToAdd) =>
    job.handle(payload, { jobId, attempt: 1, last: false });
  const relay = new Relay(
    site.rooms.flatMap((room) => room.subscriptions),
    {
      addAll: async (jobs) => {
        for (const each of jobs) {
          if (each.job.name === 'certificates.issue') await run(each);
          if (each.job.name.startsWith('reporting.')) waiting.push(each);
        }
      },
    },
  );
  while ((await relay.relayOnce()) > 0);
  for (const job of order([...waiting, ...waiting])) await run(job);
}

const runScheduled = async (schedule: string) =>
  site.rooms
    .flatMap((room) => room.schedules)
    .find(({ id }) => id === schedule)
    ?.job.handle({}, { jobId: 'test', attempt: 1, last: false });

test('whatever happens, twice and in any order, gives what a rebuild gives', async () => {
  // A site makes its first building in its first minute; before, memberships are not followed.
  await runScheduled('reporting-catch-up');
  const open = new Map<string, string>();
  await fc.assert(
    fc.asyncProperty(acts, fc.infiniteStream(fc.nat()), async (history, chance) => {
      const shuffled = (jobs: JobToAdd[]) =>
        jobs
          .map((job) => ({ job, place: chance.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ job }) => job);
      for (const act of history) {
        time += act.days * DAY;
        // What the rooms refuse is part of the history.
        await perform(act, open).catch((error) => {
          if (!(error instanceof AppError)) throw error;
        });
        if (act.days === 3) await passOn(shuffled);
      }
      await passOn(shuffled);
      // A membership that ended yesterday has ended for those of whom nothing was heard since.
      time += DAY;
      await runScheduled('reporting-follow-memberships');
      const followed = await shownReports();
      await rebuild(ZONE);
      expect(followed).toEqual(await shownReports());
    }),
    // Smaller histories are not looked for: each try takes seconds.
    { numRuns: 8, endOnFailure: true },
  );
  expect((await shownReports()).rows.length).toBeGreaterThan(3);
  expect((await shownReports()).counts.length).toBeGreaterThan(20);
});

test('a rebuild that was cut off goes on, and takes in what happens meanwhile', async () => {
  const before = await shownReports();
  await Building.updateOne(
    { _id: 'building' },
    { $inc: { current: 0 }, $set: { next: 99, cursor: null } },
  );
  const [row] = before.rows;
  await markEnrolments([row?.enrolmentId ?? '']);
  await fold(ZONE);
  expect(await Row.countDocuments({ g: 99 })).toBe(1);
  expect(await rebuild(ZONE)).toEqual({ enrolments: before.rows.length, resumed: true });
  expect(await shownReports()).toEqual(before);
  expect(await Row.countDocuments({ g: { $ne: 99 } })).toBe(0);
});

test('the first building is made once, however many begin it', async () => {
  const before = await shownReports();
  await Building.updateOne({ _id: 'building' }, { $set: { builtAt: null } });
  await Promise.all([1, 2, 3].map(() => runScheduled('reporting-catch-up')));
  await runScheduled('reporting-catch-up');
  expect(await Building.findById('building').lean()).toMatchObject({ current: 100, next: null });
  expect(await shownReports()).toEqual(before);
});
