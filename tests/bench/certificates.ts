// npm run bench -- certificates: a rush of completions, from the event to the signed file on disk, on a
// site of its own with its worker, while people read lessons. Beside it the renderer alone.
// `--completions N`: how many at once (500; with 10000 it takes some minutes).
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { opendir, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { plantOrganisations } from '../../src/demo/organisations';
import { findUserIdByEmail, grantRole } from '../../src/modules/accounts';
import { findPublishedVersion, type PublishedVersion } from '../../src/modules/catalogue';
import { Credential } from '../../src/modules/certificates/credential/model';
import { designOf } from '../../src/modules/certificates/design';
import { Certificate, type CertificateRow } from '../../src/modules/certificates/model';
import { pdfInput } from '../../src/modules/certificates/pdf';
import { enrolmentCompleted } from '../../src/modules/learning';
import { Enrolment } from '../../src/modules/learning/model';
import { MailSend } from '../../src/modules/notifications/model';
import { rebuild } from '../../src/modules/reporting';
import { connectDb, disconnectDb, inTransaction } from '../../src/platform/db';
import { publishAll } from '../../src/platform/outbox';
import { createPdfRenderer } from '../../src/platform/pdf';
import { type Kelas, processesOf, startedKelas } from '../boot/kelas';
import type { Browser } from './system/browser';
import { percentile } from './system/measure';
import { addPeople, emailOf } from './system/people';
import { childrenOf, cpuOf, cpuOfChildren, findProcesses, memoryOf } from './system/processes';
import { Readers } from './system/readers';
import { signInAll } from './system/scenarios';

const COURSE = 'ai-at-work';
const PATIENCE_MS = 1_800_000;
const ALONE = 100;
/** The first hundred are on their way, and some have a certificate before the rush. */
const OTHERS = 228;
const READERS = 16;
const LESSONS_PER_SECOND = 16;
const REST_MS = 15_000;
const STAFF = 90;
const LISTS = 20;
const TIME_ZONE = 'Asia/Singapore';

const say = (line: string) => console.error(line);

const isReady = { pdf: { $ne: null } };
const isTold = { kind: 'certificate-ready', status: { $in: ['sent', 'skipped'] } } as const;

/** Tells the house of every completion that has no certificate yet. @returns how many */
async function complete(): Promise<number> {
  const awarded = new Set(await Certificate.distinct('enrolmentId'));
  const rows = await Enrolment.find({ status: 'completed' }, { _id: 1 }).lean();
  const waiting = rows
    .map(({ _id }) => ({ enrolmentId: _id.toHexString() }))
    .filter(({ enrolmentId }) => !awarded.has(enrolmentId));
  for (let first = 0; first < waiting.length; first += 1_000) {
    const slice = waiting.slice(first, first + 1_000);
    await inTransaction(() => publishAll(enrolmentCompleted, slice));
  }
  return waiting.length;
}

/** Pages a second of the renderer with nothing around it: no record, signature, storage or queue. */
async function rendererAlone(row: CertificateRow): Promise<number> {
  const renderer = createPdfRenderer();
  const { design, standard } = await designOf(row.snapshot.design ?? null);
  const data = await pdfInput(row, 'https://learn.example.org');
  const request = { design, data, createdAt: row.issuedAt.getTime(), as: standard };
  await renderer.render(request);
  const start = performance.now();
  for (let i = 0; i < ALONE; i += 1) await renderer.render(request);
  await renderer.close();
  return (ALONE * 1_000) / (performance.now() - start);
}

/**
 * Files of certificates on disk: counting them there costs the site nothing. In pieces, because the
 * readers turn their pages from here, and would be late when there are thousands.
 */
async function filesIn(data: string): Promise<number> {
  const folder = path.join(data, 'files/certificates');
  if (!existsSync(folder)) return 0;
  let count = 0;
  for (const year of await readdir(folder)) {
    const entries = await opendir(path.join(folder, year), { bufferSize: 256 });
    for await (const { name } of entries) if (name.endsWith('.pdf')) count += 1;
  }
  return count;
}

async function readersOf(browsers: readonly Browser[], version: PublishedVersion) {
  const lesson = version.modules
    .flatMap((module) => module.activities)
    .find(({ kind }) => kind === 'lesson');
  const paths = await Promise.all(
    browsers.map(async (browser) => {
      const { body } = await browser.get('/learn');
      return `${/href="(\/learn\/[0-9a-f]{24})/.exec(body)?.[1]}/${lesson?.id}`;
    }),
  );
  return new Readers(browsers, (reader) => paths[reader] ?? '', LESSONS_PER_SECOND);
}

/** Milliseconds of a page of staff, asked for some times one after the other. */
async function timesOf(browser: Browser, href: string): Promise<string> {
  const times: number[] = [];
  for (let i = 0; i < LISTS; i += 1) {
    const start = performance.now();
    const { status } = await browser.get(href, { packed: true });
    if (status !== 200) throw new Error(`${href} was answered with ${status}`);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return `${href}: p50 ${percentile(times, 0.5).toFixed(0)} ms, slowest ${percentile(times, 1).toFixed(0)} ms`;
}

async function staffLists(kelas: Kelas, total: number): Promise<string[]> {
  const [browser] = await signInAll(kelas.port, 1, STAFF);
  if (!browser) throw new Error('Nobody has signed in');
  const list = '/staff/certificates';
  const last = Math.ceil(total / 25);
  const row = await Certificate.findOne({}).sort({ issuedAt: 1 }).lean<CertificateRow>();
  const name = encodeURIComponent(row?.snapshot.holderName.split(' ')[0] ?? '');
  const lines: string[] = [];
  for (const query of ['', `?page=${last}`, `?q=${name}`, '?state=revoked', `?q=${row?.number}`]) {
    lines.push(await timesOf(browser, `${list}${query}`));
  }
  browser.close();
  return lines;
}

async function bench(kelas: Kelas, completions: number): Promise<void> {
  const addresses = readFileSync(path.join(kelas.data, 'run/addresses.json'), 'utf8');
  await connectDb((JSON.parse(addresses) as { mongodbUri: string }).mongodbUri);
  const { unions, umbrellaId } = await plantOrganisations();
  const version = await findPublishedVersion(COURSE);
  if (!version) throw new Error(`The course ${COURSE} is not published`);
  say(`Making ${completions + OTHERS} learners`);
  await addPeople({ from: 0, to: completions + OTHERS }, version, unions, 1);
  // As on a site that has stood for a while: else its reports are built during the rush.
  await rebuild(TIME_ZONE);
  const staff = await findUserIdByEmail(emailOf(STAFF));
  await grantRole(staff ?? '', { role: 'union-staff', organisationId: umbrellaId });
  const browsers = await signInAll(kelas.port, READERS);
  const readers = await readersOf(browsers, version);
  const load = os.loadavg()[0] ?? 0;
  const before = await Certificate.countDocuments(isReady);
  const toldBefore = await MailSend.countDocuments(isTold);
  const processes = findProcesses(kelas.data);
  const worker = processes.get('worker') ?? 0;

  const restEnds = performance.now() + REST_MS;
  const atRest = await readers.read(() => performance.now() > restEnds);

  const cpuOfAll = () =>
    new Map([
      ...[...processes].map(([name, pid]) => [name, cpuOf(pid)] as const),
      ['renderer', cpuOfChildren(worker)] as const,
    ]);
  const memory: string[] = [];
  const noteMemory = (when: string) => {
    const all = [...processes, ...childrenOf(worker).map((pid) => ['renderer', pid] as const)];
    const parts = all.map(([name, pid]) => `${name} ${(memoryOf(pid).own / 1e6).toFixed(0)}`);
    memory.push(`memory ${when}, MB of its own: ${parts.join(', ')}`);
  };
  noteMemory('before');
  const cpuBefore = cpuOfAll();
  const start = performance.now();
  let isOver = false;
  const rush = readers.read(() => isOver);
  const waiting = await complete();
  say(`${waiting} have completed the course at once`);
  const until = async (count: () => number | Promise<number>, what: string, onHalf = () => {}) => {
    let half = onHalf;
    for (let done = 0; done < waiting; done = await count()) {
      if (performance.now() - start > PATIENCE_MS) throw new Error(`Only ${done} ${what}`);
      if (done > waiting / 2) {
        half();
        half = () => {};
      }
      await wait(Math.max(250, waiting / 10));
    }
  };
  const filesBefore = await filesIn(kelas.data);
  const files = async () => (await filesIn(kelas.data)) - filesBefore;
  await until(files, 'files', () => noteMemory('in the middle'));
  await until(
    async () => (await Certificate.countDocuments(isReady)) - before,
    'certificates that know of theirs',
  );
  const seconds = (performance.now() - start) / 1_000;
  isOver = true;
  const during = await rush;
  // Their notices and mails are part of what they cost.
  await until(async () => (await MailSend.countDocuments(isTold)) - toldBefore, 'mails');
  noteMemory('at the end');
  const cpu = [...cpuOfAll()].map(
    ([name, ms]) => [name, (ms - (cpuBefore.get(name) ?? 0)) / waiting] as const,
  );
  // Web answers the readers meanwhile, and nothing of it is for certificates.
  const sum = cpu.reduce((all, [name, ms]) => (name === 'web' ? all : all + ms), 0);
  const certificates = await Certificate.countDocuments(isReady);
  const holders = (await Certificate.distinct('enrolmentId', isReady)).length;
  const credentials = await Credential.countDocuments();
  const row = await Certificate.findOne(isReady).lean<CertificateRow>();
  if (!row) throw new Error('There is no certificate');
  const lists = await staffLists(kelas, await Certificate.countDocuments());
  for (const browser of browsers) browser.close();
  const alone = await rendererAlone(row);
  const ms = (value: number) => value.toFixed(0);
  console.log(
    [
      `${waiting} completions at once: ${(waiting / seconds).toFixed(1)} certificates a second (${seconds.toFixed(1)} s)`,
      'from the event to the PDF on disk: record, credential in two forms, PDF, signature, storage',
      `${certificates - before} certificates of ${holders - before} enrolments, ${credentials} credentials`,
      `the renderer alone, one page after the other: ${alone.toFixed(1)} a second`,
      `processor time of one, with its notice and its mail, without web: ${sum.toFixed(1)} ms (${cpu.map(([name, each]) => `${name} ${each.toFixed(1)}`).join(', ')})`,
      `a lesson, ${LESSONS_PER_SECOND} a second, at rest: p50 ${ms(atRest.p50)} ms, p99 ${ms(atRest.p99)} ms of ${atRest.requests}`,
      `the same during the rush: p50 ${ms(during.p50)} ms, p99 ${ms(during.p99)} ms of ${during.requests}`,
      ...memory,
      ...lists,
      `${os.availableParallelism()} processors; load of the machine before: ${load.toFixed(1)}`,
    ].join('\n'),
  );
}

export async function main(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: { completions: { type: 'string', default: '500' } },
  });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-bench-'));
  const data = path.join(folder, 'data');
  try {
    say('Starting a site');
    const kelas = await startedKelas({ data, env: { TRUST_PROXY: '1', LOG_LEVEL: 'error' } });
    await bench(kelas, Number(values.completions));
    await disconnectDb();
    kelas.process.kill('SIGTERM');
    await kelas.ended;
  } finally {
    for (const pid of processesOf(data).keys()) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}
