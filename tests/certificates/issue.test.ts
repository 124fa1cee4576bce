import { createHash } from 'node:crypto';
import { Types } from 'mongoose';
import { changeName } from '../../src/modules/accounts/service/profile';
import { certificateOf } from '../../src/modules/certificates';
import { Certificate } from '../../src/modules/certificates/model';
import { issueCertificates } from '../../src/modules/certificates/service/issue';
import { makeFile } from '../../src/modules/certificates/service/make-file';
import { completionOf } from '../../src/modules/learning';
import { Enrolment } from '../../src/modules/learning/model';
import { Outbox } from '../../src/platform/outbox/model';
import { setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import {
  issueCertificate,
  issueTools,
  makeCentre,
  publishReadingCourse,
} from '../support/factories/certificates';
import { type Learner, makeLearner } from '../support/factories/learning';

const site = useApp();
const SLUG = 'certified';

const LESSONS = ['first-steps', 'second-steps'];

const tools = () => issueTools(site);

async function complete(learner: Learner): Promise<void> {
  for (const lesson of LESSONS) {
    await learner.client.post(`${learner.href}/${lesson}/viewed`);
  }
}

const issuedEvents = (id: string) =>
  Outbox.countDocuments({ type: 'certificate.issued', 'payload.certificateId': id });

beforeAll(async () => {
  await makeCentre();
  await publishReadingCourse(site, SLUG, LESSONS);
});
afterEach(() => setClock());

describe('the certificate of a completed course', () => {
  test('is made by the job that follows the completion, once though each job runs twice', async () => {
    const learner = await makeLearner(site, SLUG);
    await complete(learner);
    await site.drain();
    const certificate = await certificateOf(learner.enrolmentId);
    expect(certificate).toMatchObject({
      enrolmentId: learner.enrolmentId,
      userId: learner.userId,
      ready: true,
      state: 'valid',
    });
    expect(await Certificate.countDocuments({ enrolmentId: learner.enrolmentId })).toBe(1);
    expect(await issuedEvents(certificate!.id)).toBe(1);
  });

  test('fifty at once give one record, one file and one event', async () => {
    const learner = await makeLearner(site, SLUG);
    await complete(learner);
    await Promise.all(
      Array.from({ length: 50 }, () =>
        issueCertificate({ enrolmentId: learner.enrolmentId }, tools()),
      ),
    );
    const rows = await Certificate.find({ enrolmentId: learner.enrolmentId }).lean();
    expect(rows).toHaveLength(1);
    expect(await issuedEvents(String(rows[0]!._id))).toBe(1);
    const file = await site.platform.storage.get(rows[0]!.pdf!.key);
    expect(createHash('sha256').update(file!).digest('hex')).toBe(rows[0]!.pdf!.sha256);
  });

  test('is refused while the rules are not met, whoever asks, whatever the status says', async () => {
    const learner = await makeLearner(site, SLUG);
    await learner.client.post(`${learner.href}/first-steps/viewed`);
    await Enrolment.updateOne(
      { _id: learner.enrolmentId },
      { $set: { status: 'completed', completedAt: new Date() } },
    );
    expect((await completionOf(learner.enrolmentId))?.met).toBe(false);
    await expect(
      issueCertificate({ enrolmentId: learner.enrolmentId }, tools()),
    ).rejects.toMatchObject({ code: 'not-eligible' });
    expect(await Certificate.exists({ enrolmentId: learner.enrolmentId })).toBeNull();
  });

  test('made together, one that was not earned is in the way of no other', async () => {
    const earned = await makeLearner(site, SLUG);
    const again = await makeLearner(site, SLUG);
    const early = await makeLearner(site, SLUG);
    for (const learner of [earned, again]) await complete(learner);
    await Enrolment.updateOne(
      { _id: early.enrolmentId },
      { $set: { status: 'completed', completedAt: new Date() } },
    );
    // No version, so nobody can tell whether it was earned: a fault that nobody has foreseen.
    const lost = await makeLearner(site, SLUG);
    await Enrolment.collection.updateOne(
      { _id: new Types.ObjectId(lost.enrolmentId) },
      { $set: { versionId: 'f'.repeat(24) } },
    );
    const ids = [earned, early, lost, again].map(({ enrolmentId }) => enrolmentId);
    const both = [issueCertificates(ids, tools()), issueCertificates([...ids].reverse(), tools())];
    for (const faults of await Promise.all(both)) {
      expect([...faults.keys()].sort()).toEqual([early.enrolmentId, lost.enrolmentId].sort());
      expect(faults.get(early.enrolmentId)).toMatchObject({ code: 'not-eligible' });
    }
    for (const { enrolmentId } of [earned, again]) {
      const certificate = await certificateOf(enrolmentId);
      expect(certificate?.ready).toBe(true);
      expect(await issuedEvents(certificate!.id)).toBe(1);
    }
    expect(await Certificate.countDocuments({ enrolmentId: { $in: ids } })).toBe(2);
    await Enrolment.deleteOne({ _id: lost.enrolmentId });
  });

  test('an enrolment that is not there has none', async () => {
    await expect(issueCertificate({ enrolmentId: 'f'.repeat(24) }, tools())).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('a renderer that fails leaves the record and no event; the next try makes it good', async () => {
    const learner = await makeLearner(site, SLUG);
    await complete(learner);
    const broken = {
      ...tools(),
      pdf: { render: () => Promise.reject(new Error('the renderer ended')), close: async () => {} },
    };
    await expect(issueCertificate({ enrolmentId: learner.enrolmentId }, broken)).rejects.toThrow(
      'the renderer ended',
    );
    const waiting = await certificateOf(learner.enrolmentId);
    expect(waiting?.ready).toBe(false);
    expect(await issuedEvents(waiting!.id)).toBe(0);
    await issueCertificate({ enrolmentId: learner.enrolmentId }, tools());
    expect(await certificateOf(learner.enrolmentId)).toMatchObject({
      id: waiting!.id,
      ready: true,
    });
    expect(await issuedEvents(waiting!.id)).toBe(1);
  });

  test('is dated in the organisation’s time zone', async () => {
    const learner = await makeLearner(site, SLUG);
    setClock(() => new Date('2026-12-31T18:30:00Z'));
    await complete(learner);
    await site.drain();
    const certificate = await certificateOf(learner.enrolmentId);
    expect(certificate?.date).toBe('2027-01-01');
    expect(certificate?.number).toMatch(/^KC-2027-/);
  });

  test('keeps what was true, and gives the same bytes whenever it is made again', async () => {
    const learner = await makeLearner(site, SLUG);
    await complete(learner);
    await site.drain();
    const row = await Certificate.findOne({ enrolmentId: learner.enrolmentId }).lean();
    await changeName(learner.userId, 'Another Name');
    await Certificate.updateOne({ _id: row!._id }, { $set: { 'snapshot.holderName': 'Another' } });
    const later = await Certificate.findById(row!._id).lean();
    expect(later!.snapshot).toEqual(row!.snapshot);
    // Another key signs new ones from now on; this one is made again with its own.
    await site.platform.keys.rotate('pdf');
    const again = await makeFile(later!, tools());
    expect(createHash('sha256').update(again.bytes).digest('hex')).toBe(row!.pdf!.sha256);
    expect(again.signedBy).toBe('pdf-1');
  });
});
