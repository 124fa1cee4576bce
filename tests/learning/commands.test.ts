import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EnrolmentCode } from '../../src/modules/learning/model';
import { createOrganisation } from '../../src/modules/organisations';
import { ensureIndexes } from '../../src/platform/db';
import { localStorage } from '../../src/platform/storage';
import { useCommands } from '../support/commands';
import { publishSmallCourse } from '../support/factories/learning';

const { kelas, looking } = useCommands();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'kelas-files-'));
  await looking(async () => {
    await ensureIndexes();
    await publishSmallCourse({ platform: { storage: localStorage(folder) } }, 'by-code');
    await createOrganisation({
      code: 'rail',
      name: 'Rail Union',
      kind: 'union',
      timeZone: 'Asia/Singapore',
    });
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a code for a union, with places and a last day', async () => {
  const { code, out } = await kelas('enrolment code by-code rail 25 2030-12-31');
  expect(code).toBe(0);
  const [shown = '', link = ''] = out.split('\n');
  expect(shown).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
  expect(link).toContain(`/enrol/${shown.replace('-', '')}`);
  const row = await looking(() => EnrolmentCode.findOne({ code: shown.replace('-', '') }).lean());
  expect(row).toMatchObject({
    courseSlug: 'by-code',
    uses: 0,
    maxUses: 25,
    endsAt: new Date('2031-01-01T00:00:00Z'),
  });
  expect(row?.organisationId).toMatch(/^[0-9a-f]{24}$/);
});

test('a code for anyone, without end', async () => {
  expect((await kelas('enrolment code by-code - -')).code).toBe(0);
  const row = await looking(() => EnrolmentCode.findOne({ maxUses: null }).lean());
  expect(row).toMatchObject({ organisationId: null, endsAt: null });
});

test.each([
  ['no-such-course - -', 1, 'There is no published course “no-such-course”.'],
  ['by-code nobody -', 1, 'nobody'],
  ['by-code rail none', 2, 'Usage: npm run kelas -- enrolment code'],
  ['by-code rail 0', 2, 'Usage'],
  ['by-code rail 5 tomorrow', 2, 'Usage'],
  ['by-code', 2, 'Usage'],
])('enrolment code %s is refused and writes nothing', async (words, code, text) => {
  const count = () => looking(() => EnrolmentCode.countDocuments());
  const before = await count();
  const answer = await kelas(`enrolment code ${words}`);
  expect(answer.code).toBe(code);
  expect(answer.out).toContain(text);
  expect(await count()).toBe(before);
});
