import { type CertificateSummary, certificateOf } from '../../../src/modules/certificates';
import { formatCode } from '../../../src/modules/certificates/code';
import {
  type IssueTools,
  issueCertificates,
} from '../../../src/modules/certificates/service/issue';
import type { Organisation } from '../../../src/modules/organisations';
import type { TestApp } from '../app';
import { type Learner, makeLearner, publishSmallCourse } from './learning';
import { makeOrganisation } from './organisations';

/** The organisation that awards the certificates of the small courses. */
export const makeCentre = (): Promise<Organisation> =>
  makeOrganisation('umbrella', { code: 'kelas-centre', name: 'Kelas Labour Centre' });

/** Publishes a small course that is completed by reading these of its lessons. */
export const publishReadingCourse = (
  app: Pick<TestApp, 'platform'>,
  slug: string,
  lessons: readonly string[] = ['first-steps'],
) =>
  publishSmallCourse(app, slug, {
    course: `completion: { all: [${lessons.map((id) => `{ viewed: ${id} }`).join(', ')}] }`,
  });

/** Someone who has completed such a course by its first lesson; no job has run yet. */
export async function makeGraduate(
  app: Pick<TestApp, 'client'>,
  slug: string,
  wishes?: Parameters<typeof makeLearner>[2],
): Promise<Learner> {
  const learner = await makeLearner(app, slug, wishes);
  await learner.client.post(`${learner.href}/first-steps/viewed`);
  return learner;
}

/** A graduate with their certificate. `code` is written as people read it. */
export async function makeHolder(
  app: Pick<TestApp, 'client' | 'drain'>,
  slug: string,
  wishes?: Parameters<typeof makeLearner>[2],
): Promise<Learner & { certificate: CertificateSummary; code: string }> {
  const learner = await makeGraduate(app, slug, wishes);
  await app.drain();
  const certificate = await certificateOf(learner.enrolmentId);
  if (!certificate) throw new Error('There is no certificate');
  return { ...learner, certificate, code: formatCode(certificate.code) };
}

/** What issuing a certificate takes. */
export const issueTools = ({ platform }: Pick<TestApp, 'platform'>): IssueTools => ({
  storage: platform.storage,
  pdf: platform.pdf,
  baseUrl: platform.config.baseUrl,
  keys: platform.keys,
});

/** Makes the certificate of one enrolment. @throws what is in its way */
export async function issueCertificate(
  { enrolmentId }: { enrolmentId: string },
  tools: IssueTools,
): Promise<void> {
  const faults = await issueCertificates([enrolmentId], tools);
  if (faults.has(enrolmentId)) throw faults.get(enrolmentId);
}
