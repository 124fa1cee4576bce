import { certificateOf } from '../../src/modules/certificates';
import { DESIGNS } from '../../src/modules/certificates/design';
import { OwnDesign } from '../../src/modules/certificates/design-model';
import { Certificate } from '../../src/modules/certificates/model';
import { makeFile } from '../../src/modules/certificates/service/make-file';
import type { Organisation } from '../../src/modules/organisations';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { signedIn } from '../support/factories/accounts';
import { publishReadingCourse } from '../support/factories/certificates';
import { makeLearner } from '../support/factories/learning';
import { makeOrganisation } from '../support/factories/organisations';

const site = useApp();
const PAGE = '/staff/certificates/designs';
const OWN = `#import "kelas-1.typ": *
#show: certificate
= Our own certificate
#holder
#course
#facts
#code(30mm)
`;

let centre: Organisation;
let staff: Client;
let stranger: Client;

const staffOf = async (organisation: Organisation): Promise<Client> => {
  const grants = [{ role: 'union-staff', organisationId: organisation.id } as const];
  return (await signedIn(site, { grants })).client;
};

beforeAll(async () => {
  centre = await makeOrganisation('umbrella', { code: 'kelas-centre', name: 'Kelas Centre' });
  staff = await staffOf(centre);
  stranger = await staffOf(await makeOrganisation('union'));
  for (const slug of ['plainly', 'specially']) {
    await publishReadingCourse(site, slug);
  }
});

const add = (client: Client, source: string) =>
  client.post(PAGE, { organisationId: centre.id, name: 'Ours', source });
const choose = (client: Client, design: string, courseSlug = '') =>
  client.post(`${PAGE}/choose`, { organisationId: centre.id, courseSlug, design });

async function designAwarded(slug: string): Promise<string | null> {
  const learner = await makeLearner(site, slug);
  await learner.client.post(`${learner.href}/first-steps/viewed`);
  await site.drain();
  const certificate = await certificateOf(learner.enrolmentId);
  expect(certificate?.ready).toBe(true);
  return (await Certificate.findById(certificate?.id).lean())?.snapshot.design ?? null;
}

test('ours are shown with names in four scripts, and pictures of them are made', async () => {
  const page = await staff.get(PAGE);
  expect(page.status).toBe(200);
  for (const design of DESIGNS) {
    expect(page.text.match(new RegExp(`${design}/preview.svg`, 'g'))?.length).toBe(8);
    const picture = await staff.get(`${PAGE}/${design}/preview.svg?sample=2`);
    expect(picture.headers['content-type']).toContain('image/svg+xml');
    const [width, height] = design === 'upright-1' ? [595, 842] : [842, 595];
    const [, wide, tall] = /viewBox="0 0 (\S+) (\S+)"/.exec(picture.body.toString()) ?? [];
    expect([Math.round(Number(wide)), Math.round(Number(tall))]).toEqual([width, height]);
    expect(page.text).toMatch(
      new RegExp(`${design}/preview[^>]*width="${width}" height="${height}"`),
    );
  }
  expect((await staff.get(`${PAGE}/own-${'f'.repeat(24)}/preview.svg`)).status).toBe(404);
  expect((await staff.get(`${PAGE}/../first/preview.svg`)).status).toBe(404);
});

test('what is chosen for a course goes before what is chosen for the organisation', async () => {
  expect(await designAwarded('plainly')).toBe('band-1');
  expect((await choose(staff, 'frame-1')).status).toBe(303);
  expect((await choose(staff, 'upright-1', 'specially')).status).toBe(303);
  expect(await designAwarded('plainly')).toBe('frame-1');
  expect(await designAwarded('specially')).toBe('upright-1');
  expect((await choose(staff, 'frame-1', 'no-such-course')).status).toBe(422);
  expect((await choose(staff, `own-${'f'.repeat(24)}`)).status).toBe(422);
  expect((await choose(stranger, 'band-1')).status).toBe(404);
});

test('one’s own is tried, kept, shown, chosen, and what was made with it stays as it is', async () => {
  expect((await add(staff, OWN.replaceAll('\n', '\r\n'))).status).toBe(303);
  expect((await add(staff, OWN)).status).toBe(303);
  const rows = await OwnDesign.find().lean();
  expect(rows).toHaveLength(1);
  const name = `own-${rows[0]?._id}`;
  expect(rows[0]?.size).toEqual({ width: 595, height: 842 });
  expect((await staff.get(`${PAGE}/${name}/preview.svg`)).status).toBe(200);
  expect((await stranger.get(`${PAGE}/${name}/preview.svg`)).status).toBe(404);
  expect((await add(stranger, OWN)).status).toBe(404);
  expect((await choose(staff, name, 'plainly')).status).toBe(303);
  expect(await designAwarded('plainly')).toBe(name);
  const row = await Certificate.findOne({ 'snapshot.design': name }).lean();
  if (!row) throw new Error('There is no certificate in this design');
  const { pdf, keys, storage, config } = site.platform;
  const again = await makeFile(row, { pdf, keys, baseUrl: config.baseUrl });
  expect((await storage.get(row.pdf?.key ?? ''))?.equals(again.bytes)).toBe(true);
  expect((await staff.get(PAGE)).text).toContain('Ours');
  const example = await staff.get(`${PAGE}/example.typ`);
  expect((await add(staff, example.text)).status).toBe(303);
});

test.each([
  ['a name that is not there', `${OWN}\n#nothing-such(1)\n`, 'Line 9: unknown variable'],
  ['something unfinished', '#let x = \n', 'Line 1: expected expression'],
  ['a file outside', '#read("../../../package.json")', 'cannot read file outside of project root'],
  ['a file of the machine', '#read("/etc/passwd")', 'file not found'],
  ['a package from the network', '#import "@preview/cetz:0.3.0"', 'failed to download package'],
  [
    'a picture without words',
    '#set document(title: "x")\n#image(bytes("<svg xmlns=\'http://www.w3.org/2000/svg\' viewBox=\'0 0 1 1\'/>"), format: "svg")',
    'missing alt text',
  ],
])('a bad one is refused in the compiler’s words: %s', async (_case, source, words) => {
  const before = await OwnDesign.countDocuments();
  const answer = await add(staff, source);
  expect(answer.status).toBe(422);
  const text = answer.text.replaceAll('&#34;', '"');
  expect(text).toContain(words);
  expect(answer.text).toContain('href="#field-source"');
  expect(await OwnDesign.countDocuments()).toBe(before);
});

test.each([
  ['never ends', '#for a in range(99999) { for b in range(99999) { } }', 'longer than 5 seconds'],
  ['takes all memory at once', '#let all = "x" * 4000000000\n#all', 'more than 512 MB of memory'],
  [
    'takes more and more memory',
    '#let all = range(99999999)\n#all.last()',
    'more than 512 MB of memory',
  ],
  ['calls itself', '#let f(n) = f(n + 1)\n#f(0)', 'maximum function call depth exceeded'],
  [
    'reads the clock',
    '#import "kelas-1.typ": *\n#datetime.today().display()',
    'Line 2: today’s date',
  ],
])('one that %s is refused, and certificates go on', async (_case, source, words) => {
  const before = await OwnDesign.countDocuments();
  const answer = await add(staff, source);
  expect(answer.status).toBe(422);
  expect(answer.text).toContain(words);
  expect(await OwnDesign.countDocuments()).toBe(before);
  expect((await add(staff, `${OWN}\n#v(1mm)\n`)).status).toBe(303);
  await OwnDesign.deleteOne({ source: `${OWN}\n#v(1mm)\n` });
});
