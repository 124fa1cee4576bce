import { Types } from 'mongoose';
import { Heading, ImportRow, Upload } from '../../src/modules/enrolling/model';
import { enrollingData } from '../../src/modules/enrolling/personal';
import { useApp } from '../support/app';
import { signedIn } from '../support/factories/accounts';
import { publishSmallCourse } from '../support/factories/learning';
import { makeUnions, sendFile, type Unions } from './site';

const app = useApp();
const SLUG = 'columns-course';
let unions: Unions;

beforeAll(async () => {
  await publishSmallCourse(app, SLUG);
  unions = await makeUnions(app);
});

const fields = { courseSlug: SLUG };
const CSV = [
  'Staff contact,Who,Due date,"=cmd|\' /C calc\'!A0",',
  'mei@example.org,"Tan, ""Mei"" Hua",2099-12-31,1,',
  'muthu@example.org,முத்து வேலு,2099-12-31,<b>bold</b>,',
  'x@example.org,X,2099-12-31,3,',
  'y@example.org,Y,2099-12-31,4,',
].join('\n');

test('a file with other headings is asked about, read as was said, and so the next time', async () => {
  const { client } = unions.staff;
  const { href, page } = await sendFile(unions.staff, unions.ownId, CSV, fields);
  expect(href).toContain('/staff/enrol/columns/');
  expect(page.text).toContain('Staff contact');
  expect(page.text).toContain(
    'It begins with: mei@example.org · muthu@example.org · x@example.org',
  );
  expect(page.text).not.toContain('y@example.org');
  expect(page.text).not.toContain('<b>bold</b>');
  expect(page.text).toContain('Column 5, without a heading');

  const say = (...columns: string[]) => client.post(href, { 'columns[]': columns });
  const nobody = await say('', 'name', 'due', '', '');
  expect(nobody.status).toBe(422);
  expect(nobody.text).toContain('Say which column holds');
  const twice = await say('email', 'email', 'due', '', '');
  expect(twice.status).toBe(422);
  expect(twice.text).toContain('An earlier column stands for this already');
  expect((await say('email', 'password', 'due', '', '')).status).toBe(422);

  const said = await say('email', 'name', 'due', '', '');
  const result = await client.follow(said);
  expect(result.text).toContain('Every row is right');
  expect(result.text).toContain('Columns that are not read: =cmd');
  const importId = new Types.ObjectId(String(said.headers['location']).split('/').pop());
  const rows = await ImportRow.find({ importId }).sort({ line: 1 }).lean();
  expect(rows.map(({ name, email, dueOn }) => [name, email, dueOn]).slice(0, 2)).toEqual([
    ['Tan, "Mei" Hua', 'mei@example.org', '2099-12-31'],
    ['முத்து வேலு', 'muthu@example.org', '2099-12-31'],
  ]);

  const next = await sendFile(unions.staff, unions.ownId, CSV, fields);
  expect(next.href).toContain('/staff/imports/');
  expect(next.page.text).toContain(`/staff/enrol/columns/`);
  const again = await client.get(
    /href="(\/staff\/enrol\/columns\/[0-9a-f]+)"/.exec(next.page.text)?.[1] ?? '',
  );
  expect(again.text).toMatch(/<option value="name" selected>/);
});

test('a file is its owner’s alone, goes with them, and a broken answer changes nothing', async () => {
  const { href } = await sendFile(unions.staff, unions.ownId, 'colour,size\nred,4\n', fields);
  const colleague = await signedIn(app, {
    grants: [{ role: 'union-staff', organisationId: unions.ownId }],
  });
  expect((await colleague.client.get(href)).status).toBe(404);
  expect((await colleague.client.post(href, { 'columns[]': ['email', ''] })).status).toBe(404);
  const before = await Heading.countDocuments();
  const many = Array.from({ length: 61 }, () => '');
  expect((await unions.staff.client.post(href, { 'columns[]': many })).status).toBe(422);
  expect(await Heading.countDocuments()).toBe(before);
  const own = (await enrollingData.exportOf(unions.staff.userId)) as { headings: unknown[] };
  expect(own.headings).toContainEqual({ heading: 'who', column: 'name' });
  await enrollingData.forget(unions.staff.userId, { certificateNames: 'keep' });
  expect(await Upload.countDocuments({ by: unions.staff.userId })).toBe(0);
  expect(await Heading.countDocuments({ by: unions.staff.userId })).toBe(0);
});
