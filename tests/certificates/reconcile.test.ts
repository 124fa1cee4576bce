import { certificateOf, reconcileCertificates } from '../../src/modules/certificates';
import { Certificate } from '../../src/modules/certificates/model';
import { Enrolment, Fact } from '../../src/modules/learning/model';
import { Outbox } from '../../src/platform/outbox/model';
import { HOUR, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import {
  issueTools,
  makeCentre,
  makeGraduate,
  publishReadingCourse,
} from '../support/factories/certificates';
import { makeLearner } from '../support/factories/learning';

const site = useApp();
const SLUG = 'reconciled';

const reconcile = () => reconcileCertificates(issueTools(site));
const complete = () => makeGraduate(site, SLUG);

const later = () => setClock(() => new Date(Date.now() + HOUR));

beforeAll(async () => {
  await makeCentre();
  await publishReadingCourse(site, SLUG);
});
afterEach(() => setClock());

test('a completion whose job was lost gets its certificate; one that is being made is left alone', async () => {
  const lost = await complete();
  await Outbox.deleteMany({ type: 'enrolment.completed' });
  expect(await reconcile()).toEqual({ mended: 0, missing: 0, unearned: 0 });
  later();
  expect(await reconcile()).toEqual({ mended: 1, missing: 0, unearned: 0 });
  expect(await certificateOf(lost.enrolmentId)).toMatchObject({ ready: true });
  expect((await site.client().get('/metrics')).text).toMatch(/^kelas_certificates_mended 1$/m);
  expect(await reconcile()).toEqual({ mended: 0, missing: 0, unearned: 0 });
});

test('a completion that does not meet its rules is named, not awarded, and in the way of no other', async () => {
  const learner = await makeLearner(site, SLUG);
  const lost = [await complete(), await complete()];
  await Outbox.deleteMany({ type: 'enrolment.completed' });
  await Enrolment.updateOne(
    { _id: learner.enrolmentId },
    { $set: { status: 'completed', completedAt: new Date() } },
  );
  later();
  expect(await reconcile()).toEqual({ mended: 2, missing: 1, unearned: 0 });
  expect(await certificateOf(learner.enrolmentId)).toBeNull();
  for (const { enrolmentId } of lost)
    expect(await certificateOf(enrolmentId)).toMatchObject({ ready: true });
  const { text } = await site.client().get('/metrics');
  expect(text).toMatch(/^kelas_certificates_missing 1$/m);
  await Enrolment.deleteOne({ _id: learner.enrolmentId });
});

test('a certificate without its facts is reported and stays; one whose enrolment is gone is none of that', async () => {
  const robbed = await complete();
  const gone = await complete();
  await site.drain();
  await Fact.deleteMany({ enrolmentId: robbed.enrolmentId });
  await Enrolment.deleteOne({ _id: gone.enrolmentId });
  later();
  expect(await reconcile()).toEqual({ mended: 0, missing: 0, unearned: 1 });
  expect(await Certificate.countDocuments({ enrolmentId: robbed.enrolmentId })).toBe(1);
  const { text } = await site.client().get('/metrics');
  expect(text).toMatch(/^kelas_certificates_unearned 1$/m);
});
