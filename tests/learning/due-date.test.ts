import { enrol, enrolmentDueChanged, setDueDate, withdraw } from '../../src/modules/learning';
import { addMembership, createOrganisation } from '../../src/modules/organisations';
import type { Scope } from '../../src/platform/authz';
import { useApp } from '../support/app';
import { makePerson } from '../support/factories/accounts';
import {
  auditOf,
  enrolmentRow,
  eventsOf,
  makeLearner,
  publishSmallCourse,
} from '../support/factories/learning';

const app = useApp();
const SLUG = 'due-course';
const WHOLE: Scope = { kind: 'all' };

beforeAll(async () => {
  await publishSmallCourse(app, SLUG);
});

test('a day is set, changed and taken away, each told once', async () => {
  const { enrolmentId } = await makeLearner(app, SLUG);
  expect((await enrolmentRow(enrolmentId)).dueOn).toBeNull();
  for (const dueOn of ['2027-01-31', '2027-01-31', '2027-02-28', null, null]) {
    await setDueDate({ enrolmentId, dueOn, scope: WHOLE });
    expect((await enrolmentRow(enrolmentId)).dueOn).toBe(dueOn);
  }
  expect(await eventsOf(enrolmentDueChanged.type, enrolmentId)).toBe(3);
  expect((await auditOf(enrolmentId)).slice(1)).toEqual(Array(3).fill('learning.set-due-date'));
});

test('a day that is none is refused, and so is one for an enrolment that is over', async () => {
  const { enrolmentId, userId } = await makeLearner(app, SLUG);
  await expect(
    setDueDate({ enrolmentId, dueOn: '2027-02-30', scope: WHOLE }),
  ).rejects.toMatchObject({ code: 'bad-day' });
  await withdraw({ enrolmentId, userId });
  await expect(
    setDueDate({ enrolmentId, dueOn: '2027-02-28', scope: WHOLE }),
  ).rejects.toMatchObject({ code: 'not-open' });
  expect(await eventsOf(enrolmentDueChanged.type, enrolmentId)).toBe(0);
});

test('outside the scope there is no such enrolment', async () => {
  const [own, other] = await Promise.all(
    ['own-union', 'other-union'].map((code) =>
      createOrganisation({ code, name: code, kind: 'union', timeZone: 'Asia/Singapore' }),
    ),
  );
  const { userId } = await makePerson();
  await addMembership({
    userId,
    organisationId: own?.id ?? '',
    kind: 'union-member',
    startsOn: '2020-01-01',
  });

  const { enrolmentId } = await enrol({ userId, courseSlug: SLUG });
  const below = (id = ''): Scope => ({ kind: 'below', organisationIds: [id] });
  const request = { enrolmentId, dueOn: '2027-03-31' };
  await expect(setDueDate({ ...request, scope: below(other?.id) })).rejects.toMatchObject({
    code: 'not-found',
  });
  await setDueDate({ ...request, scope: below(own?.id) });
  expect((await enrolmentRow(enrolmentId)).dueOn).toBe('2027-03-31');
});
