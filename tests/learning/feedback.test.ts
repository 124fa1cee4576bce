import { feedbackOn } from '../../src/modules/learning';
import { createOrganisation } from '../../src/modules/organisations';
import { AuditLog } from '../../src/platform/audit';
import { useApp } from '../support/app';
import { signedIn } from '../support/factories/accounts';
import { makeLearner, publishSmallCourse } from '../support/factories/learning';

const app = useApp();
const SLUG = 'told';
const all = { skip: 0, limit: 50 };

beforeAll(async () => {
  await createOrganisation({
    code: 'kelas-centre',
    name: 'Kelas Centre',
    kind: 'umbrella',
    timeZone: 'Asia/Singapore',
  });
  await publishSmallCourse(app, SLUG);
});

test('a learner is asked at the end of a module, may change it, and may take it back', async () => {
  const { client, href } = await makeLearner(app, SLUG);
  const form = `${href}/feedback/beginning`;
  expect((await client.get(`${href}/first-steps`)).text).not.toContain(form);
  expect((await client.get(`${href}/second-steps`)).text).toContain(form);
  for (const id of ['first-steps', 'second-steps']) await client.post(`${href}/${id}/viewed`);
  expect((await client.get(href)).text).toContain(form);

  const sent = await client.post(form, { text: 'The steps were\r\nclear.' });
  expect((await client.follow(sent)).text).toContain('The trainers will read it.');
  await client.post(form, { text: 'The steps were short.' });
  expect((await feedbackOn(SLUG, 'beginning', all)).items).toMatchObject([
    { text: 'The steps were short.', signedBy: null },
  ]);
  expect((await client.get(form)).text).toContain('The steps were short.');
  const long = await client.post(form, { text: 'x'.repeat(2_001) });
  expect(long.status).toBe(422);
  expect(long.text).toContain('xxxx');
  await client.post(form, { text: ' ' });
  expect((await feedbackOn(SLUG, null, all)).total).toBe(0);
  expect((await client.get(`${href}/feedback/no-such-module`)).status).toBe(404);
});

test('trainers are not told who wrote what is not signed, and the audit log holds no words', async () => {
  const quiet = await makeLearner(app, SLUG, { name: 'Quiet person' });
  const signed = await makeLearner(app, SLUG, { name: 'Signed person' });
  await quiet.client.post(`${quiet.href}/feedback/end`, { text: 'Too hard <b>for me</b>.' });
  await signed.client.post(`${signed.href}/feedback/end`, { text: 'Just right.', sign: 'yes' });
  const { client } = await signedIn(app, {
    grants: [{ role: 'administrator', organisationId: 'site' }],
  });
  const page = await client.get(`/teach/courses/${SLUG}/feedback?module=end`);
  expect(page.text).toContain('Too hard &lt;b&gt;for me&lt;/b&gt;.');
  expect(page.text).toContain('Not signed');
  expect(page.text).toContain('Signed person');
  expect(page.text).not.toContain('Quiet person');
  expect((await client.get(`/teach/courses/${SLUG}/feedback?module=beginning`)).text).toContain(
    'Nobody has written anything yet',
  );
  const acts = await AuditLog.find({ action: 'learning.give-feedback' }).lean();
  expect(acts.length).toBeGreaterThan(1);
  expect(JSON.stringify(acts)).not.toContain('Too hard');
});
