// npm run bench -- certificates: a rush of completions, from the event to the signed file on disk, on a
// site of its own with its worker. Beside it the renderer alone. `--learners N`: a quarter completes (1600).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { plantOrganisations } from '../../src/demo/organisations';
import { findPublishedVersion } from '../../src/modules/catalogue';
import { Credential } from '../../src/modules/certificates/credential/model';
import { designOf } from '../../src/modules/certificates/design';
import { Certificate, type CertificateRow } from '../../src/modules/certificates/model';
import { pdfInput } from '../../src/modules/certificates/pdf';
import { enrolmentCompleted } from '../../src/modules/learning';
import { Enrolment } from '../../src/modules/learning/model';
import { MailSend } from '../../src/modules/notifications/model';
import { connectDb, disconnectDb, inTransaction } from '../../src/platform/db';
import { publish } from '../../src/platform/outbox';
import { createPdfRenderer } from '../../src/platform/pdf';
import { type Kelas, processesOf, startedKelas } from '../boot/kelas';
import { addPeople } from './system/people';
import { cpuOf, cpuOfChildren, findProcesses, memoryOf } from './system/processes';

const COURSE = 'ai-at-work';
const PATIENCE_MS = 600_000;
const ALONE = 100;

const say = (line: string) => console.error(line);

const isReady = { pdf: { $ne: null } };
const isTold = { kind: 'certificate-ready', status: { $in: ['sent', 'skipped'] } } as const;

/** Tells the house of every completion that has no certificate yet. @returns how many */
async function complete(): Promise<number> {
  const awarded = new Set(await Certificate.distinct('enrolmentId'));
  const rows = await Enrolment.find({ status: 'completed' }, { _id: 1 }).lean();
  const waiting = rows.filter(({ _id }) => !awarded.has(_id.toHexString()));
  for (let first = 0; first < waiting.length; first += 100) {
    await inTransaction(async () => {
      for (const { _id } of waiting.slice(first, first + 100)) {
        await publish(enrolmentCompleted, { enrolmentId: _id.toHexString() });
      }
    });
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

async function bench(kelas: Kelas, learners: number): Promise<void> {
  const addresses = readFileSync(path.join(kelas.data, 'run/addresses.json'), 'utf8');
  await connectDb((JSON.parse(addresses) as { mongodbUri: string }).mongodbUri);
  const { unions } = await plantOrganisations();
  const version = await findPublishedVersion(COURSE);
  if (!version) throw new Error(`The course ${COURSE} is not published`);
  say(`Making ${learners} learners`);
  await addPeople({ from: 0, to: learners }, version, unions);
  const load = os.loadavg()[0] ?? 0;
  const before = await Certificate.countDocuments(isReady);
  const toldBefore = await MailSend.countDocuments(isTold);
  const processes = findProcesses(kelas.data);
  const worker = processes.get('worker') ?? 0;
  const cpuOfAll = () =>
    new Map([
      ...[...processes].map(([name, pid]) => [name, cpuOf(pid)] as const),
      ['renderer', cpuOfChildren(worker)] as const,
    ]);
  const cpuBefore = cpuOfAll();
  const start = performance.now();
  const waiting = await complete();
  say(`${waiting} have completed the course at once`);
  let made = 0;
  while (made < waiting) {
    if (performance.now() - start > PATIENCE_MS) throw new Error(`Only ${made} of ${waiting}`);
    await wait(250);
    made = (await Certificate.countDocuments(isReady)) - before;
  }
  const seconds = (performance.now() - start) / 1_000;
  // Their notices and mails are part of what they cost.
  while ((await MailSend.countDocuments(isTold)) - toldBefore < made) {
    if (performance.now() - start > PATIENCE_MS) throw new Error('Not everyone has been told');
    await wait(250);
  }
  const cpu = [...cpuOfAll()].map(
    ([name, ms]) => [name, (ms - (cpuBefore.get(name) ?? 0)) / made] as const,
  );
  const sum = cpu.reduce((all, [, ms]) => all + ms, 0);
  const credentials = await Credential.countDocuments();
  const row = await Certificate.findOne(isReady).lean<CertificateRow>();
  if (!row) throw new Error('There is no certificate');
  const alone = await rendererAlone(row);
  console.log(
    [
      `${made} certificates, ${credentials} credentials in ${seconds.toFixed(1)} s: ${(made / seconds).toFixed(1)} a second`,
      'from the event to the PDF on disk: record, credential in two forms, PDF, signature, storage',
      `the renderer alone, one page after the other: ${alone.toFixed(1)} a second`,
      `processor time of one, with its notice and its mail: ${sum.toFixed(1)} ms (${cpu.map(([name, ms]) => `${name} ${ms.toFixed(1)}`).join(', ')})`,
      `memory of the worker: ${(memoryOf(worker).own / 1e6).toFixed(0)} MB`,
      `${os.availableParallelism()} processors; load of the machine before: ${load.toFixed(1)}`,
    ].join('\n'),
  );
}

export async function main(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: { learners: { type: 'string', default: '1600' } },
  });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-bench-'));
  const data = path.join(folder, 'data');
  try {
    say('Starting a site');
    const kelas = await startedKelas({ data, env: { LOG_LEVEL: 'error' } });
    await bench(kelas, Number(values.learners));
    await disconnectDb();
    kelas.process.kill('SIGTERM');
    await kelas.ended;
  } finally {
    for (const pid of processesOf(data).keys()) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}
