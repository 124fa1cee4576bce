import { Import, type ImportRecord, Offer } from '../../src/modules/enrolling/model';
import { startImport } from '../../src/modules/enrolling/service/carry-out';
import { chosenKinds } from '../../src/modules/enrolling/service/chosen-kinds';
import { makeImport } from '../../src/modules/enrolling/service/make-import';
import { keepFile } from '../../src/modules/enrolling/service/read-upload';
import { worldOf } from '../../src/modules/enrolling/service/world';
import { enrol } from '../../src/modules/learning';
import { addMembership } from '../../src/modules/organisations';
import { peopleLists } from '../../src/modules/reporting';
import { actHref, startBulk } from '../../src/platform/bulk';
import type { TestApp } from '../support/app';
import { makePerson, type TestPerson } from '../support/factories/accounts';

const ZONE = 'Asia/Singapore';
const COURSE = 'small-course';

/** Lists of people, one of each kind, an act on some of them, and a place kept for the newcomer. */
export async function furnishEnrolling(
  app: Pick<TestApp, 'drain'>,
  people: { staff: TestPerson; newcomer: TestPerson; organisationId: string },
): Promise<{ staffed: string[]; offer: string }> {
  const { staff, newcomer, organisationId } = people;
  const late = await makePerson({ name: '陈美华', language: 'zh' });
  await addMembership({
    userId: late.userId,
    organisationId,
    kind: 'union-member',
    startsOn: '2021-05-01',
  });
  const { enrolmentId } = await enrol({ userId: late.userId, courseSlug: COURSE });
  const world = await worldOf({
    id: staff.userId,
    grants: [{ role: 'union-staff', organisationId }],
  });
  const check = async (...emails: string[]): Promise<ImportRecord> => {
    const { importId } = await makeImport(world, {
      source: 'file',
      fileName: 'members-of-the-northern-branch-who-asked-for-a-course-in-march.csv',
      rows: emails.map((email, index) => ({ line: index + 2, cells: { email }, misfit: null })),
      defaults: { organisationId, courseSlug: COURSE, dueOn: '2099-12-31' },
    });
    const record = await Import.findById(importId).lean<ImportRecord>();
    if (!record) throw new Error('The import was not kept');
    return record;
  };
  const { uploadId } = await keepFile(
    staff.userId,
    {
      name: 'members.csv',
      bytes: Buffer.from(
        'Contact address,Full name of the member as in the register,\na@example.org,陈美华,\n',
      ),
    },
    { organisationId, courseSlug: COURSE, dueOn: null },
  );
  const bad = await check('not an address', 'x'.repeat(300));
  const ready = await check('someone-with-quite-a-long-name@members.example.org', 'b@example.org');
  const done = await check(newcomer.email);
  await startImport(world, done);
  // Late from then on, and so among those whom a reminder is proposed for.
  const { actId } = await startBulk(chosenKinds(peopleLists(ZONE), ZONE).due, {
    by: staff.userId,
    params: { dueOn: '2020-02-29', back: '/staff/people', list: null },
    items: [
      { label: 'The first learner', data: { enrolmentId } },
      { label: 'Someone who is gone', data: { enrolmentId: 'f'.repeat(24) } },
    ],
  });
  await app.drain();
  const offer = await Offer.findOne({ userId: newcomer.userId }).lean();
  return {
    staffed: [
      '/staff/enrol',
      '/staff/enrol/file',
      `/staff/enrol/columns/${uploadId}`,
      '/staff/imports',
      ...[bad, ready, done].map(({ _id }) => `/staff/imports/${_id.toHexString()}`),
      '/staff/remind',
      actHref(actId),
    ],
    offer: `/offers/${String(offer?._id)}`,
  };
}
