import { Types } from 'mongoose';
import type { UnionPlaces } from '../../../src/demo/organisations';
import { inventLearners } from '../../../src/demo/people';
import { Chance } from '../../../src/demo/random';
import { User } from '../../../src/modules/accounts/model';
import { hashPassword } from '../../../src/modules/accounts/password';
import { searchKeysOf } from '../../../src/modules/accounts/search';
import type { PublishedVersion } from '../../../src/modules/catalogue';
import { awardCertificate } from '../../../src/modules/certificates';
import { Enrolment, Fact, type FactRow } from '../../../src/modules/learning/model';
import { Membership, Organisation } from '../../../src/modules/organisations/model';
import { DAY } from '../../../src/shared/clock';

export const PASSWORD = 'a bench by the river bank';
const BATCH = 1_000;
/** How many of those who completed get one, to be checked. */
const CERTIFICATES = 128;

export const emailOf = (index: number): string => `learner-${index}@bench.example.org`;

interface Person {
  readonly userId: Types.ObjectId;
  readonly enrolmentId: Types.ObjectId;
  readonly from: Date;
  readonly until: Date;
  /** Activities done, from the first on. */
  readonly done: number;
  readonly union: UnionPlaces;
}

/** A share has completed, half is on the way, the rest has only enrolled. */
function invent(
  chance: Chance,
  unions: readonly UnionPlaces[],
  activities: number,
  share: number,
): Person {
  const fate = chance.next();
  const days = chance.whole(5, 300);
  const from = new Date(Date.now() - days * DAY);
  return {
    userId: new Types.ObjectId(),
    enrolmentId: new Types.ObjectId(),
    from,
    until: new Date(from.getTime() + chance.whole(1, days) * DAY),
    done: fate < share ? activities : fate < share + 0.5 ? chance.whole(1, activities - 1) : 0,
    union: chance.pick(unions),
  };
}

interface Stored {
  new (): { toObject(): object };
  readonly collection: { insertMany(rows: never[], options: object): Promise<unknown> };
}

/**
 * Puts rows into a collection with the defaults of its model, without the model's work on each: what
 * it would check is known here.
 */
async function put(model: Stored, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  const { _id, ...blank } = new model().toObject() as { _id?: unknown };
  const whole = rows.map((row) => ({ ...blank, ...row }));
  await model.collection.insertMany(whole as never[], { ordered: false });
}

/** What they have done; a quiz that is done is passed. */
function factsOf(person: Person, version: PublishedVersion) {
  const activities = version.modules.flatMap((module) => module.activities).slice(0, person.done);
  const rows = activities.flatMap(({ id, kind }, index): Partial<FactRow>[] => {
    const at = new Date(
      person.from.getTime() + ((person.until.getTime() - person.from.getTime()) * index) / 20,
    );
    const row = { enrolmentId: person.enrolmentId, activityId: id, at };
    const key = new Types.ObjectId().toHexString();
    return kind === 'lesson'
      ? [{ ...row, kind: 'viewed', mark: null, key: '' }]
      : [
          { ...row, kind: 'submitted', mark: 80, key },
          { ...row, kind: 'passed', mark: 80, key },
        ];
  });
  const done = activities.map(({ id, kind }) => ({
    activityId: id,
    viewed: kind === 'lesson',
    submitted: kind === 'quiz',
    mark: kind === 'quiz' ? 80 : null,
  }));
  return { rows, done };
}

/**
 * Writes people who learn, as the rooms would have left them, by thousands: not by the use cases, one
 * by one, which would take an hour.
 * @param share of those who have completed the course
 * @returns codes of certificates
 */
export async function addPeople(
  range: { from: number; to: number },
  version: PublishedVersion,
  unions: readonly UnionPlaces[],
  share = 0.25,
): Promise<string[]> {
  const passwordHash = await hashPassword(PASSWORD);
  const paths = new Map(
    (await Organisation.find().lean()).map(({ _id, path }) => [_id.toHexString(), path]),
  );
  const activities = version.modules.flatMap((module) => module.activities).length;
  const chance = new Chance(range.from + 7);
  const completed: Types.ObjectId[] = [];
  for (let first = range.from; first < range.to; first += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, range.to - first) }, (_, i) => first + i);
    // The first ones are those who sign in: on their way, so that every page has something to do.
    const people = numbers.map((index) => {
      const person = invent(chance, unions, activities, share);
      return index < 100 ? { ...person, done: 3 } : person;
    });
    const named = inventLearners(people.length, chance);
    await put(
      User,
      people.map(({ userId, from }, i) => {
        const who = { name: named[i]?.name ?? '', email: emailOf(first + i) };
        return {
          ...who,
          _id: userId,
          emailKey: who.email,
          emailConfirmedAt: from,
          passwordHash,
          preferences: {
            language: named[i]?.language ?? 'en',
            theme: 'system' as const,
            textSize: 'normal' as const,
          },
          searchKeys: searchKeysOf(who),
          createdAt: from,
        };
      }),
    );
    const belongs = people.map(({ union }) => ({
      branch: chance.pick(union.branchIds),
      employer: chance.pick(union.employerIds),
    }));
    await put(
      Membership,
      people.flatMap(({ userId, from }, i) =>
        (['branch', 'employer'] as const).map((which) => {
          const organisationId = belongs[i]?.[which] ?? '';
          return {
            userId: userId.toHexString(),
            organisationId,
            organisationPath: [...(paths.get(organisationId) ?? [])],
            kind: which === 'branch' ? ('union-member' as const) : ('employee' as const),
            startsOn: '2020-01-01',
            open: true,
            createdAt: from,
          };
        }),
      ),
    );
    const facts = people.map((person) => factsOf(person, version));
    await put(
      Enrolment,
      people.map((person, i) => {
        const completed = person.done === activities;
        const belonging = belongs[i];
        const due = new Date(person.from.getTime() + 200 * DAY).toISOString().slice(0, 10);
        return {
          _id: person.enrolmentId,
          userId: person.userId.toHexString(),
          courseSlug: version.courseSlug,
          versionId: version.id,
          organisationPath: [
            ...new Set([
              ...(paths.get(belonging?.branch ?? '') ?? []),
              ...(paths.get(belonging?.employer ?? '') ?? []),
            ]),
          ],
          status: completed ? ('completed' as const) : ('active' as const),
          via: 'self' as const,
          // A third of them has a day until which it is to be done.
          dueOn: i % 3 === 0 ? due : null,
          enrolledAt: person.from,
          completedAt: completed ? person.until : null,
          mark: completed ? 80 : null,
          lastSeenAt: person.until,
          done: facts[i]?.done ?? [],
          revision: facts[i]?.rows.length ?? 0,
        };
      }),
    );
    await put(
      Fact,
      facts.flatMap((each) => each.rows),
    );
    completed.push(
      ...people.filter(({ done }) => done === activities).map(({ enrolmentId }) => enrolmentId),
    );
  }
  const certificates = await Promise.all(
    completed.slice(0, CERTIFICATES).map((id) => awardCertificate(id.toHexString())),
  );
  return certificates.map(({ code }) => code);
}
