import { findUserIdByEmail, findUserIdsByEmail } from '../modules/accounts';
import { findPublishedVersion, listVersions } from '../modules/catalogue';
import { checkList, confirmList, hasLists } from '../modules/enrolling';
import { findEnrolmentIn, sayOfModule } from '../modules/learning';
import { pathsOfMany } from '../modules/organisations';
import { keepList } from '../modules/reporting';
import type { RoleGrant } from '../platform/authz';
import { inTransaction } from '../platform/db';
import type { FileStorage } from '../platform/storage';
import { DAY, now, withClock } from '../shared/clock';
import { type Habits, learn } from './history';
import { Chance } from './random';
import { publishEdition, SECOND_COURSE } from './second-course';

const SEED = 20_261_122;
const daysAgo = (days: number): Date => new Date(now().getTime() - days * DAY);
/** As if it were that time. */
const at = <T>(time: Date, work: () => T): T => withClock(() => time, work);
const emailOf = (number: number): string =>
  `learner-${String(number).padStart(3, '0')}@demo.kelas.example`;

const SAID: readonly { number: number; moduleId: string; text: string; signed: boolean }[] = [
  {
    number: 1,
    moduleId: 'what-it-shows',
    signed: true,
    text: 'Short and clear. I read the rota chart with my team the next day.',
  },
  {
    number: 2,
    moduleId: 'what-it-shows',
    signed: false,
    text: 'More examples from buses, please. The shop floor is far from my day.',
  },
  {
    number: 4,
    moduleId: 'what-it-hides',
    signed: false,
    text: 'I did not know about the axis. Now I look at the corner first.',
  },
];

/** Some learn the first edition, others the better one; those who stopped are still in the first. */
async function learnBoth(storage: FileStorage): Promise<void> {
  const take = async (numbers: readonly number[], habits: (chance: Chance) => Habits) => {
    for (const number of numbers) {
      const userId = await findUserIdByEmail(emailOf(number));
      if (userId === null || (await findEnrolmentIn(userId, SECOND_COURSE))) continue;
      const chance = new Chance(SEED + number);
      await inTransaction(() => learn(userId, SECOND_COURSE, habits(chance), chance));
    }
  };
  const upTo = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
  if ((await findPublishedVersion(SECOND_COURSE)) === null) {
    await at(daysAgo(45), () => publishEdition(1, storage));
  }
  if ((await listVersions(SECOND_COURSE)).length < 2) {
    await take(upTo(1, 12), (chance) => ({
      skill: 0.8,
      stamina: chance.whole(1, 4),
      from: daysAgo(chance.whole(25, 40)),
      until: daysAgo(16),
    }));
    await at(daysAgo(14), () => publishEdition(2, storage));
  }
  await take(upTo(13, 10), (chance) => ({
    skill: 0.85,
    stamina: chance.whole(0, 5),
    from: daysAgo(chance.whole(4, 13)),
    until: daysAgo(1),
  }));
  for (const { number, ...said } of SAID) {
    const userId = (await findUserIdByEmail(emailOf(number))) ?? '';
    const enrolment = await findEnrolmentIn(userId, SECOND_COURSE);
    if (!enrolment) continue;
    await at(daysAgo(15), () => sayOfModule(userId, enrolment.enrolmentId, said));
  }
}

/** Addresses of learners who belong to an organisation, those who are in no second course yet. */
async function membersOf(organisationId: string, most: number): Promise<string[]> {
  const emails = Array.from({ length: 100 }, (_, i) => emailOf(i + 30));
  const ids = await findUserIdsByEmail(emails);
  const paths = await pathsOfMany([...ids.values()]);
  const belongs = (email: string): boolean =>
    (paths.get(ids.get(email) ?? '') ?? []).some((path) => path.includes(organisationId));
  return emails.filter(belongs).slice(0, most);
}

/** A list that was carried out, one with faults, and kept lists, one of which comes each week. */
async function workOfStaff(staff: { userId: string; grant: RoleGrant }, timeZone: string) {
  const { userId, grant } = staff;
  const actor = { id: userId, grants: [grant] };
  const defaults = { organisationId: grant.organisationId, courseSlug: SECOND_COURSE, dueOn: null };
  const dueOn = daysAgo(-60).toISOString().slice(0, 10);
  const members = await membersOf(grant.organisationId, 7);
  const [fifth = '', sixth = '', seventh = ''] = members.slice(4);
  await inTransaction(async () => {
    const done = await checkList(actor, {
      fileName: 'night-shift.csv',
      rows: members.slice(0, 4).map((email) => ({ email })),
      defaults: { ...defaults, dueOn },
    });
    await confirmList(actor, done.importId);
    await checkList(actor, {
      fileName: 'depot-north.csv',
      rows: [
        { email: fifth },
        { email: 'tan.mei.hua at example.org', name: 'Tan Mei Hua' },
        { number: 'TR-404' },
        { email: sixth, course: 'Reading cards at work' },
        { email: fifth },
        { email: seventh, due: '31/02/2027' },
      ],
      defaults,
    });
    const node = grant.organisationId;
    const keep = (name: string, state: string, every: 'never' | 'week') =>
      keepList({ userId, name, every, query: { node, state } }, timeZone);
    await keep('Overdue in our union', 'overdue', 'week');
    await keep('Enrolled, not yet begun', 'not-started', 'never');
  });
}

/** What there is to see for those who teach and those who look after people. */
export async function addStaffWork(
  staff: { userId: string; grant: RoleGrant },
  { storage, timeZone }: { storage: FileStorage; timeZone: string },
): Promise<void> {
  // Written last, and all of it at once.
  if (await hasLists(staff.userId)) return;
  await learnBoth(storage);
  await workOfStaff(staff, timeZone);
}
