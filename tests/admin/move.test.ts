import { WHOLE_SITE } from '../../src/modules/accounts';
import { settleMoves } from '../../src/modules/admin/service/follow-moves';
import { Certificate } from '../../src/modules/certificates/model';
import { Import } from '../../src/modules/enrolling/model';
import { enrol, enrolMany } from '../../src/modules/learning';
import {
  addMembership,
  findOrganisation,
  findOrganisations,
  membershipsOf,
  moveOrganisation,
  type Organisation,
} from '../../src/modules/organisations';
import { Membership, OrganisationMove } from '../../src/modules/organisations/model';
import { rebuild } from '../../src/modules/reporting';
import { AuditLog } from '../../src/platform/audit';
import { now, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { makePerson, signedIn } from '../support/factories/accounts';
import { publishReadingCourse } from '../support/factories/certificates';
import { enrolmentRow, type Learner } from '../support/factories/learning';
import { makeOrganisation } from '../support/factories/organisations';
import { shownReports } from '../support/reports';

/** On a machine that may be busy. */
jest.setTimeout(180_000);

const app = useApp();
const ZONE = 'Asia/Singapore';
let site: Client;
let [top, rail, port, east, depot, quay]: Organisation[] = [];
let worker: Learner;
/** Someone whom Rail itself enrolled. */
let hosted = '';

const idOf = (one: Organisation | undefined): string => one?.id ?? '';
const addressOf = (one: Organisation | undefined) => `/admin/organisations/${idOf(one)}/move`;
const from = (one: Organisation | undefined) => one?.id ?? 'root';

async function pathOf(one: Organisation | undefined): Promise<readonly string[]> {
  return (await findOrganisation(idOf(one)))?.path ?? [];
}

/** What holds of a tree, whatever happens at once. */
async function expectTree(all: readonly (Organisation | undefined)[]): Promise<void> {
  const found = await findOrganisations(all.map(idOf));
  for (const one of found.values()) {
    const above = one.parentId === null ? [] : (found.get(one.parentId)?.path ?? ['missing']);
    expect([...one.path]).toEqual([...above, one.id]);
    expect(new Set(one.path).size).toBe(one.path.length);
  }
}

beforeAll(async () => {
  top = await makeOrganisation('umbrella', { code: 'kelas-centre', name: 'Centre' });
  rail = await makeOrganisation('union', { name: 'Rail', parent: top });
  port = await makeOrganisation('union', { name: 'Port', parent: top });
  east = await makeOrganisation('branch', { name: 'East', parent: rail });
  depot = await makeOrganisation('branch', { name: 'Depot', parent: east });
  quay = await makeOrganisation('branch', { name: 'Quay', parent: port });
  ({ client: site } = await signedIn(app, {
    grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
  }));
  await publishReadingCourse(app, 'small-course');
  const person = await makePerson({ name: 'Nurul of the Depot' });
  await addMembership({
    userId: person.userId,
    organisationId: idOf(depot),
    kind: 'union-member',
    number: 'R-1',
    startsOn: '2020-01-01',
  });
  const learner = await signedIn(app, { name: 'Devi of the Depot' });
  await addMembership({
    userId: learner.userId,
    organisationId: idOf(depot),
    kind: 'union-member',
    number: 'R-2',
    startsOn: '2020-01-01',
  });
  const { enrolmentId } = await enrol({ userId: learner.userId, courseSlug: 'small-course' });
  worker = { ...learner, enrolmentId, href: `/learn/${enrolmentId}` };
  // Enrolled by the union itself: that stays the union's, wherever the branch goes.
  await enrolMany(
    [
      {
        userId: person.userId,
        courseSlug: 'small-course',
        dueOn: null,
        organisationId: idOf(rail),
      },
    ],
    person.userId,
  );
  hosted = person.userId;
  await worker.client.post(`${worker.href}/first-steps/viewed`);
  await Import.create({
    by: person.userId,
    organisationId: idOf(depot),
    organisationPath: [...(await pathOf(depot))],
    source: 'list',
    total: 0,
    counts: { enrol: 0, invite: 0, existing: 0, bad: 0 },
    createdAt: now(),
  });
  await app.drain();
});

afterEach(() => setClock());

describe('an organisation that moves', () => {
  test('says beforehand what follows, and takes everything along', async () => {
    expect((await site.get(`/admin/organisations/${idOf(depot)}`)).text).toContain(
      addressOf(depot),
    );
    const places = await site.get(addressOf(east));
    expect(places.text).toContain('Port');
    expect(places.text).not.toContain('Depot');
    expect((await site.get(`${addressOf(east)}?q=no-such`)).text).toContain('No place was found');
    expect((await site.get(`${addressOf(east)}?q=quA`)).text).toContain('Quay');

    const { client: railStaff } = await signedIn(app, {
      name: 'Staff of Rail',
      grants: [{ role: 'union-staff', organisationId: idOf(rail) }],
    });
    const { client: portStaff } = await signedIn(app, {
      name: 'Staff of Port',
      grants: [{ role: 'union-staff', organisationId: idOf(port) }],
    });
    const outlook = (await site.get(`${addressOf(east)}?to=${idOf(quay)}`)).text;
    expect(outlook).toMatch(/See its people no more[\s\S]*Staff of Rail[\s\S]*Will see/);
    expect(outlook).toMatch(/Will see its people[\s\S]*Staff of Port/);
    // Who administers the new place sees them there as well.
    await signedIn(app, {
      name: 'Everywhere at work',
      grants: [
        { role: 'union-staff', organisationId: idOf(rail) },
        { role: 'administrator', organisationId: idOf(port) },
      ],
    });
    const again = (await site.get(`${addressOf(east)}?to=${idOf(quay)}`)).text;
    expect(again.split('Will see its people')[0]).not.toContain('Everywhere at work');
    const personal = `/staff/people/${worker.userId}`;
    expect((await railStaff.get(personal)).status).toBe(200);
    expect((await portStaff.get(personal)).status).toBe(404);
    const snapshot = (await Certificate.findOne({ userId: worker.userId }).lean())?.snapshot;

    const form = { from: idOf(rail), to: idOf(quay) };
    const done = await site.follow(await site.post(addressOf(east), form));
    expect(done.text).toContain('records of its people follow');
    await expectTree([top, rail, port, east, depot, quay]);
    await app.drain();

    const path = [top, port, quay, east, depot].map(idOf);
    expect(await pathOf(depot)).toEqual(path);
    expect((await membershipsOf(worker.userId))[0]?.organisationPath).toEqual(path);
    expect((await enrolmentRow(worker.enrolmentId)).organisationPath.toSorted()).toEqual(
      path.toSorted(),
    );
    expect((await Import.findOne().lean())?.organisationPath).toEqual(path);
    const certificate = await Certificate.findOne({ userId: worker.userId }).lean();
    expect(certificate?.organisationPath.toSorted()).toEqual(path.toSorted());
    expect(certificate?.awardPath).toEqual([idOf(top)]);
    expect(certificate?.snapshot).toEqual(snapshot);
    expect((await railStaff.get(personal)).status).toBe(404);
    expect((await portStaff.get(personal)).status).toBe(200);
    // The one whom Rail enrolled is still Rail's to see, for that course.
    expect((await railStaff.get(`/staff/people/${hosted}`)).status).toBe(200);
    const followed = await shownReports();
    expect(followed.rows.length).toBe(2);
    await rebuild(ZONE);
    expect(await shownReports()).toEqual(followed);
    expect(await OrganisationMove.countDocuments({ followedAt: null })).toBe(0);
    expect(await AuditLog.findOne({ action: 'organisations.move' }).lean()).toMatchObject({
      subject: { kind: 'organisation', id: idOf(east) },
      before: { parentId: idOf(rail) },
      after: { parentId: idOf(quay), organisations: 2 },
    });
  });

  test('comes back whole, by two moves that are followed late and in one go', async () => {
    const move = (
      one: Organisation | undefined,
      was: Organisation | undefined,
      to: Organisation | undefined,
    ) => moveOrganisation({ organisationId: idOf(one), from: idOf(was), to: idOf(to) });
    await move(east, quay, port);
    await move(east, port, rail);
    await app.drain();
    const path = [top, rail, east, depot].map(idOf);
    expect((await enrolmentRow(worker.enrolmentId)).organisationPath.toSorted()).toEqual(
      path.toSorted(),
    );
    expect((await membershipsOf(worker.userId))[0]?.organisationPath).toEqual(path);
    const followed = await shownReports();
    await rebuild(ZONE);
    expect(await shownReports()).toEqual(followed);
  });

  test('a record that was being written meanwhile is followed a second time', async () => {
    await moveOrganisation({ organisationId: idOf(depot), from: idOf(east), to: idOf(rail) });
    await app.drain();
    const { userId } = worker;
    const stale = [top, rail, east, depot].map(idOf);
    await Membership.updateMany({ userId }, { $set: { organisationPath: stale } });
    const rooms = app.rooms.flatMap(({ name, tree }) => (tree ? [{ name, tree }] : []));
    await settleMoves(rooms);
    expect((await membershipsOf(userId))[0]?.organisationPath).toEqual(stale);
    const later = new Date(now().getTime() + 3_600_000);
    setClock(() => later);
    await settleMoves(rooms);
    expect((await membershipsOf(userId))[0]?.organisationPath).toEqual(
      [top, rail, depot].map(idOf),
    );
    expect(await OrganisationMove.countDocuments({ settledAt: null })).toBe(0);
    setClock();
    await moveOrganisation({ organisationId: idOf(depot), from: idOf(rail), to: idOf(east) });
    await app.drain();
  });

  test.each(['the one and the other', 'one under the other'])(
    'two tabs at once, %s: a tree',
    async (kind) => {
      const here = await makeOrganisation('branch', { name: 'Here', parent: rail as Organisation });
      const there = await makeOrganisation('branch', {
        name: 'There',
        parent: rail as Organisation,
      });
      const was = { from: idOf(rail) };
      const wishes =
        kind === 'one under the other'
          ? [
              { organisationId: here.id, ...was, to: there.id },
              { organisationId: there.id, ...was, to: here.id },
            ]
          : [
              { organisationId: here.id, ...was, to: idOf(port) },
              { organisationId: here.id, ...was, to: there.id },
            ];
      const results = await Promise.allSettled(wishes.map(moveOrganisation));
      const failed = results.filter(({ status }) => status === 'rejected');
      expect(failed).toMatchObject([
        { reason: { code: kind === 'one under the other' ? 'below-itself' : 'changed' } },
      ]);
      await expectTree([top, rail, port, here, there]);
    },
  );

  test('goes only where its kind may stand', async () => {
    const post = (one: Organisation | undefined, was: Organisation | undefined, to: string) =>
      site.post(addressOf(one), { from: from(was), to });
    const refused = async (answer: ReturnType<typeof post>, words: string) => {
      const { status, text } = await answer;
      expect({ status, said: text.includes(words) }).toEqual({ status: 422, said: true });
    };
    await refused(post(east, rail, idOf(depot)), 'cannot stand below itself');
    await refused(post(east, rail, idOf(rail)), 'stands there already');
    await refused(post(east, rail, idOf(top)), 'cannot stand at this place');
    await refused(post(east, rail, 'root'), 'cannot stand at this place');
    await refused(post(east, port, idOf(port)), 'moved meanwhile');
    await refused(post(rail, top, ''), 'error-summary');
    const closed = await makeOrganisation('branch', { name: 'Shut', parent: port as Organisation });
    await site.post(`/admin/organisations/${closed.id}/close`);
    await refused(post(east, rail, closed.id), 'closed');
    expect((await post(east, rail, 'f'.repeat(24))).status).toBe(404);
  });

  test('a number that is taken in the other union is said beforehand, and nothing moves', async () => {
    const west = await makeOrganisation('branch', { name: 'West', parent: rail as Organisation });
    const join = async (organisationId: string) =>
      addMembership({
        userId: (await makePerson()).userId,
        organisationId,
        kind: 'union-member',
        number: 'X-77',
        startsOn: '2020-01-01',
      });
    await join(west.id);
    await join(idOf(quay));
    const outlook = await site.get(`${addressOf(west)}?to=${idOf(port)}`);
    expect(outlook.text).toContain('1 member number is given to someone else');
    expect(outlook.text).not.toContain('name="to"');
    const answer = await site.post(addressOf(west), { from: idOf(rail), to: idOf(port) });
    expect({ status: answer.status, text: answer.text }).toEqual({
      status: 422,
      text: expect.stringContaining('belongs to someone else'),
    });
    expect(await pathOf(west)).toEqual([idOf(top), idOf(rail), west.id]);
  });

  test('an administrator of a part moves within it, at both ends', async () => {
    const { client } = await signedIn(app, {
      grants: [{ role: 'administrator', organisationId: idOf(rail) }],
    });
    const wish = { from: idOf(rail), to: idOf(port) };
    expect((await client.get(`${addressOf(east)}?to=${idOf(port)}`)).status).toBe(404);
    expect((await client.post(addressOf(east), wish)).status).toBe(404);
    expect((await client.get(addressOf(quay))).status).toBe(404);
    expect((await client.post(addressOf(quay), { from: idOf(port), to: idOf(rail) })).status).toBe(
      404,
    );
    // Their own top stands under someone else's: taking it away would be an act up there.
    expect((await client.get(addressOf(rail))).status).toBe(404);
    expect((await client.get(`/admin/organisations/${idOf(rail)}`)).text).not.toContain(
      addressOf(rail),
    );
    expect((await client.get(`${addressOf(east)}?to=root`)).status).toBe(404);
    const places = await client.get(addressOf(depot));
    expect(places.text).toContain('Rail');
    expect(places.text).not.toContain('Port');
    const moved = await client.post(addressOf(depot), { from: idOf(east), to: idOf(rail) });
    expect(moved.status).toBe(303);
    await app.drain();
    expect((await membershipsOf(worker.userId))[0]?.organisationPath).toEqual(
      [top, rail, depot].map(idOf),
    );
  });
});
