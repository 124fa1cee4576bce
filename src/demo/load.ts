import { createAccount, findUserIdByEmail, grantRole, WHOLE_SITE } from '../modules/accounts';
import { syncAll } from '../modules/catalogue';
import { findEnrolmentIn, setDueDate } from '../modules/learning';
import { chooseMails } from '../modules/notifications';
import { addMembership } from '../modules/organisations';
import { countResults, countStops } from '../modules/teaching';
import type { Role } from '../platform/authz';
import type { Config } from '../platform/config';
import { inTransaction } from '../platform/db';
import { DEMO_COURSES } from '../platform/paths';
import type { Platform } from '../platform/platform';
import { DAY, now } from '../shared/clock';
import { addCertificateLives } from './certificates';
import { type Habits, learn } from './history';
import { plantOrganisations, type UnionPlaces } from './organisations';
import { inventLearners, type Learner } from './people';
import { Chance } from './random';
import { addStaffWork } from './staff-work';

const COURSE = 'ai-at-work';
const LEARNERS = 300;
const SEED = 20_261_121;
const DOMAIN = 'demo.kelas.example';

/** Known to everyone, which is why the set is served to its own machine only. */
const PASSWORD = 'learn together 2026';

type Place = (tree: { umbrellaId: string; unions: UnionPlaces[] }) => string;

const SIGN_INS: readonly {
  who: string;
  local: string;
  name: string;
  role?: { role: Role; place: Place };
}[] = [
  { who: 'worker', local: 'worker', name: 'Nur Aisyah binte Rahman' },
  {
    who: 'trainer',
    local: 'trainer',
    name: 'Lim Mei Hua',
    role: { role: 'trainer', place: ({ umbrellaId }) => umbrellaId },
  },
  {
    who: 'union staff',
    local: 'staff',
    name: 'Kavitha d/o Krishnan',
    role: { role: 'union-staff', place: ({ unions }) => unions[0]?.unionId ?? '' },
  },
  {
    who: 'administrator',
    local: 'admin',
    name: 'Tan Wei Jie',
    role: { role: 'administrator', place: () => WHOLE_SITE },
  },
];

const day = (date: Date): string => date.toISOString().slice(0, 10);
const daysAgo = (days: number): Date => new Date(now().getTime() - days * DAY);

/** A quarter completes, half stops on the way, the others have only enrolled. */
function habitsOf(chance: Chance): Habits {
  const fate = chance.next();
  return {
    skill: 0.62 + 0.33 * chance.next(),
    stamina: fate < 0.27 ? Number.MAX_SAFE_INTEGER : fate < 0.8 ? chance.whole(1, 14) : 0,
    from: daysAgo(chance.whole(3, 110)),
    until: daysAgo(chance.next() * 2),
  };
}

/** Half of those who are still at it have a day by which to be done; for some it has passed. */
async function setDay(userId: string, habits: Habits, chance: Chance): Promise<void> {
  const enrolment = await findEnrolmentIn(userId, COURSE);
  if (enrolment?.status !== 'active' || !chance.happens(0.5)) return;
  const dueOn = day(new Date(habits.from.getTime() + chance.whole(6, 16) * 7 * DAY));
  await setDueDate({ enrolmentId: enrolment.enrolmentId, dueOn, scope: { kind: 'all' } });
}

async function addLearner(learner: Learner, index: number, unions: UnionPlaces[]): Promise<void> {
  if (await findUserIdByEmail(learner.email)) return;
  await inTransaction(async () => {
    // Begun anew when the transaction is: the same person every time.
    const chance = new Chance(SEED + index);
    const union = chance.pick(unions);
    const habits = habitsOf(chance);
    const joined = new Date(habits.from.getTime() - chance.whole(30, 2_000) * DAY);
    const { userId } = await createAccount({
      ...learner,
      confirmed: true,
      createdAt: new Date(habits.from.getTime() - DAY),
    });
    await chooseMails(userId, []);
    await addMembership({
      userId,
      organisationId: chance.pick(union.branchIds),
      kind: 'union-member',
      number: `${union.code.slice(0, 2)}-${String(index + 1).padStart(5, '0')}`,
      startsOn: day(joined),
    });
    await addMembership({
      userId,
      organisationId: chance.pick(union.employerIds),
      kind: 'employee',
      startsOn: day(joined),
    });
    if (chance.happens(0.92)) await learn(userId, COURSE, habits, chance);
    await setDay(userId, habits, chance);
  });
}

async function addSignIns(tree: { umbrellaId: string; unions: UnionPlaces[] }): Promise<void> {
  for (const { who, local, name, role } of SIGN_INS) {
    const email = `${local}@${DOMAIN}`;
    if (await findUserIdByEmail(email)) continue;
    const { userId } = await createAccount({
      name,
      email,
      password: PASSWORD,
      language: 'en',
      confirmed: true,
      createdAt: daysAgo(61),
    });
    if (role) await grantRole(userId, { role: role.role, organisationId: role.place(tree) });
    if (who !== 'worker') continue;
    const union = tree.unions[0];
    const chance = new Chance(SEED);
    await addMembership({
      userId,
      organisationId: union?.branchIds[0] ?? '',
      kind: 'union-member',
      number: 'TR-90001',
      startsOn: '2019-03-01',
    });
    const habits = { skill: 0.95, stamina: 8, from: daysAgo(60), until: daysAgo(1) };
    await inTransaction(() => learn(userId, COURSE, habits, chance));
    await addDouble(name, union);
  }
}

/**
 * An account that the worker had made with another address, and left after two lessons: an
 * administrator can join the two.
 */
async function addDouble(name: string, union: UnionPlaces | undefined): Promise<void> {
  const { userId } = await createAccount({
    name,
    email: `aisyah.rahman@${DOMAIN}`,
    language: 'ms',
    confirmed: true,
    createdAt: daysAgo(140),
  });
  await addMembership({
    userId,
    organisationId: union?.employerIds[0] ?? '',
    kind: 'employee',
    startsOn: '2019-03-01',
  });
  const habits = { skill: 0.9, stamina: 2, from: daysAgo(139), until: daysAgo(120) };
  await inTransaction(() => learn(userId, COURSE, habits, new Chance(SEED + 1)));
}

/** Several at a time: most of the time of one is spent waiting for the disk. */
async function addLearners(unions: UnionPlaces[]): Promise<void> {
  const waiting = inventLearners(LEARNERS, new Chance(SEED)).entries();
  const work = async () => {
    for (const [index, learner] of waiting) await addLearner(learner, index, unions);
  };
  await Promise.all(Array.from({ length: 4 }, work));
}

/**
 * Loads the demonstration set where it is not there yet; goes on where an earlier try was cut off.
 * The catalogue must hold its course. @returns lines that tell how to sign in
 */
export async function loadDemonstration(
  platform: Pick<Platform, 'storage'> & { readonly config: Pick<Config, 'timeZone'> },
): Promise<string[]> {
  const { storage, config } = platform;
  const tree = await plantOrganisations();
  await syncAll(DEMO_COURSES, storage, { publishFirst: 'always' });
  await addSignIns(tree);
  await addLearners(tree.unions);
  const workerId = await findUserIdByEmail(`worker@${DOMAIN}`);
  if (tree.unions[0] && workerId) await addCertificateLives(tree.unions[0], workerId);
  const staffId = await findUserIdByEmail(`staff@${DOMAIN}`);
  const unionId = tree.unions[0]?.unionId;
  if (staffId !== null && unionId !== undefined) {
    const grant = { role: 'union-staff', organisationId: unionId } as const;
    await addStaffWork({ userId: staffId, grant }, { storage, timeZone: config.timeZone });
  }
  await countResults();
  await countStops();
  return [
    `Sign in with the password "${PASSWORD}" as`,
    ...SIGN_INS.map(({ who, local }) => `  ${who.padEnd(14)} ${local}@${DOMAIN}`),
  ];
}
