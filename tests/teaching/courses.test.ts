import {
  findPublishedVersion,
  listVersions,
  publishCourse,
  syncCourse,
} from '../../src/modules/catalogue';
import { createOrganisation } from '../../src/modules/organisations';
import { AuditLog } from '../../src/platform/audit';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { signedIn } from '../support/factories/accounts';
import { plainCourse, publishPlainCourse, withCourse } from '../support/factories/catalogue';
import { makeLearner } from '../support/factories/learning';

const app = useApp();
const SLUG = 'taught';
const BASE = `/teach/courses/${SLUG}`;
let trainer: Client;
let stranger: Client;

/** Makes a draft of the plain course with other words. */
const draft = (replace: (files: Record<string, string>) => Record<string, string>) =>
  withCourse(SLUG, replace(plainCourse(SLUG)), (dir) => syncCourse(dir, app.platform.storage));

const replacing =
  (file: string, ...pairs: [string, string][]) =>
  (files: Record<string, string>) => ({
    ...files,
    [file]: pairs.reduce((text, [from, to]) => text.replace(from, to), files[file] ?? ''),
  });

const hashOn = (html: string): string => /name="hash" value="([0-9a-f]{64})"/.exec(html)?.[1] ?? '';

beforeAll(async () => {
  const centre = await createOrganisation({
    code: 'kelas-centre',
    name: 'Kelas Centre',
    kind: 'umbrella',
    timeZone: 'Asia/Singapore',
  });
  const union = await createOrganisation({
    code: 'other-union',
    name: 'Other union',
    kind: 'union',
    parentId: centre.id,
  });
  await publishPlainCourse(app, SLUG);
  trainer = (await signedIn(app, { grants: [{ role: 'trainer', organisationId: centre.id }] }))
    .client;
  stranger = (await signedIn(app, { grants: [{ role: 'trainer', organisationId: union.id }] }))
    .client;
});

describe('whose courses they are', () => {
  test('a trainer of the provider finds the course, one of another organisation does not', async () => {
    expect((await trainer.get('/teach')).text).toContain('A plain course');
    const none = await stranger.get('/teach');
    expect(none.text).not.toContain('A plain course');
    expect(none.text).toContain('You have no courses yet');
    expect((await stranger.get(BASE)).status).toBe(404);
    expect((await stranger.post(`${BASE}/retire`, { retired: 'yes' })).status).toBe(404);
    expect(await findPublishedVersion(SLUG)).not.toBeNull();
  });

  test('a worker is not let in', async () => {
    const { client } = await signedIn(app);
    expect((await client.get('/teach')).status).toBe(403);
  });

  test('words that fit nothing are told', async () => {
    expect((await trainer.get('/teach?q=zebra')).text).toContain('No course fits');
    expect((await trainer.get('/teach?q=PLAIN')).text).toContain('A plain course');
  });
});

describe('publishing', () => {
  test('what changed is shown before, and exactly that is published', async () => {
    const { enrolmentId } = await makeLearner(app, SLUG);
    expect(enrolmentId).toBeTruthy();
    await draft((files) => ({
      ...replacing(
        'modules/01-only/quiz.yml',
        ['passMark: 70', 'passMark: 80'],
        ['Blue, correct: true', 'Deep blue, correct: true'],
      )(files),
      'modules/01-only/01-lesson.md':
        '---\ntitle: A lesson\nminutes: 9\n---\n\nSome other words.\n',
    }));
    const page = await trainer.get(`${BASE}/publish`);
    expect(page.text).toContain('1 person inside the version before stays on it');
    expect(page.text).toContain('Pass mark: 70%, now 80%');
    expect(page.text).toContain('<ins>Deep blue</ins>');
    expect(page.text).toContain('<ins>other </ins>');
    expect(page.text).toContain('Length in minutes: 8, now 9');
    const looked = hashOn(page.text);

    // While it is looked at, another draft comes.
    await draft(replacing('modules/01-only/01-lesson.md', ['Some words', 'Quite other words']));
    expect((await trainer.post(`${BASE}/publish`, { hash: looked })).status).toBe(409);
    expect((await findPublishedVersion(SLUG))?.number).toBe(1);

    const again = hashOn((await trainer.get(`${BASE}/publish`)).text);
    const answer = await trainer.post(`${BASE}/publish`, { hash: again });
    expect(answer.status).toBe(303);
    expect((await trainer.follow(answer)).text).toContain('Version 2 is published.');
    expect((await findPublishedVersion(SLUG))?.number).toBe(2);
    expect((await trainer.post(`${BASE}/publish`, { hash: again })).status).toBe(409);
    const nothing = await trainer.get(`${BASE}/publish`);
    expect(nothing.status).toBe(303);
  });

  test('two versions can be compared later, a removed question and a moved lesson as well', async () => {
    await draft((files) => ({
      ...files,
      'modules/01-only/module.yml': `id: only
title: The only module
summary: All there is.
activities:
  - { id: a-quiz, kind: quiz, file: quiz.yml }
  - { id: a-lesson, kind: lesson, file: 01-lesson.md }
`,
      'modules/01-only/quiz.yml': `title: A quiz
minutes: 5
passMark: 70
questions:
  - id: sea
    kind: true-false
    text: The sea is dry.
    answer: false
`,
    }));
    await publishCourse(SLUG);
    const [third, second] = await listVersions(SLUG);
    const page = await trainer.get(`${BASE}/changes/${second?.id}/${third?.id}`);
    expect(page.text).toContain('From Version 2 to Version 3');
    expect(page.text).toContain('The sea is dry.');
    expect(page.text).toContain('What colour is the sky?');
    expect(page.text).toContain('Moved to another place');
    expect(page.text).toMatch(/1 added, 1 removed, \d changed\./);
    const elsewhere = await publishPlainCourse(app, 'elsewhere');
    expect((await trainer.get(`${BASE}/changes/${elsewhere.id}/${third?.id}`)).status).toBe(404);
  });
});

test('a retired course takes nobody new, keeps those inside, and comes back', async () => {
  const inside = await makeLearner(app, SLUG);
  expect((await trainer.get(`${BASE}/retire`)).text).toContain('Retire A plain course?');
  expect((await trainer.post(`${BASE}/retire`, { retired: 'perhaps' })).status).toBe(422);
  const answer = await trainer.post(`${BASE}/retire`, { retired: 'yes' });
  expect((await trainer.follow(answer)).text).toContain('Retired since');
  await trainer.post(`${BASE}/retire`, { retired: 'yes' });
  const { client } = await signedIn(app);
  expect((await client.get('/courses')).text).not.toContain(`/courses/${SLUG}"`);
  expect((await client.post(`/courses/${SLUG}/enrol`)).status).toBe(404);
  expect((await inside.client.get(`${inside.href}/a-lesson`)).status).toBe(200);
  expect((await trainer.get('/teach')).text).toContain('Retired');

  await trainer.post(`${BASE}/retire`, { retired: 'no' });
  expect((await client.post(`/courses/${SLUG}/enrol`)).status).toBe(303);
  const acts = await AuditLog.find({ 'subject.id': SLUG, action: /re(tire|turn)$/ }).lean();
  expect(acts.map(({ action }) => action)).toEqual(['catalogue.retire', 'catalogue.return']);
});
