import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { certificateOf } from '../../src/modules/certificates';
import { Certificate } from '../../src/modules/certificates/model';
import { issueCertificates } from '../../src/modules/certificates/service/issue';
import { Outbox } from '../../src/platform/outbox/model';
import { createPdfRenderer, RendererEnded } from '../../src/platform/pdf';
import type { FileStorage } from '../../src/platform/storage';
import { useApp } from '../support/app';
import {
  issueCertificate,
  makeCentre,
  makeGraduate,
  publishReadingCourse,
} from '../support/factories/certificates';

const run = promisify(execFile);
const site = useApp();
const SLUG = 'unlosable';

beforeAll(async () => {
  await makeCentre();
  await publishReadingCourse(site, SLUG);
});

async function completed(): Promise<string> {
  return (await makeGraduate(site, SLUG)).enrolmentId;
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

test('a renderer killed at its work loses none: what waits goes on, what it was at is tried again', async () => {
  const { storage, keys, config } = site.platform;
  const pdf = createPdfRenderer({ timeLimitMs: 600_000 });
  let isAsked = false;
  // The first document takes for ever, and everything else waits behind it.
  const slow = {
    ...pdf,
    render: (request: Parameters<typeof pdf.render>[0]) => {
      const endless = { source: '#for a in range(99999) { for b in range(99999) { } }' };
      const design = isAsked ? request.design : endless;
      isAsked = true;
      return pdf.render({ ...request, design });
    },
  };
  const tools = { storage, keys, pdf, baseUrl: config.baseUrl };
  const enrolments: string[] = [];
  for (let count = 0; count < 6; count += 1) enrolments.push(await completed());
  const before = new Set(await renderers());
  const first = issueCertificates(enrolments, { ...tools, pdf: slow });
  let own: number[] = [];
  while (own.length === 0) own = (await renderers()).filter((pid) => !before.has(pid));
  expect(own).toHaveLength(1);
  for (const pid of own) process.kill(pid, 'SIGKILL');
  const faults = await first;
  expect([...faults.values()]).toEqual([new RendererEnded('ended', 'The PDF renderer ended')]);
  for (const enrolmentId of enrolments) {
    expect(await isWhole(enrolmentId)).toBe(!faults.has(enrolmentId));
  }
  expect(await issueCertificates(enrolments, tools)).toEqual(new Map());
  expect(await Promise.all(enrolments.map(isWhole))).toEqual(enrolments.map(() => true));
  await pdf.close();
});

/** A storage whose disk is full: the kernel answers ENOSPC to every byte written to /dev/full. */
const onFullDisk = (storage: FileStorage): FileStorage => ({
  ...storage,
  put: (_key, bytes) => writeFile('/dev/full', bytes),
});

test('a full disk loses none: no record of a file, no event, and the next try', async () => {
  const { storage, keys, pdf, config } = site.platform;
  const tools = { storage, keys, pdf, baseUrl: config.baseUrl };
  const enrolments = [await completed(), await completed()];
  const faults = await issueCertificates(enrolments, { ...tools, storage: onFullDisk(storage) });
  expect([...faults.keys()].sort()).toEqual([...enrolments].sort());
  for (const fault of faults.values()) expect(fault).toMatchObject({ code: 'ENOSPC' });
  for (const enrolmentId of enrolments) {
    const waiting = await certificateOf(enrolmentId);
    expect(waiting?.ready).toBe(false);
    expect(await eventsOf(waiting?.id)).toBe(0);
  }
  await site.drain();
  expect(await Promise.all(enrolments.map(isWhole))).toEqual([true, true]);
});

test('a renderer that has nothing to do is ended; the next document has another', async () => {
  const before = new Set(await renderers());
  const pdf = createPdfRenderer({ restMs: 1 });
  const hello = { design: { source: '= Hello' }, data: {}, createdAt: 0, as: 'svg' } as const;
  const first = await pdf.render(hello);
  while ((await renderers()).some((pid) => !before.has(pid)));
  expect((await pdf.render(hello)).equals(first)).toBe(true);
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
