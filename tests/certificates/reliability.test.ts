import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { certificateOf } from '../../src/modules/certificates';
import { Certificate } from '../../src/modules/certificates/model';
import { issueCertificate } from '../../src/modules/certificates/service/issue';
import { Outbox } from '../../src/platform/outbox/model';
import { createPdfRenderer } from '../../src/platform/pdf';
import { useApp } from '../support/app';
import { makeLearner, publishSmallCourse } from '../support/factories/learning';
import { makeOrganisation } from '../support/factories/organisations';

const run = promisify(execFile);
const site = useApp();
const SLUG = 'unlosable';

beforeAll(async () => {
  await makeOrganisation('umbrella', { code: 'kelas-centre' });
  await publishSmallCourse(site, SLUG, {
    course: 'completion: { all: [{ viewed: first-steps }] }',
  });
});

async function completed(): Promise<string> {
  const learner = await makeLearner(site, SLUG);
  await learner.client.post(`${learner.href}/first-steps/viewed`);
  return learner.enrolmentId;
}

/** Processes of renderers that this one has started. */
async function renderers(): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, parent, ...args]) =>
        Number(parent) === process.pid && args.join(' ').includes('pdf-renderer'),
    )
    .map(([pid]) => Number(pid));
}

const eventsOf = (id: string | undefined) =>
  Outbox.countDocuments({ type: 'certificate.issued', 'payload.certificateId': id });

async function isWhole(enrolmentId: string): Promise<boolean> {
  const certificate = await certificateOf(enrolmentId);
  const row = await Certificate.findById(certificate?.id).lean();
  const file = await site.platform.storage.get(row?.pdf?.key ?? 'none');
  const sum = file ? createHash('sha256').update(file).digest('hex') : '';
  return sum === row?.pdf?.sha256 && (await eventsOf(certificate?.id)) === 1;
}

test('a renderer killed at its work loses none: the next try of each makes it', async () => {
  const { storage, keys, config } = site.platform;
  const pdf = createPdfRenderer();
  let asked = 0;
  const counted = {
    ...pdf,
    render: (request: Parameters<typeof pdf.render>[0]) => {
      asked += 1;
      return pdf.render(request);
    },
  };
  const tools = { storage, keys, pdf: counted, baseUrl: config.baseUrl };
  const enrolments: string[] = [];
  for (let count = 0; count < 8; count += 1) enrolments.push(await completed());
  const before = new Set(await renderers());
  // Everything else waits behind a document that takes for ever.
  const endless = pdf.render({
    design: { source: '#for a in range(99999) { for b in range(99999) { } }' },
    data: {},
    createdAt: 0,
    as: 'a-3a',
  });
  const unhandled = endless.catch(() => undefined);
  const first = Promise.allSettled(
    enrolments.map((enrolmentId) => issueCertificate({ enrolmentId }, tools)),
  );
  let own: number[] = [];
  while (own.length === 0) own = (await renderers()).filter((pid) => !before.has(pid));
  while (asked < enrolments.length) await renderers();
  for (const pid of own) process.kill(pid, 'SIGKILL');
  const lost = (await first).filter(({ status }) => status === 'rejected').length;
  expect(lost).toBe(enrolments.length);
  await expect(endless).rejects.toThrow('ended');
  await Promise.all(enrolments.map((enrolmentId) => issueCertificate({ enrolmentId }, tools)));
  expect(await Promise.all(enrolments.map(isWhole))).toEqual(enrolments.map(() => true));
  await unhandled;
  await pdf.close();
});

test('a disk that takes nothing loses none: no record of a file, no event, and the next try', async () => {
  const folder = path.join(site.platform.config.dataDir, 'files/certificates');
  const enrolmentId = await completed();
  const { storage, keys, pdf, config } = site.platform;
  const tools = { storage, keys, pdf, baseUrl: config.baseUrl };
  await mkdir(folder, { recursive: true });
  await rename(folder, `${folder}-away`);
  // Where the folder was stands a file: whatever is written below it fails.
  await writeFile(folder, '');
  await expect(issueCertificate({ enrolmentId }, tools)).rejects.toMatchObject({ code: /^E/ });
  const waiting = await certificateOf(enrolmentId);
  expect(waiting?.ready).toBe(false);
  expect(await eventsOf(waiting?.id)).toBe(0);
  await rm(folder);
  await rename(`${folder}-away`, folder);
  await site.drain();
  expect(await isWhole(enrolmentId)).toBe(true);
});
