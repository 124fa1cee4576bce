import { changeName, createAccount, findUserIdByEmail } from '../modules/accounts';
import {
  certificateOf,
  changeStanding,
  renewCertificate,
  supersedeCertificate,
} from '../modules/certificates';
import { findEnrolmentIn } from '../modules/learning';
import { chooseMails } from '../modules/notifications';
import { addMembership } from '../modules/organisations';
import { inTransaction } from '../platform/db';
import { DAY, now, withClock } from '../shared/clock';
import { type Habits, learn, learnAgain } from './history';
import type { UnionPlaces } from './organisations';
import { Chance } from './random';

/** A short course of its own, in src/demo/courses: its certificates end after a year. */
const COURSE = 'data-safety-yearly';
const SEED = 20_261_122;
const WHOLE = { kind: 'all' } as const;

const daysAgo = (days: number): Date => new Date(now().getTime() - days * DAY);
const at = <T>(days: number, work: () => Promise<T>): Promise<T> => {
  const moment = daysAgo(days);
  return withClock(() => moment, work);
};

/** Someone who takes half an hour for all of it. */
const habits = (days: number): Habits => ({
  skill: 1,
  stamina: Number.MAX_SAFE_INTEGER,
  from: daysAgo(days),
  until: daysAgo(days - 1),
  inOneGo: true,
});

const earn = (userId: string, days: number, chance: Chance): Promise<void> =>
  learn(userId, COURSE, habits(days), chance);

async function certificateIdOf(userId: string): Promise<string> {
  const enrolment = await findEnrolmentIn(userId, COURSE);
  const certificate = enrolment && (await certificateOf(enrolment.enrolmentId));
  if (!certificate) throw new Error('A certificate of the demonstration set is missing');
  return certificate.id;
}

interface Life {
  local: string;
  name: string;
  /** Days since they began the course for the first time. */
  began: number;
  after?: (userId: string, chance: Chance) => Promise<void>;
}

/** One of each kind, so that every page about certificates has something to show. */
const LIVES: readonly Life[] = [
  { local: 'expired', name: 'Rosnah binte Osman', began: 384 },
  {
    local: 'renewed',
    name: 'குமார் வேலு',
    began: 400,
    after: async (userId, chance) => {
      const certificateId = await certificateIdOf(userId);
      const { enrolmentId } = await at(70, () => renewCertificate({ certificateId, userId }));
      await learnAgain({ userId, enrolmentId }, COURSE, habits(70), chance);
    },
  },
  {
    local: 'revoked',
    name: 'Lim Boon Kiat',
    began: 150,
    after: async (userId) => {
      const certificateId = await certificateIdOf(userId);
      const reason = 'Awarded to the wrong person: two members have the same name.';
      await at(140, () => changeStanding({ certificateId, act: 'revoke', reason }, WHOLE));
    },
  },
  {
    local: 'suspended',
    name: '黄俊豪',
    began: 60,
    after: async (userId) => {
      const certificateId = await certificateIdOf(userId);
      const reason = 'The answers of this sitting are being looked at again.';
      await at(9, () => changeStanding({ certificateId, act: 'suspend', reason }, WHOLE));
    },
  },
  {
    local: 'corrected',
    name: 'Anjali d/o Krishan',
    began: 45,
    after: async (userId) => {
      const certificateId = await certificateIdOf(userId);
      const holderName = 'Anjali d/o Krishnan';
      const reason = 'The name was misspelt.';
      await at(30, async () => {
        await changeName(userId, holderName);
        await supersedeCertificate({ certificateId, holderName, reason }, WHOLE);
      });
    },
  },
];

async function live({ local, name, began, after }: Life, union: UnionPlaces, chance: Chance) {
  const email = `${local}@demo.kelas.example`;
  if (await findUserIdByEmail(email)) return;
  await inTransaction(async () => {
    const createdAt = daysAgo(began + 1);
    const { userId } = await createAccount({
      name,
      email,
      language: 'en',
      confirmed: true,
      createdAt,
    });
    await chooseMails(userId, []);
    await addMembership({
      userId,
      organisationId: chance.pick(union.branchIds),
      kind: 'union-member',
      startsOn: createdAt.toISOString().slice(0, 10),
    });
    await earn(userId, began, chance);
    await after?.(userId, chance);
  });
}

/**
 * Certificates in every state of their life: past their end, renewed, revoked, suspended, replaced;
 * and one of `workerId` that ends in six weeks.
 */
export async function addCertificateLives(union: UnionPlaces, workerId: string): Promise<void> {
  const chance = new Chance(SEED);
  for (const life of LIVES) await live(life, union, chance);
  if (await findEnrolmentIn(workerId, COURSE)) return;
  await inTransaction(() => earn(workerId, 323, chance));
}
