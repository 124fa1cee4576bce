import { rm } from 'node:fs/promises';
import {
  findPublishedVersion,
  findTaughtCourse,
  publishCourse,
  syncCourse,
} from '../../src/modules/catalogue';
import { readArchive } from '../../src/modules/catalogue/source/archive';
import { FaultList } from '../../src/modules/catalogue/source/faults';
import { createOrganisation } from '../../src/modules/organisations';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { signedIn } from '../support/factories/accounts';
import {
  inEnglish,
  plainCourse,
  publishPlainCourse,
  withCourse,
} from '../support/factories/catalogue';
import { under, type ZippedFiles, zipOf } from '../support/zip';

const app = useApp();
let trainer: Client;
let stranger: Client;
let tamil: Client;

const send = (client: Client, bytes: Buffer, fields: Record<string, string> = {}) =>
  client.upload('/teach/upload', fields, { field: 'file', name: 'course.zip', bytes });

/** The bytes of an answer. */
const download = async (client: Client, path: string): Promise<Buffer> => {
  const response = await client.getBytes(path);
  expect(response.status).toBe(200);
  return response.body as Buffer;
};

async function faultsOf(bytes: Buffer): Promise<string> {
  const faults = new FaultList();
  await readArchive(bytes, faults);
  return faults
    .sorted()
    .map(inEnglish)
    .map(({ file, problem }) => `${file}: ${problem}`)
    .join('; ');
}

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
  trainer = (await signedIn(app, { grants: [{ role: 'trainer', organisationId: centre.id }] }))
    .client;
  const own = { role: 'trainer', organisationId: centre.id } as const;
  tamil = (await signedIn(app, { language: 'ta', grants: [own] })).client;
  stranger = (await signedIn(app, { grants: [{ role: 'trainer', organisationId: union.id }] }))
    .client;
});

describe('what a .zip must not hold', () => {
  const course = under('plain', plainCourse());

  test('a path that leaves the folder', async () => {
    const zip = await zipOf({ ...course, 'xx/yy/evil.md': 'x' });
    const evil = Buffer.from(zip.toString('latin1').replaceAll('xx/yy/', '../../'), 'latin1');
    expect(await faultsOf(evil)).toContain('cannot be read');
    const absolute = Buffer.from(zip.toString('latin1').replaceAll('xx/yy/', '/xxyy/'), 'latin1');
    expect(await faultsOf(absolute)).toContain('cannot be read');
  });

  test('a link, a file twice, and what is made to fill a machine', async () => {
    expect(await faultsOf(await zipOf({ 'plain/a': '/etc/passwd' }, 0o120777))).toContain(
      'is a link',
    );
    expect(await faultsOf(await zipOf({ ...course, 'plain/Course.yml': 'x' }))).toContain(
      'is there twice',
    );
    expect(await faultsOf(await zipOf({ 'plain/a.md': Buffer.alloc(5_000_000) }))).toContain(
      'more than 100 times its size',
    );
    const many = Object.fromEntries(Array.from({ length: 2_001 }, (_, i) => [`plain/${i}.md`, '']));
    expect(await faultsOf(await zipOf(many))).toContain('more than 2000 files');
  });

  test('no course, half a .zip, or none at all', async () => {
    expect(await faultsOf(await zipOf({ 'a/b.md': 'x' }))).toContain('the file is missing');
    const zip = await zipOf(course);
    expect(await faultsOf(zip.subarray(0, zip.length - 40))).toContain('cannot be read');
    expect(await faultsOf(Buffer.from('hello'))).toContain('cannot be read');
  });
});

test('a course comes up as a draft, and comes down byte for byte', async () => {
  const slug = 'uploaded';
  const files: ZippedFiles = {
    ...plainCourse(slug),
    'README.md': 'For people.',
    'images/cover.svg': plainCourse(slug)['images/cover.svg'] ?? '',
  };
  const zip = await zipOf(under(slug, files));
  const answer = await send(trainer, zip);
  expect(answer.headers['location']).toBe(`/teach/courses/${slug}`);
  expect((await trainer.follow(answer)).text).toContain('The draft is there.');
  expect(await findPublishedVersion(slug)).toBeNull();
  const draft = (await findTaughtCourse(slug))?.draft;
  const path = `/teach/courses/${slug}/versions/${draft?.id}/archive`;
  expect((await download(trainer, path)).equals(zip)).toBe(true);
  expect((await stranger.get(path)).status).toBe(404);

  const again = await send(trainer, await zipOf(files));
  expect((await trainer.follow(again)).text).toContain('exactly these files');
  await publishCourse(slug);
  const changed = await zipOf({
    ...files,
    'modules/01-only/01-lesson.md': '---\ntitle: A lesson\nminutes: 8\n---\n\nNew words.\n',
  });
  expect((await send(trainer, changed)).status).toBe(303);
  const other = await zipOf({
    ...files,
    'modules/01-only/01-lesson.md': '---\ntitle: A lesson\nminutes: 8\n---\n\nOther words.\n',
  });
  const refused = await send(trainer, other);
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('A draft of this course waits.');
  expect((await send(trainer, other, { replace: 'yes' })).status).toBe(303);
});

test('faults are shown with file and line, and nothing is changed', async () => {
  const slug = 'faulty';
  const files = plainCourse(slug);
  const quiz = (files['modules/01-only/quiz.yml'] ?? '').replace('passMark: 70', 'passMark: 700');
  const answer = await send(trainer, await zipOf({ ...files, 'modules/01-only/quiz.yml': quiz }));
  expect(answer.status).toBe(422);
  expect(answer.text).toContain('modules/01-only/quiz.yml:3');
  expect(answer.text).toContain('There is 1 fault. Nothing was changed.');
  expect(await findTaughtCourse(slug)).toBeNull();
  expect((await send(trainer, Buffer.alloc(0))).text).toContain('Choose a .zip file');
  expect((await trainer.post('/teach/upload', {})).status).toBe(422);
});

test('faults are told in the language of the reader, and a parser is quoted in its own', async () => {
  const files = plainCourse('faulty-too');
  const quiz = (files['modules/01-only/quiz.yml'] ?? '').replace('passMark: 70', 'passMark: 700');
  const lesson = '---\ntitle: One\ntitle: Two\nminutes: 8\n---\n\nWords.\n';
  const { text } = await send(
    tamil,
    await zipOf({
      ...files,
      'modules/01-only/quiz.yml': quiz,
      'modules/01-only/01-lesson.md': lesson,
    }),
  );
  expect(text).toContain('&#34;passMark: 700&#34; ஒருபோதும் எட்ட முடியாது: 100 விழுக்காடே உச்சம்');
  expect(text).toMatch(/சரியான YAML அல்ல: <span lang="en">Map keys must be unique[^<]*<\/span>/);
});

test('nobody uploads for an organisation, or over a course, that is not theirs', async () => {
  const mine = await send(stranger, await zipOf(plainCourse('not-mine')));
  expect(mine.text).toContain('you do not teach for &#34;kelas-centre&#34;');
  await publishPlainCourse(app, 'taken');
  const files = plainCourse('taken');
  const course = (files['course.yml'] ?? '').replace('kelas-centre', 'other-union');
  const taken = await send(stranger, await zipOf({ ...files, 'course.yml': course }), {
    replace: 'yes',
  });
  expect(taken.text).toContain('belongs to a course of others');
  const { client } = await signedIn(app);
  expect((await send(client, await zipOf(files))).status).toBe(403);
});

test('a folder of the server gives way only when told to, and is passed over from then on', async () => {
  const slug = 'from-folder';
  const version = await publishPlainCourse(app, slug);
  const down = await download(trainer, `/teach/courses/${slug}/versions/${version.id}/archive`);
  expect((await trainer.follow(await send(trainer, down))).text).toContain('exactly these files');
  const lesson = '---\ntitle: A lesson\nminutes: 8\n---\n\nFrom an upload.\n';
  const zip = await zipOf({ ...plainCourse(slug), 'modules/01-only/01-lesson.md': lesson });
  const refused = await send(trainer, zip);
  expect(refused.text).toContain('This course comes from a folder of the server.');
  expect((await send(trainer, zip, { replace: 'yes' })).status).toBe(303);
  await publishCourse(slug);
  await withCourse(slug, plainCourse(slug), async (dir) => {
    expect(await syncCourse(dir, app.platform.storage)).toEqual({ status: 'uploaded', slug });
    expect((await findTaughtCourse(slug))?.draft).toBeNull();
    const back = await syncCourse(dir, app.platform.storage, { takeBack: true });
    expect(back).toEqual({ status: 'draft', slug });
    await rm(dir, { recursive: true });
  });
  expect((await findTaughtCourse(slug))?.source).toBe('folder');
});
