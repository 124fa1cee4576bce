import { audit } from '../../../platform/audit';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { findPerson } from '../../accounts';
import { type Completion, completionOf } from '../../learning';
import { findOrganisationByCode, type Organisation } from '../../organisations';
import { newCode, newNumber } from '../code';
import { addMonths, dayIn, endOfDay } from '../dates';
import { chosenDesign } from '../design';
import { Certificate, type CertificateRow, LIVE, type Snapshot } from '../model';
import { canRenew } from '../state';
import { wordsOf } from '../words';

async function providerOf({ version }: Completion): Promise<Organisation> {
  const organisation = await findOrganisationByCode(version.provider);
  if (organisation) return organisation;
  throw new Conflict('no-provider', 'certificates.error.noProvider', { code: version.provider });
}

/** The award of the same course that runs out soon, or has run out: what a new one renews. */
const findRenewable = async (
  { enrolment }: Completion,
  at: Date,
): Promise<CertificateRow | null> => {
  const rows = await Certificate.find({
    userId: enrolment.userId,
    'snapshot.courseSlug': enrolment.courseSlug,
    enrolmentId: { $ne: enrolment.enrolmentId },
    standing: 'valid',
  })
    .sort({ issuedAt: -1 })
    .limit(1)
    .lean<CertificateRow[]>();
  const [row] = rows;
  return row && canRenew(row, at) ? row : null;
};

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
  issuedAt: Date,
  renewed: CertificateRow | null,
): Promise<Snapshot> {
  const { enrolment, version, mark } = completion;
  const person = await findPerson(enrolment.userId);
  if (!person) throw new NotFound();
  const date = dayIn(issuedAt, organisation.timeZone);
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
    design: await chosenDesign(organisation.path, version.courseSlug),
  };
}

const findLive = (enrolmentId: string): Promise<CertificateRow | null> =>
  Certificate.findOne({ enrolmentId, standing: { $in: LIVE } }).lean<CertificateRow>();

async function write(completion: Completion): Promise<CertificateRow> {
  const { enrolmentId, userId, organisationPath } = completion.enrolment;
  const issuedAt = now();
  const organisation = await providerOf(completion);
  const renewed = await findRenewable(completion, issuedAt);
  const snapshot = await takeSnapshot(completion, organisation, issuedAt, renewed);
  const number = newNumber(Number(snapshot.date.slice(0, 4)));
  const code = newCode();
  const [row] = await Certificate.create([
    {
      enrolmentId,
      userId,
      number,
      code,
      issuedAt,
      snapshot,
      standing: 'valid',
      expiresAt: snapshot.expiresOn ? endOfDay(snapshot.expiresOn, snapshot.timeZone) : null,
      renews: renewed?._id.toHexString() ?? null,
      reminded: [],
      awardPath: [...organisation.path],
      organisationPath: [...new Set([...organisation.path, ...organisationPath])],
      words: wordsOf({ snapshot, number, code }),
    },
  ]);
  if (!row) throw new Error('The certificate was not written');
  if (renewed) {
    await Certificate.updateOne({ _id: renewed._id }, { $set: { renewedBy: row.id } });
  }
  await audit({
    action: 'certificates.award',
    subject: { kind: 'certificate', id: row.id },
    after: { enrolmentId, number, ...(renewed ? { renews: renewed.number } : {}) },
  });
  return row.toObject();
}

/**
 * Awards the certificate of an enrolment, once: a later call gives the same record. The rules of the
 * enrolment's version are checked here again, whoever asks.
 * @throws NotFound when there is no such enrolment; Conflict when its rules are not met
 */
export async function awardCertificate(enrolmentId: string): Promise<CertificateRow> {
  const existing = await findLive(enrolmentId);
  if (existing) return existing;
  try {
    return await inTransaction(async () => {
      const completion = await completionOf(enrolmentId);
      if (!completion) throw new NotFound();
      if (!completion.met || completion.completedAt === null) {
        throw new Conflict('not-eligible', 'certificates.error.notEligible');
      }
      return write(completion);
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const winner = await findLive(enrolmentId);
    if (!winner) throw error;
    return winner;
  }
}
