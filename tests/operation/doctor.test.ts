import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import { build, node, packages, space } from '../../src/cli/doctor/machine';
import { clock } from '../../src/cli/doctor/services';
import { connectDb, disconnectDb } from '../../src/platform/db';
import { logger } from '../../src/platform/logger';
import { prepareDatabase } from '../../src/platform/migrations';
import { mongodbUri, redisPrefix, redisUrl } from '../support/services';
import { kelas } from './command';

const uri = mongodbUri('doctor');
const client = new MongoClient(uri);
const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-doctor-'));
const site = {
  KELAS_DATA: folder,
  KELAS_COURSES: path.join(folder, 'courses'),
  MONGODB_URI: uri,
  REDIS_URL: redisUrl(),
  REDIS_PREFIX: `${redisPrefix()}-doctor`,
};

beforeAll(async () => {
  logger.level = 'silent';
  mkdirSync(site.KELAS_COURSES);
  await client.connect();
});
beforeEach(async () => {
  await client.db().dropDatabase();
  await connectDb(uri);
  await prepareDatabase();
  await disconnectDb();
});
afterAll(async () => {
  await client.db().dropDatabase();
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the doctor', () => {
  test('finds a site in order', async () => {
    const { code, out } = await kelas(site, 'doctor');
    expect(out.split('\n').filter((line) => line.startsWith('MEND'))).toEqual([]);
    for (const part of [
      `good  Node.js ${process.versions.node}`,
      'packages, as package-lock.json names them',
      'The build is there',
      'can be written to',
      'The embedded engine answers in',
      'Stored data is that of this version',
      'All indexes are there',
      'No signing keys yet',
      'Events are passed on (the oldest waits 0 s)',
      'No mail of the last 7 days has failed',
      'answers',
      '0 course folders without a fault',
    ]) {
      expect(out).toContain(part);
    }
    expect(code).toBe(0);
  });

  test('names what is wrong, with what to do, and ends with 1', async () => {
    const db = client.db();
    const hour = new Date(Date.now() - 3_600_000);
    await db.collection('mail_sends').dropIndex('sendKey_1');
    await db.collection('mail_sends').insertOne({ sendKey: 'k', status: 'failed', at: hour });
    await db.collection('migrations').deleteMany({});
    await db.collection('outbox').insertOne({
      type: 'x',
      status: 'waiting',
      createdAt: hour,
      leasedUntil: new Date(0),
    });
    mkdirSync(path.join(site.KELAS_COURSES, 'broken'));
    writeFileSync(path.join(site.KELAS_COURSES, 'broken/course.yml'), 'title: [');
    const { code, out } = await kelas(site, 'doctor');
    rmSync(path.join(site.KELAS_COURSES, 'broken'), { recursive: true });
    expect(out).toMatch(/MEND {2}Missing: 1 index: mail_sends: sendKey\n {6}To mend it: start/);
    expect(out).toMatch(/MEND {2}\d+ changes? of stored data not made yet: learning: enrolments/);
    expect(out).toMatch(/MEND {2}Events have waited for 360\d s\n {6}To mend it: look whether/);
    expect(out).toMatch(/MEND {2}1 mail of the last 7 days could not be sent\n {6}To mend it: see/);
    expect(out).toMatch(
      /MEND {2}The course broken has \d+ faults?\n {6}To mend it: .*course check/,
    );
    expect(out).toMatch(/To mend: 5$/);
    expect(code).toBe(1);
  });

  test('goes on when redis and the database are away', async () => {
    const { code, out } = await kelas(
      {
        ...site,
        MONGODB_URI: 'mongodb://127.0.0.1:1/kelas?serverSelectionTimeoutMS=100',
        REDIS_URL: `unix:${folder}/nobody.sock`,
      },
      'doctor',
    );
    expect(out).toMatch(/MEND {2}The database does not answer: .*\n {6}To mend it: .*MONGODB_URI/);
    expect(out).toContain('MEND  Redis does not answer');
    expect(out).toContain('0 course folders');
    expect(code).toBe(1);
  });

  test('lists wrong settings, and what a public site should not do', async () => {
    const wrong = await kelas({ ...site, PORT: 'x', TIME_ZONE: 'Mars' }, 'doctor');
    expect(wrong.out).toMatch(/MEND {2}PORT: /);
    expect(wrong.out).toMatch(/MEND {2}TIME_ZONE: /);
    expect(wrong.code).toBe(1);
    const production = {
      ...site,
      NODE_ENV: 'production',
      SESSION_SECRET: 's'.repeat(40),
      KEYS_SECRET: 'k'.repeat(40),
      SMTP_URL: 'smtp://localhost:1025',
    };
    const plain = await kelas({ ...production, BASE_URL: 'http://learn.example.org' }, 'doctor');
    expect(plain.out).toContain('MEND  BASE_URL is http://learn.example.org');
    const proxied = await kelas({ ...production, BASE_URL: 'https://learn.example.org' }, 'doctor');
    expect(proxied.out).toContain('TRUST_PROXY is 0');
  });

  test('knows an old Node, missing packages, half a build, a full disk and a wrong clock', () => {
    expect(node('20.18.3').state).toBe('mend');
    expect(node('22.0.0').state).toBe('good');
    const root = path.join(folder, 'root');
    mkdirSync(path.join(root, 'node_modules/there'), { recursive: true });
    const write = (name: string, content: object) =>
      writeFileSync(path.join(root, name), JSON.stringify(content));
    write('package.json', { dependencies: { there: '^1.0.0', gone: '^1.0.0' } });
    write('package-lock.json', { packages: { 'node_modules/there': { version: '1.0.1' } } });
    write('node_modules/there/package.json', { version: '1.0.0' });
    expect(packages(root)).toMatchObject({
      state: 'mend',
      what: expect.stringContaining('there, gone'),
    });
    expect(build(root)).toMatchObject({ state: 'mend', what: expect.stringContaining('web.js') });
    expect([9e8, 2e9, 5e11].map((free) => space('/data', free, 1e12).state)).toEqual([
      'mend',
      'note',
      'good',
    ]);
    expect([0, -1_900, 2_100, -60_000].map((ms) => clock(ms).state)).toEqual([
      'good',
      'good',
      'mend',
      'mend',
    ]);
  });
});
