import { revokeRole } from '../../src/modules/accounts';
import { moveEnrolment, withdraw } from '../../src/modules/learning';
import { effectOfMove } from '../../src/modules/learning/moving';
import { createOrganisation, findOrganisationByCode } from '../../src/modules/organisations';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { signedIn } from '../support/factories/accounts';
import {
  auditOf,
  enrolmentRow,
  eventsOf,
  makeLearner,
  publishSmallCourse,
} from '../support/factories/learning';

const app = useApp();
const SLUG = 'peopled';
const BASE = `/teach/courses/${SLUG}`;
const RULE =
  'completion: { all: [{ viewed: first-steps }, { viewed: second-steps }, { passed: the-quiz }] }';
let trainer: Client;

beforeAll(async () => {
  const { id: organisationId } = await createOrganisation({
    code: 'kelas-centre',
    name: 'Kelas Centre',
    kind: 'umbrella',
    timeZone: 'Asia/Singapore',
  });
  trainer = (await signedIn(app, { grants: [{ role: 'trainer', organisationId }] })).client;
});

test('who is enrolled and how far, by name and by state, and nothing else of them', async () => {
  await publishSmallCourse(app, SLUG, { course: RULE });
  expect((await trainer.get(`${BASE}/people`)).text).toContain('Nobody has enrolled yet');
  const reader = await makeLearner(app, SLUG, { name: 'Siti Aminah binte Osman' });
  await reader.client.get(`${reader.href}/first-steps`);
  await reader.client.post(`${reader.href}/first-steps/viewed`);
  const leaver = await makeLearner(app, SLUG, { name: 'Tan Wei Jie' });
  await withdraw({ enrolmentId: leaver.enrolmentId, userId: leaver.userId });
  const all = await trainer.get(`${BASE}/people`);
  expect(all.text).toContain('2 people');
  expect(all.text).toContain('Siti Aminah binte Osman');
  expect(all.text).toContain('First steps');
  expect(all.text).not.toContain(reader.email);
  await app.drain();
  const found = await trainer.get(`${BASE}/people?q=AMINAH`);
  expect(found.text).toContain('1 person');
  expect(found.text).not.toContain('Tan Wei Jie');
  for (const nobody of [reader.email, reader.email.slice(0, 4), '.*', 'minah']) {
    const none = await trainer.get(`${BASE}/people?q=${encodeURIComponent(nobody)}`);
    expect([nobody, none.text.includes('Siti')]).toEqual([nobody, false]);
  }
  const both = await trainer.get(`${BASE}/people?q=osman+siti&status=active`);
  expect(both.text).toContain('Siti Aminah');
  const left = await trainer.get(`${BASE}/people?status=withdrawn`);
  expect(left.text).toContain('Tan Wei Jie');
  expect(left.text).not.toContain('Siti Aminah');
  expect((await trainer.get(`${BASE}/people?q=zebra`)).text).toContain('Nobody fits');
});

describe('moving to a newer version', () => {
  const slug = 'moved';
  const move = `/teach/courses/${slug}/move`;

  test('what would be lost is said for each and in sum; then it happens, once', async () => {
    const first = await publishSmallCourse(app, slug, { course: RULE });
    const far = await makeLearner(app, slug, { name: 'Far along' });
    for (const id of ['first-steps', 'second-steps']) {
      await far.client.post(`${far.href}/${id}/viewed`);
    }
    const fresh = await makeLearner(app, slug, { name: 'Just begun' });
    const second = await publishSmallCourse(app, slug, {
      course: 'completion: { all: [{ viewed: first-steps }, { viewed: second-steps }] }',
    });
    expect((await trainer.get(`/teach/courses/${slug}/people`)).text).toContain(
      '2 people are still on Version 1: move them',
    );
    const page = await trainer.get(`${move}?from=${first.id}`);
    expect(page.text).toContain('Nobody loses anything that is done.');
    expect(page.text).toContain('1 person completes the course at once.');
    expect((await enrolmentRow(far.enrolmentId)).versionId).toBe(first.id);

    const none = await trainer.post(move, { from: first.id, to: second.id, who: 'chosen' });
    expect(none.status).toBe(422);
    expect(none.text).toContain('Tick at least one person');
    const stale = await trainer.post(move, { from: first.id, to: first.id, who: 'all' });
    expect(stale.status).toBe(409);

    const one = { from: first.id, to: second.id, who: 'chosen', chosen: [far.enrolmentId] };
    const begun = await trainer.post(move, one);
    await app.drain();
    expect((await trainer.follow(begun)).status).toBe(200);
    expect(await enrolmentRow(far.enrolmentId)).toMatchObject({
      versionId: second.id,
      status: 'completed',
    });
    expect((await enrolmentRow(fresh.enrolmentId)).versionId).toBe(first.id);
    await trainer.post(move, { from: first.id, to: second.id, who: 'all' });
    await app.drain();
    expect(await enrolmentRow(fresh.enrolmentId)).toMatchObject({
      versionId: second.id,
      status: 'active',
    });
    expect(await eventsOf('enrolment.moved', far.enrolmentId)).toBe(1);
    expect(await eventsOf('enrolment.completed', far.enrolmentId)).toBe(1);
    expect((await auditOf(far.enrolmentId)).filter((act) => act === 'learning.move')).toHaveLength(
      1,
    );
  });

  test('whoever has completed stays, and nobody goes back', async () => {
    const slug = 'kept';
    const rule = 'completion: { all: [{ viewed: first-steps }] }';
    const first = await publishSmallCourse(app, slug, { course: rule });
    const done = await makeLearner(app, slug);
    await done.client.post(`${done.href}/first-steps/viewed`);
    const second = await publishSmallCourse(app, slug, { course: RULE });
    const late = await makeLearner(app, slug);
    await expect(
      moveEnrolment({ enrolmentId: done.enrolmentId, versionId: second.id }),
    ).rejects.toMatchObject({ code: 'cannot-move' });
    await expect(
      moveEnrolment({ enrolmentId: late.enrolmentId, versionId: first.id }),
    ).rejects.toMatchObject({ code: 'not-newer' });
    expect((await enrolmentRow(done.enrolmentId)).status).toBe('completed');
  });

  test('what is gone, or asked for more, is lost', async () => {
    const slug = 'losing';
    const easy = await publishSmallCourse(app, slug, {
      course: 'completion: { all: [{ viewed: first-steps }, { passed: the-quiz, mark: 50 }] }',
    });
    const hard = await publishSmallCourse(app, slug, {
      course: 'completion: { all: [{ viewed: first-steps }, { passed: the-quiz, mark: 90 }] }',
    });
    const record = { viewed: false, submitted: false, mark: null };
    const effect = effectOfMove(easy, hard, [
      { ...record, activityId: 'first-steps', viewed: true },
      { ...record, activityId: 'the-quiz', submitted: true, mark: 60 },
    ]);
    expect(effect).toMatchObject({ lost: ['the-quiz'], kept: 1, before: 100, completes: false });
    expect(effect.after).toBeLessThan(100);
  });

  test('a trainer who lost the role meanwhile moves nobody', async () => {
    const slug = 'guarded-move';
    const centre = await findOrganisationByCode('kelas-centre');
    const grant = { role: 'trainer' as const, organisationId: centre?.id ?? '' };
    const first = await publishSmallCourse(app, slug);
    const inside = await makeLearner(app, slug);
    const second = await publishSmallCourse(app, slug, { text: 'Other words.' });
    const other = await signedIn(app, { grants: [grant] });
    const answer = await other.client.post(`/teach/courses/${slug}/move`, {
      from: first.id,
      to: second.id,
      who: 'all',
    });
    expect(answer.status).toBe(303);
    await revokeRole(other.userId, grant);
    await app.drain();
    expect((await enrolmentRow(inside.enrolmentId)).versionId).toBe(first.id);
  });
});
