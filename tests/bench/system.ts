// npm run bench: what the whole system costs, on a site of its own. `--learners N`: how many (10000);
// `--grow N`: what the pages of staff cost then with N of them, beside what they cost before.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { plantOrganisations } from '../../src/demo/organisations';
import { findUserIdByEmail, grantRole } from '../../src/modules/accounts';
import { findPublishedVersion } from '../../src/modules/catalogue';
import { rebuild } from '../../src/modules/reporting';
import { connectDb, disconnectDb } from '../../src/platform/db';
import { ROOT } from '../../src/platform/paths';
import { type Kelas, processesOf, startedKelas } from '../boot/kelas';
import type { Browser } from './system/browser';
import { Control, type Figures, measure } from './system/measure';
import { addPeople, emailOf } from './system/people';
import { findProcesses, memoryOf } from './system/processes';
import { type Grown, type Report, type Row, reportOf } from './system/report';
import { growingPages, type Scenario, scenariosOf, signInAll } from './system/scenarios';

const PEOPLE = 64;
/** Of the learners, these are also staff of the whole centre. */
const STAFF = 8;
const FIRST_OF_STAFF = 80;
const COURSE = 'ai-at-work';
const TIME_ZONE = 'Asia/Singapore';
const WARM_UP_MS = 1_500;
const MEASURE_MS = 4_000;
const CONTROL_MS = 1_000;

const say = (line: string) => console.error(line);

async function addLearners(from: number, to: number) {
  const { umbrellaId, unions } = await plantOrganisations();
  const version = await findPublishedVersion(COURSE);
  if (!version) throw new Error(`The course ${COURSE} is not published`);
  const codes = await addPeople({ from, to }, version, unions);
  return { umbrellaId, codes };
}

/** Fills the site. @returns codes of certificates to check */
async function furnish(kelas: Kelas, learners: number): Promise<string[]> {
  const addresses = readFileSync(path.join(kelas.data, 'run/addresses.json'), 'utf8');
  await connectDb((JSON.parse(addresses) as { mongodbUri: string }).mongodbUri);
  const { umbrellaId, codes } = await addLearners(0, learners);
  for (let index = FIRST_OF_STAFF; index < FIRST_OF_STAFF + STAFF; index += 1) {
    const userId = await findUserIdByEmail(emailOf(index));
    await grantRole(userId ?? '', { role: 'union-staff', organisationId: umbrellaId });
  }
  say('Counting for staff');
  await rebuild(TIME_ZONE);
  return codes;
}

async function run(kelas: Kelas, scenario: Scenario): Promise<Figures> {
  const pids = findProcesses(kelas.data);
  const { turn, rounds, people = PEOPLE } = scenario;
  if (rounds !== undefined) return measure(people, turn, { pids, ms: 60_000, rounds });
  await measure(people, turn, { pids, ms: WARM_UP_MS });
  return measure(people, turn, { pids, ms: MEASURE_MS });
}

/** The pages of staff, measured one after the other, by name. */
async function measureStaff(kelas: Kelas, staff: Browser[]): Promise<Map<string, Figures>> {
  const figures = new Map<string, Figures>();
  for (const scenario of await growingPages(staff)) {
    say(`Measuring: ${scenario.name}`);
    figures.set(scenario.name, await run(kelas, scenario));
  }
  return figures;
}

async function grow(
  kelas: Kelas,
  staff: Browser[],
  { from, to }: { from: number; to: number },
): Promise<Grown> {
  const before = await measureStaff(kelas, staff);
  say(`Making ${to - from} more learners`);
  await addLearners(from, to);
  say('Counting for staff');
  const began = performance.now();
  await rebuild(TIME_ZONE);
  const seconds = (performance.now() - began) / 1000;
  const memory = memoryOfAll(kelas);
  return { from, to, before, after: await measureStaff(kelas, staff), seconds, memory };
}

const memoryOfAll = (kelas: Kelas) =>
  new Map([...findProcesses(kelas.data)].map(([name, pid]) => [name, memoryOf(pid)] as const));

async function bench(kelas: Kelas, learners: number, growTo: number): Promise<Report> {
  const load = os.loadavg();
  say(`Making ${learners} learners`);
  const codes = await furnish(kelas, learners);
  say(`Signing ${PEOPLE} of them in`);
  const browsers = await signInAll(kelas.port, PEOPLE);
  const staff = await signInAll(kelas.port, STAFF, FIRST_OF_STAFF);
  const control = await Control.start();
  const rows: Row[] = [];
  for (const scenario of await scenariosOf(browsers, { course: COURSE, codes, staff })) {
    say(`Measuring: ${scenario.name}`);
    const figures = await run(kelas, scenario);
    const beside = await control.measure(scenario.people ?? PEOPLE, figures.bytes, CONTROL_MS);
    rows.push({ name: scenario.name, figures, control: beside });
  }
  const memory = memoryOfAll(kelas);
  control.stop();
  const grown = growTo > learners ? await grow(kelas, staff, { from: learners, to: growTo }) : null;
  for (const browser of [...browsers, ...staff]) browser.close();
  return { learners, people: PEOPLE, load, rows, memory, grown };
}

export async function main(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      learners: { type: 'string', default: '10000' },
      grow: { type: 'string', default: '0' },
    },
  });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-bench-'));
  const data = path.join(folder, 'data');
  try {
    say('Starting a site');
    const kelas = await startedKelas({ data, env: { TRUST_PROXY: '1', LOG_LEVEL: 'error' } });
    const report = reportOf(await bench(kelas, Number(values.learners), Number(values.grow)));
    await disconnectDb();
    kelas.process.kill('SIGTERM');
    await kelas.ended;
    console.log(report);
    writeFileSync(path.join(ROOT, 'docs/benchmarks.md'), report);
    say('Written to docs/benchmarks.md');
  } finally {
    for (const pid of processesOf(data).keys()) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}
