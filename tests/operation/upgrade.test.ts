import { readFileSync } from 'node:fs';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import { MIGRATIONS } from '../../src/platform/migrations/steps';
import { type Kelas, startedKelas, useFolders } from '../boot/kelas';
import { Client } from '../support/client';
import { signIn } from '../support/factories/accounts';
import { kelas as command } from './command';

/**
 * A backup that Kelas 0.1.0 made on 22 November 2026, before there were migrations: six people, five
 * enrolments in a small course, three of them completed, with certificates and mails.
 */
const KEPT = path.join(__dirname, 'kept/kelas-0.1.0.backup');

const folder = useFolders();
let data: string;
let site: Kelas;
let client: MongoClient;
let doctorBefore: string;

beforeAll(async () => {
  data = folder();
  const settings = { KELAS_DATA: data, KELAS_COURSES: path.dirname(data) };
  expect((await command(settings, 'restore', KEPT)).out).toContain('Restored, and compared');
  doctorBefore = (await command(settings, 'doctor')).out;
  site = await startedKelas({ data, env: { KELAS_COURSES: path.dirname(data) } });
  const addresses = readFileSync(path.join(data, 'run/addresses.json'), 'utf8');
  client = await MongoClient.connect((JSON.parse(addresses) as { mongodbUri: string }).mongodbUri);
}, 120_000);

test('before the start the doctor says what will be changed', () => {
  expect(doctorBefore).toContain(`${MIGRATIONS.length} change`);
  expect(doctorBefore).toContain('learning: enrolments have a due date');
});

test('each change of stored data was made, and noted', async () => {
  const rows = await client.db().collection('migrations').find().sort({ _id: 1 }).toArray();
  expect(rows.map(({ _id, name }) => ({ number: _id as unknown, name }))).toEqual(
    MIGRATIONS.map(({ number, name }) => ({ number, name })),
  );
  const enrolments = await client.db().collection('enrolments').find().toArray();
  expect(enrolments).toHaveLength(5);
  for (const row of enrolments)
    expect(row).toMatchObject({ dueOn: null, enrolledBy: null, round: 1 });
  expect(await command({ KELAS_DATA: data }, 'migrate')).toEqual({
    code: 0,
    out: 'Stored data is up to date',
  });
});

test('people sign in with their passwords and find what they have done', async () => {
  const browser = new Client(site.origin);
  await signIn(browser, 'kept-0@example.org');
  const home = await browser.get('/learn');
  expect(home.text).toContain('A small course');
  const href = /href="(\/certificates\/[0-9a-f]{24})"/.exec(home.text)?.[1];
  const certificate = await browser.get(href ?? '/');
  expect(certificate.text).toContain('Nur Aisyah binte Rahman');
  const pdf = await browser.get(`${href}/pdf`);
  expect(pdf.status).toBe(200);
  expect(Number(pdf.headers['content-length'])).toBeGreaterThan(10_000);

  const half = new Client(site.origin);
  await signIn(half, 'kept-3@example.org');
  expect((await half.get('/learn')).text).toMatch(/A small course[\s\S]*2[0-9] ?%/);
});

test('anyone finds the certificates that were issued then', async () => {
  const rows = await client.db().collection('certificates').find().toArray();
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    const page = await new Client(site.origin).get(`/verify/${row['code']}`);
    expect(page.text).toContain('Valid certificate');
    expect(row).toMatchObject({ standing: 'valid', expiresAt: null });
    expect(row['awardPath']).toContain(row['snapshot'].organisation.id);
    expect(row['words']).toContain(row['snapshot'].holderName.split(' ')[0].toLowerCase());
  }
  const indexes = await client.db().collection('certificates').indexes();
  expect(indexes.map(({ name }) => name)).toContain('one_live_award');
  expect(indexes.map(({ name }) => name)).not.toContain('enrolmentId_1');
});

test('nobody is told again of what they were told then', async () => {
  const sends = await client
    .db()
    .collection('mail_sends')
    .countDocuments({ tries: { $gt: 1 } });
  expect(sends).toBe(0);
  await client.close();
  site.process.kill('SIGTERM');
  expect(await site.ended).toBe(0);
});
