import { audit } from '../../../platform/audit';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { findPerson } from '../../accounts';
import { type Completion, completionOf } from '../../learning';
import { findOrganisationByCode } from '../../organisations';
import { newCode, newNumber } from '../code';
import { Certificate, type CertificateRow, type Snapshot } from '../model';

/** Day in a time zone, YYYY-MM-DD. */
const dayIn = (date: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(date);

async function takeSnapshot(completion: Completion, issuedAt: Date): Promise<Snapshot> {
  const { enrolment, version, mark } = completion;
  const person = await findPerson(enrolment.userId);
  if (!person) throw new NotFound();
  const organisation = await findOrganisationByCode(version.provider);
  if (!organisation) {
    throw new Conflict('no-provider', 'certificates.error.noProvider', { code: version.provider });
  }
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
    date: dayIn(issuedAt, organisation.timeZone),
    timeZone: organisation.timeZone,
  };
}

/**
 * Awards the certificate of an enrolment, once: a later call gives the same record. The rules of the
 * enrolment's version are checked here again, whoever asks.
 * @throws NotFound when there is no such enrolment; Conflict when its rules are not met
 */
export async function awardCertificate(enrolmentId: string): Promise<CertificateRow> {
  const existing = await Certificate.findOne({ enrolmentId }).lean<CertificateRow>();
  if (existing) return existing;
  try {
    return await inTransaction(async () => {
      const completion = await completionOf(enrolmentId);
      if (!completion) throw new NotFound();
      if (!completion.met || completion.completedAt === null) {
        throw new Conflict('not-eligible', 'certificates.error.notEligible');
      }
      const issuedAt = now();
      const snapshot = await takeSnapshot(completion, issuedAt);
      const [row] = await Certificate.create([
        {
          enrolmentId,
          userId: completion.enrolment.userId,
          number: newNumber(Number(snapshot.date.slice(0, 4))),
          code: newCode(),
          issuedAt,
          snapshot,
        },
      ]);
      if (!row) throw new Error('The certificate was not written');
      await audit({
        action: 'certificates.award',
        subject: { kind: 'certificate', id: row.id },
        after: { enrolmentId, number: row.number },
      });
      return row.toObject();
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const winner = await Certificate.findOne({ enrolmentId }).lean<CertificateRow>();
    if (!winner) throw error;
    return winner;
  }
}
