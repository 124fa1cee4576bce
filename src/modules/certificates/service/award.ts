import { Types } from 'mongoose';
import { auditAll } from '../../../platform/audit';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { Conflict, Gone, NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { findPeople, successorsOf } from '../../accounts';
import { type Completion, completionsOf } from '../../learning';
import { dayIn, findOrganisationByCode, type Organisation } from '../../organisations';
import { newCode, newNumber } from '../code';
import { addMonths, endOfDay } from '../dates';
import { chosenDesign } from '../design';
import { Certificate, type CertificateRow, LIVE, type Snapshot } from '../model';
import { canRenew } from '../state';
import { wordsOf } from '../words';

/** What several awards of one moment have in common, read once. */
class Surroundings {
  readonly at = now();
  readonly #providers = new Map<string, Promise<Organisation | null>>();
  readonly #designs = new Map<string, Promise<string>>();
  readonly #people: Awaited<ReturnType<typeof findPeople>>;
  readonly #earlier: readonly CertificateRow[];

  private constructor(
    people: Awaited<ReturnType<typeof findPeople>>,
    earlier: readonly CertificateRow[],
  ) {
    this.#people = people;
    this.#earlier = earlier;
  }

  static async of(completions: readonly Completion[]): Promise<Surroundings> {
    const userIds = [...new Set(completions.map(({ enrolment }) => enrolment.userId))];
    const slugs = [...new Set(completions.map(({ enrolment }) => enrolment.courseSlug))];
    const people = await findPeople(userIds);
    const earlier = await Certificate.find(
      {
        userId: { $in: userIds },
        'snapshot.courseSlug': { $in: slugs },
        standing: 'valid',
      },
      { words: 0 },
    )
      .sort({ issuedAt: -1 })
      .lean<CertificateRow[]>();
    return new Surroundings(people, earlier);
  }

  async providerOf({ version: { provider: code } }: Completion): Promise<Organisation> {
    const known = this.#providers.get(code) ?? findOrganisationByCode(code);
    this.#providers.set(code, known);
    const organisation = await known;
    if (organisation) return organisation;
    throw new Conflict('no-provider', 'certificates.error.noProvider', { code });
  }

  designOf(organisation: Organisation, courseSlug: string): Promise<string> {
    const name = `${organisation.id} ${courseSlug}`;
    const known = this.#designs.get(name) ?? chosenDesign(organisation.path, courseSlug);
    this.#designs.set(name, known);
    return known;
  }

  /** @throws Gone for someone who has left */
  person(userId: string) {
    const person = this.#people.get(userId);
    if (!person) throw new Gone('holder-left', 'certificates.error.forgotten');
    return person;
  }

  /** The award of the same course that runs out soon, or has run out: what a new one renews. */
  renewableOf({ enrolment }: Completion): CertificateRow | null {
    const row = this.#earlier.find(
      ({ userId, snapshot, enrolmentId }) =>
        userId === enrolment.userId &&
        snapshot.courseSlug === enrolment.courseSlug &&
        enrolmentId !== enrolment.enrolmentId,
    );
    return row && canRenew(row, this.at) ? row : null;
  }
}

/** Whoever renews in time loses nothing: the new one counts from the end of the old one. */
function expiryOf(
  { version }: Completion,
  today: string,
  renewed: CertificateRow | null,
): string | null {
  const { validMonths } = version.certificate;
  if (validMonths === undefined || validMonths === null) return null;
  const end = renewed?.snapshot.expiresOn ?? today;
  return addMonths(end > today ? end : today, validMonths);
}

async function takeSnapshot(
  completion: Completion,
  organisation: Organisation,
  renewed: CertificateRow | null,
  around: Surroundings,
): Promise<Snapshot> {
  const { enrolment, version, mark } = completion;
  const person = around.person(enrolment.userId);
  const date = dayIn(organisation.timeZone, around.at);
  return {
    holderName: person.name,
    language: person.language,
    courseSlug: version.courseSlug,
    courseTitle: version.title,
    courseLanguage: version.language,
    versionId: version.id,
    versionNumber: version.number,
    hours: version.certificate.hours,
    level: version.level,
    skills: [...version.skills],
    mark: version.certificate.showMark ? mark : null,
    organisation: { id: organisation.id, code: organisation.code, name: organisation.name },
    date,
    expiresOn: expiryOf(completion, date, renewed),
    timeZone: organisation.timeZone,
    design: await around.designOf(organisation, version.courseSlug),
  };
}

/** The record of an award, as it is written, and the one that it renews. */
interface Draft {
  readonly row: CertificateRow;
  readonly renewed: CertificateRow | null;
}

async function draftOf(completion: Completion, around: Surroundings): Promise<Draft> {
  const { enrolmentId, userId, organisationPath } = completion.enrolment;
  const organisation = await around.providerOf(completion);
  const renewed = around.renewableOf(completion);
  const snapshot = await takeSnapshot(completion, organisation, renewed, around);
  const number = newNumber(Number(snapshot.date.slice(0, 4)));
  const code = newCode();
  const row: CertificateRow = {
    _id: new Types.ObjectId(),
    enrolmentId,
    userId,
    number,
    code,
    issuedAt: around.at,
    snapshot,
    pdf: null,
    standing: 'valid',
    revocation: null,
    suspension: null,
    supersession: null,
    supersedes: null,
    expiresAt: snapshot.expiresOn ? endOfDay(snapshot.expiresOn, snapshot.timeZone) : null,
    renews: renewed?._id.toHexString() ?? null,
    renewedBy: null,
    reminded: [],
    awardPath: [...organisation.path],
    organisationPath: [...new Set([...organisation.path, ...organisationPath])],
    words: wordsOf({ snapshot, number, code }),
  };
  return { row, renewed };
}

async function write(drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return;
  // Whole rows, so that mongoose need not make a document of each.
  await Certificate.insertMany(
    drafts.map(({ row }) => row),
    { lean: true },
  );
  for (const { row, renewed } of drafts) {
    if (!renewed) continue;
    const renewedBy = row._id.toHexString();
    await Certificate.updateOne({ _id: renewed._id }, { $set: { renewedBy } });
  }
  await auditAll(
    'certificates.award',
    drafts.map(({ row: { _id, enrolmentId, number }, renewed }) => ({
      subject: { kind: 'certificate', id: _id.toHexString() },
      after: { enrolmentId, number, ...(renewed ? { renews: renewed.number } : {}) },
    })),
  );
}

/** An award, or what is in its way. */
export type Awarded = { readonly row: CertificateRow } | { readonly fault: unknown };

/** @throws NotFound, Conflict */
function checkEarned(completion: Completion | undefined): Completion {
  if (!completion) throw new NotFound();
  if (!completion.met || completion.completedAt === null) {
    throw new Conflict('not-eligible', 'certificates.error.notEligible');
  }
  return completion;
}

/** The same, for the account with which someone's own was joined before this was awarded. */
async function forHolders(
  completions: ReadonlyMap<string, Completion>,
): Promise<Map<string, Completion>> {
  const holders = await successorsOf(
    [...completions.values()].map(({ enrolment }) => enrolment.userId),
  );
  return new Map(
    [...completions].map(([enrolmentId, completion]) => {
      const { enrolment } = completion;
      const userId = holders.get(enrolment.userId) ?? enrolment.userId;
      return [enrolmentId, { ...completion, enrolment: { ...enrolment, userId } }];
    }),
  );
}

/**
 * One transaction over those that have none. A second award of the same course to the same person
 * may renew the first, so it waits for the next.
 */
const awardMissing = (enrolmentIds: readonly string[]): Promise<Map<string, Awarded>> =>
  inTransaction(async () => {
    const results = new Map<string, Awarded>();
    const completions = await forHolders(await completionsOf(enrolmentIds));
    const around = await Surroundings.of([...completions.values()]);
    const drafts: Draft[] = [];
    const taken = new Set<string>();
    for (const enrolmentId of enrolmentIds) {
      try {
        const completion = checkEarned(completions.get(enrolmentId));
        const { userId, courseSlug } = completion.enrolment;
        if (taken.has(`${userId} ${courseSlug}`)) continue;
        const draft = await draftOf(completion, around);
        taken.add(`${userId} ${courseSlug}`);
        drafts.push(draft);
        results.set(enrolmentId, { row: draft.row });
      } catch (fault) {
        // What cannot be awarded; anything else is in the way of them all.
        if (![NotFound, Conflict, Gone].some((kind) => fault instanceof kind)) throw fault;
        results.set(enrolmentId, { fault });
      }
    }
    await write(drafts);
    return results;
  });

async function findLive(enrolmentIds: readonly string[]): Promise<Map<string, Awarded>> {
  const rows = await Certificate.find({
    enrolmentId: { $in: enrolmentIds },
    standing: { $in: LIVE },
  }).lean<CertificateRow[]>();
  return new Map(rows.map((row) => [row.enrolmentId, { row }]));
}

/** Others may award the same at the same time; each time at least one of them comes through. */
const TRIES = 20;

/**
 * Awards the certificates of enrolments, each once: a later call gives the same record. The rules of
 * the enrolment's version are checked here again, whoever asks. At most 500 ids at a time.
 * @returns by the id of the enrolment; a fault is NotFound when there is no such enrolment, Conflict
 * when its rules are not met, Gone when its person has left
 */
export async function awardCertificates(
  enrolmentIds: readonly string[],
): Promise<Map<string, Awarded>> {
  const results = await findLive(enrolmentIds);
  for (let tries = 1; ; ) {
    const missing = [...new Set(enrolmentIds)].filter((id) => !results.has(id));
    if (missing.length === 0) return results;
    try {
      for (const [id, awarded] of await awardMissing(missing)) results.set(id, awarded);
    } catch (error) {
      if (!isDuplicateKey(error) || tries >= TRIES) throw error;
      tries += 1;
      for (const [id, awarded] of await findLive(missing)) results.set(id, awarded);
    }
  }
}

/**
 * The same for one.
 * @throws NotFound when there is no such enrolment; Conflict when its rules are not met; Gone when
 * its person has left
 */
export async function awardCertificate(enrolmentId: string): Promise<CertificateRow> {
  const awarded = (await awardCertificates([enrolmentId])).get(enrolmentId);
  if (!awarded) throw new NotFound();
  if ('fault' in awarded) throw awarded.fault;
  return awarded.row;
}
