import { randomUUID } from 'node:crypto';
import { inviteAccounts } from '../../src/modules/accounts';
import { Import, Offer } from '../../src/modules/enrolling/model';
import { importKind } from '../../src/modules/enrolling/service/carry-out';
import { Enrolment } from '../../src/modules/learning/model';
import { Membership } from '../../src/modules/organisations/model';
import { AuditLog } from '../../src/platform/audit';
import { type BulkKind, findAct } from '../../src/platform/bulk';
import { runAct } from '../../src/platform/bulk/run';
import { runInContext } from '../../src/platform/context';
import { inTransaction } from '../../src/platform/db';
import { Outbox } from '../../src/platform/outbox/model';
import { useApp } from '../support/app';
import { publishSmallCourse } from '../support/factories/learning';
import { makeUnions, sendFile } from './site';

jest.setTimeout(180_000);

const app = useApp();
const SLUG = 'ten-thousand';
const MEMBERS = 5_000;
const NEW = 5_000;

test('a file of 10,000 rows: checked, cut off in the middle, carried out once and whole', async () => {
  await publishSmallCourse(app, SLUG);
  const unions = await makeUnions(app);
  const branch = {
    organisationId: unions.branchId,
    organisationPath: [unions.ownId, unions.branchId],
  };
  for (let from = 0; from < MEMBERS; from += 1_000) {
    await inTransaction(async () => {
      const ids = await inviteAccounts(
        Array.from({ length: 1_000 }, (_, index) => ({
          name: `Member ${from + index}`,
          email: `member-${from + index}@example.org`,
          language: 'en' as const,
        })),
      );
      await Membership.insertMany(
        ids.map((userId) => ({
          ...branch,
          userId,
          kind: 'union-member',
          startsOn: '2020-01-01',
          endsOn: null,
          number: null,
          open: true,
          createdAt: new Date(),
        })),
        { lean: true },
      );
    });
  }
  const rows = [
    ...Array.from({ length: MEMBERS }, (_, index) => `member-${index}@example.org,Member ${index}`),
    ...Array.from({ length: NEW }, (_, index) => `new-${index}@example.net,New ${index}`),
  ];
  const checking = performance.now();
  const { href, page } = await sendFile(
    unions.staff,
    unions.branchId,
    `email,name\n${rows.join('\n')}\n`,
    { courseSlug: SLUG, dueOn: '2099-12-31' },
  );
  const checked = performance.now() - checking;
  expect(page.text).toContain('Yes, do it for all 10,000 people');
  await unions.staff.client.post(`${href}/start`);
  const { actId } = (await Import.findOne().lean()) ?? {};
  const act = actId ?? '';

  // The worker dies at the seventh slice.
  let slices = 0;
  const dying = {
    ...importKind,
    handle: async (...given: Parameters<typeof importKind.handle>) => {
      slices += 1;
      if (slices === 7) throw new Error('the power went');
      await importKind.handle(...given);
    },
  };
  const run = (kind: typeof importKind) =>
    runInContext({ requestId: randomUUID(), jobId: 'test' }, () => runAct(kind as BulkKind, act));
  await expect(run(dying)).rejects.toThrow('the power went');
  expect(await Enrolment.countDocuments()).toBe(0);
  expect(await Offer.countDocuments()).toBe(0);
  expect(await findAct(act)).toMatchObject({ state: 'running', done: 0 });

  const working = performance.now();
  await run(importKind);
  const worked = performance.now() - working;
  await run(importKind);
  expect(await findAct(act)).toMatchObject({ state: 'finished', done: 10_000, failed: 0 });
  expect(await Enrolment.countDocuments({ courseSlug: SLUG, dueOn: '2099-12-31' })).toBe(MEMBERS);
  expect(await Offer.countDocuments({ state: 'open', newAccount: true })).toBe(NEW);
  expect(await Outbox.countDocuments({ type: 'enrolment.created' })).toBe(MEMBERS);
  expect(await Outbox.countDocuments({ type: 'enrolment.offered' })).toBe(NEW);
  expect(await AuditLog.countDocuments({ action: 'learning.enrol' })).toBe(MEMBERS);
  console.info(
    `10,000 rows: checked in ${Math.round(checked)} ms, carried out in ${Math.round(worked)} ms`,
  );
});
