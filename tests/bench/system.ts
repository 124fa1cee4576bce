// npm run bench: what the whole system costs, on a site of its own. `--learners N`: how many (10000).
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
import { Control, type Figures, measure } from './system/measure';
import { addPeople, emailOf } from './system/people';
import { findProcesses, memoryOf } from './system/processes';
import { type Report, type Row, reportOf } from './system/report';
import { type Scenario, scenariosOf, signInAll } from './system/scenarios';

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

/** Fills the site. @returns codes of certificates to check */
async function furnish(kelas: Kelas, learners: number): Promise<string[]> {
  const addresses = readFileSync(path.join(kelas.data, 'run/addresses.json'), 'utf8');
  await connectDb((JSON.parse(addresses) as { mongodbUri: string }).mongodbUri);
  const { umbrellaId, unions } = await plantOrganisations();
  const version = await findPublishedVersion(COURSE);
  if (!version) throw new Error(`The course ${COURSE} is not published`);
  const codes = await addPeople({ from: 0, to: learners }, version, unions);
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

async function bench(kelas: Kelas, learners: number): Promise<Report> {
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
  const memory = new Map(
    [...findProcesses(kelas.data)].map(([name, pid]) => [name, memoryOf(pid)] as const),
  );
  control.stop();
  for (const browser of [...browsers, ...staff]) browser.close();
  return { learners, people: PEOPLE, load, rows, memory };
}

export async function main(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: { learners: { type: 'string', default: '10000' } },
  });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-bench-'));
  const data = path.join(folder, 'data');
  try {
    say('Starting a site');
    const kelas = await startedKelas({ data, env: { TRUST_PROXY: '1', LOG_LEVEL: 'error' } });
    const report = reportOf(await bench(kelas, Number(values.learners)));
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
