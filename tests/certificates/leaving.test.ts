import { certificateOf, reconcileCertificates } from '../../src/modules/certificates';
import { Credential } from '../../src/modules/certificates/credential/model';
import { Certificate } from '../../src/modules/certificates/model';
import { awardCertificate } from '../../src/modules/certificates/service/award';
import { issueCertificates } from '../../src/modules/certificates/service/issue';
import { supersedeCertificate } from '../../src/modules/certificates/service/supersede';
import { Outbox } from '../../src/platform/outbox/model';
import { HOUR, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import { PASSWORD } from '../support/factories/accounts';
import {
  issueTools,
  makeCentre,
  makeGraduate,
  publishReadingCourse,
} from '../support/factories/certificates';

const site = useApp();
const SLUG = 'left';

const tools = () => issueTools(site);

/** Someone who has completed the course, and of whom no job has heard yet. */
const complete = async () => {
  const learner = await makeGraduate(site, SLUG, { name: 'Tan Ah Kow' });
  await Outbox.deleteMany({ type: 'enrolment.completed' });
  return learner;
};

const forget = (userId: string) =>
  site.rooms
    .find(({ name }) => name === 'certificates')
    ?.personal?.forget(userId, { certificateNames: 'remove' });

const inAnHour = () => setClock(() => new Date(Date.now() + HOUR));

beforeAll(async () => {
  await makeCentre();
  await publishReadingCourse(site, SLUG);
});
afterEach(() => setClock());

describe('who leaves before the certificate is there', () => {
  test('is owed none: no job fails for ever, and nobody is told that one is missing', async () => {
    const { client, enrolmentId } = await complete();
    await client.post('/me/data/delete', { currentPassword: PASSWORD, certificateNames: 'remove' });
    await site.drain();
    const job = site.rooms
      .flatMap(({ jobs = [] }) => jobs)
      .find(({ name }) => name === 'certificates.issue');
    await job?.handle({ enrolmentIds: [enrolmentId] }, { jobId: 'late', attempt: 1, last: false });
    inAnHour();
    expect(await reconcileCertificates(tools())).toMatchObject({ mended: 0, missing: 0 });
    expect(await certificateOf(enrolmentId)).toBeNull();
  });

  test('the same between the award and its file', async () => {
    const { enrolmentId, userId } = await complete();
    await awardCertificate(enrolmentId);
    await forget(userId);
    inAnHour();
    expect(await reconcileCertificates(tools())).toMatchObject({ mended: 0, missing: 0 });
  });

  test('is not named again by a correction', async () => {
    const { enrolmentId, userId } = await complete();
    const { _id } = await awardCertificate(enrolmentId);
    await forget(userId);
    const wish = { certificateId: _id.toHexString(), holderName: 'Tan Ah Kow', reason: 'A slip' };
    await expect(supersedeCertificate(wish, { kind: 'all' })).rejects.toMatchObject({
      code: 'certificate-forgotten',
    });
    expect(await Certificate.countDocuments({ enrolmentId })).toBe(1);
  });

  test('is named in nothing, also when it is being made at that moment', async () => {
    const { enrolmentId, userId } = await complete();
    const { storage } = site.platform;
    let key = '';
    await issueCertificates([enrolmentId], {
      ...tools(),
      storage: {
        ...storage,
        put: async (at, bytes) => {
          key = at;
          await forget(userId);
          await storage.put(at, bytes);
        },
      },
    });
    const row = await Certificate.findOne({ enrolmentId }).lean();
    expect(row).toMatchObject({ pdf: null, snapshot: { holderName: '' } });
    expect(key).not.toBe('');
    expect(await storage.get(key)).toBeNull();
    expect(await Credential.findById(row?._id).lean()).toMatchObject({ json: '', jwt: '' });
  });
});
