import {
  findUserIdByEmail,
  grantRole,
  invitationLink,
  revokeRole,
} from '../../src/modules/accounts';
import { Import, ImportRow, Offer } from '../../src/modules/enrolling/model';
import { enrol } from '../../src/modules/learning';
import { Enrolment } from '../../src/modules/learning/model';
import { membershipsOf } from '../../src/modules/organisations';
import { useApp } from '../support/app';
import { makePerson, signedIn } from '../support/factories/accounts';
import { auditOf, publishSmallCourse } from '../support/factories/learning';
import { mailsTo } from '../support/mails';
import { makeUnions, sendFile, type Unions } from './site';

const app = useApp();
const SLUG = 'imported-course';
let unions: Unions;
const fields = { courseSlug: SLUG };

beforeAll(async () => {
  await publishSmallCourse(app, SLUG);
  unions = await makeUnions(app);
});

const rowsOf = (userId: string) => Enrolment.find({ userId }).lean();
const start = async (href: string) => unions.staff.client.post(`${href}/start`);

describe('a list', () => {
  test('members are enrolled by address or number, once two tabs have said yes', async () => {
    const [byMail, byNumber] = [await unions.member('own'), await unions.member('own', 'B-77')];
    const { client } = unions.staff;
    await client.get('/staff/enrol');
    const answer = await client.post('/staff/enrol', {
      people: `${byMail.email.toUpperCase()}\n\n b-77 `,
      courseSlug: SLUG,
      organisationId: unions.branchId,
      dueOn: '2099-12-31',
    });
    const href = String(answer.headers['location']);
    const page = await client.get(href);
    expect(page.text).toContain('To enrol');
    expect(page.text).toContain('Yes, do it for all 2 people');
    expect(await rowsOf(byMail.userId)).toEqual([]);
    await Promise.all([start(href), start(href), start(href)]);
    await app.drain();
    for (const { userId } of [byMail, byNumber]) {
      const [row, ...more] = await rowsOf(userId);
      expect(more).toEqual([]);
      expect(row).toMatchObject({
        status: 'active',
        via: 'staff',
        dueOn: '2099-12-31',
        enrolledBy: unions.staff.userId,
        organisationId: unions.branchId,
      });
      expect(row?.organisationPath).toContain(unions.ownId);
      expect(await auditOf(String(row?._id))).toEqual(['learning.enrol']);
    }
    expect((await client.get(href)).text).toContain('Finished');
    expect((await client.get('/staff/imports')).text).toContain('Pasted list');
  });

  test('nothing in it, too much in it, or someone else’s union comes back as a form', async () => {
    const { client } = unions.staff;
    const post = (more: Record<string, string>) =>
      client.post('/staff/enrol', {
        ...fields,
        organisationId: unions.ownId,
        people: 'a@b.org',
        ...more,
      });
    expect((await post({ people: ' \n' })).status).toBe(422);
    expect((await post({ people: 'a@b.org\n'.repeat(501) })).text).toContain('At most 500 at once');
    const elsewhere = await post({ organisationId: unions.otherId });
    expect(elsewhere.status).toBe(422);
    expect(elsewhere.text).toContain('a@b.org');
    expect((await post({ dueOn: 'tomorrow' })).status).toBe(422);
  });
});

describe('whoever is outside is invited, and nobody can tell who has an account', () => {
  test('the dry run and the result are the same for a stranger and for a member of another union', async () => {
    const outsider = await unions.member('other', 'R-1');
    const { href, page } = await sendFile(
      unions.staff,
      unions.ownId,
      `email,name,number\n${outsider.email},Given Name,R-1\nstranger@example.net,Other Name,R-2\n`,
      fields,
    );
    const rows = await ImportRow.find().sort({ _id: -1 }).limit(2).lean();
    expect(rows.map(({ plan }) => plan)).toEqual(['invite', 'invite']);
    expect(JSON.stringify(rows)).not.toContain(outsider.userId);
    expect(page.text).toContain('Given Name');
    expect(page.text).not.toContain(outsider.name);
    await start(href);
    await app.drain();
    expect(await rowsOf(outsider.userId)).toEqual([]);
    const stranger = await findUserIdByEmail('stranger@example.net');
    expect(await rowsOf(stranger ?? '')).toEqual([]);
    expect(await membershipsOf(stranger ?? '')).toEqual([]);
    const text = (await unions.staff.client.get(href)).text;
    expect(text).toContain('2 done');
    for (const to of [outsider.email, 'stranger@example.net']) {
      const mails = await mailsTo(app, to);
      expect(
        mails.filter(({ subject }) => subject === 'Bus Union invites you: A small course'),
      ).toHaveLength(1);
    }
  });

  test('someone new accepts by setting a password: enrolled, a member, with their number', async () => {
    const email = 'newcomer@example.net';
    const { href } = await sendFile(
      unions.staff,
      unions.ownId,
      `email,name,number,language,branch code\n${email},முத்து வேலு,n-9,ta,bus-north\n`,
      fields,
    );
    await start(href);
    await app.drain();
    const userId = (await findUserIdByEmail(email)) ?? '';
    const link = (await invitationLink(app.platform.config, userId)) ?? '';
    const [mail] = await mailsTo(app, email);
    expect(mail?.subject).toContain('Bus Union North');
    const visitor = app.client();
    const path = new URL(link).pathname;
    await visitor.get(path);
    const set = await visitor.post(path, { password: 'lantern moss kettle orbit' });
    expect(set.status).toBe(303);
    await app.drain();
    const [row] = await rowsOf(userId);
    expect(row).toMatchObject({ status: 'active', via: 'staff', organisationId: unions.branchId });
    expect(await membershipsOf(userId)).toMatchObject([
      { organisationId: unions.branchId, kind: 'union-member', number: 'N-9' },
    ]);
    expect(await invitationLink(app.platform.config, userId)).toBeNull();
  });

  test('someone with an account says yes or no on a page of their own', async () => {
    const person = await signedIn(app);
    const send = () =>
      sendFile(unions.staff, unions.ownId, `email\n${person.email}\n`, fields).then(({ href }) =>
        start(href),
      );
    await send();
    await app.drain();
    const first = await Offer.findOne({ userId: person.userId }).lean();
    const path = `/offers/${String(first?._id)}`;
    const other = await signedIn(app);
    expect((await other.client.get(path)).status).toBe(404);
    expect((await other.client.post(`${path}/accept`)).status).toBe(404);
    expect((await person.client.get(path)).text).toContain('Bus Union invites you');
    await person.client.post(`${path}/decline`);
    await person.client.post(`${path}/accept`);
    expect(await rowsOf(person.userId)).toEqual([]);
    await send();
    await app.drain();
    const second = await Offer.findOne({ userId: person.userId, state: 'open' }).lean();
    const accepted = await person.client.post(`/offers/${String(second?._id)}/accept`);
    const [row] = await rowsOf(person.userId);
    expect(accepted.headers['location']).toBe(`/learn/${String(row?._id)}`);
    // From now on they are known in this union.
    const { href } = await sendFile(unions.staff, unions.ownId, `email\n${person.email}\n`, fields);
    expect((await unions.staff.client.get(href)).text).toContain('Enrolled already');
  });
});

describe('a file with faults', () => {
  test('each is named with line, column and mend, as a file too, and nothing can be begun', async () => {
    const member = await unions.member('own', 'B-5');
    const before = await Enrolment.countDocuments();
    const { href, page } = await sendFile(
      unions.staff,
      unions.ownId,
      [
        'email,name,number,course,due,language,branch code',
        `${member.email},A,,${SLUG},2099-01-01,en,bus-north`,
        'not an address,B,,A small course,,,',
        ',C,,,,,',
        'd@b.org,D,,no-such-course,,,',
        'e@b.org,E,,,31/02/2099,,',
        'f@b.org,F,,,2001-01-01,,',
        'g@b.org,G,,,,klingon,',
        'h@b.org,H,,,,,rail',
        `${member.email},I,,,,,`,
        ',J,B-404,,,,',
        `k@b.org,K,B-5,,,,`,
        `l@b.org,${'L'.repeat(101)},,,,,`,
        'm@b.org,M,,,,,,,surplus',
        '"=HYPERLINK(""x"")",N,,,,,',
      ].join('\n'),
      fields,
    );
    const faults = (await ImportRow.find({ plan: 'bad' }).sort({ _id: -1 }).limit(13).lean())
      .sort((a, b) => a.line - b.line)
      .map((row) => [
        row.line,
        row.faults.map(({ column, messageKey }) => `${column} ${messageKey.split('.').pop()}`),
      ]);
    expect(faults).toEqual([
      [3, ['email email']],
      [4, ['email nobody']],
      [5, ['course course']],
      [6, ['due due']],
      [7, ['due past']],
      [8, ['language language']],
      [9, ['organisation organisation']],
      [10, ['email repeated']],
      [11, ['number number']],
      [12, ['number otherNumber']],
      [13, ['name tooLong']],
      [14, ['row misfit']],
      [15, ['email email']],
    ]);
    expect(page.text).toContain('13 rows have to be put right');
    expect(page.text).toContain('<th scope="row">Line 9</th>');
    const csv = await unions.staff.client.get(`${href}/faults`);
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.text).toContain('9,Branch code,rail,');
    expect(csv.text).toContain(`"'=HYPERLINK(""x"")"`);
    expect((await start(href)).status).toBe(409);
    await app.drain();
    expect(await Enrolment.countDocuments()).toBe(before);
  });

  test('a file that is none comes back with the form, and one too large is not kept', async () => {
    const bad = await sendFile(unions.staff, unions.ownId, 'PK\u0003\u0004zip');
    expect(bad.answer.status).toBe(422);
    expect(bad.answer.text).toContain('save it as CSV UTF-8');
    const large = await sendFile(unions.staff, unions.ownId, Buffer.alloc(5 * 1024 * 1024, 'a'));
    expect(large.answer.status).toBe(422);
    expect(large.answer.text).toContain('too large');
    const none = await unions.staff.client.post('/staff/enrol/file', {
      organisationId: unions.ownId,
    });
    expect(none.status).toBe(422);
    expect(none.text).toContain('Choose a file');
  });

  test('the template is a file that can be sent as it is, but for its example', async () => {
    const template = await unions.staff.client.get('/staff/enrol/template');
    const { page } = await sendFile(unions.staff, unions.ownId, template.text);
    expect(page.text).toContain('Every row is right');
  });
});

describe('all or nothing', () => {
  test('a right that was lost before it ran leaves nothing', async () => {
    const member = await unions.member('own');
    const before = await Enrolment.countDocuments();
    const grant = { role: 'union-staff', organisationId: unions.ownId } as const;
    const { href } = await sendFile(
      unions.staff,
      unions.ownId,
      `email\n${member.email}\nnew-one@example.net\n`,
      fields,
    );
    await start(href);
    await revokeRole(unions.staff.userId, grant);
    await app.drain();
    await grantRole(unions.staff.userId, grant);
    expect(await Enrolment.countDocuments()).toBe(before);
    expect(await findUserIdByEmail('new-one@example.net')).toBeNull();
    expect((await unions.staff.client.get(href)).text).toContain('fits no more');
  });

  test('someone who came by themselves meanwhile is left as they are', async () => {
    const member = await unions.member('own');
    const { href } = await sendFile(unions.staff, unions.ownId, `email\n${member.email}\n`, fields);
    await enrol({ userId: member.userId, courseSlug: SLUG });
    await start(href);
    await app.drain();
    expect(await rowsOf(member.userId)).toMatchObject([{ via: 'self', status: 'active' }]);
  });
});

describe('scope', () => {
  test('imports of others are not there, for staff elsewhere, and not begun by a colleague', async () => {
    const member = await unions.member('own');
    const { href } = await sendFile(unions.staff, unions.ownId, `email\n${member.email}\n`, fields);
    const elsewhere = await signedIn(app, {
      grants: [{ role: 'union-staff', organisationId: unions.otherId }],
    });
    for (const path of [href, `${href}/faults`]) {
      expect((await elsewhere.client.get(path)).status).toBe(404);
    }
    expect((await elsewhere.client.post(`${href}/start`)).status).toBe(404);
    expect((await elsewhere.client.get('/staff/imports')).text).toContain('No lists yet');
    const colleague = await signedIn(app, {
      grants: [{ role: 'union-staff', organisationId: unions.ownId }],
    });
    expect((await colleague.client.get(href)).status).toBe(200);
    expect((await colleague.client.post(`${href}/start`)).status).toBe(404);
    const worker = await signedIn(app);
    expect((await worker.client.get('/staff/enrol')).status).toBe(403);
    const record = await Import.findOne({ actId: null, by: unions.staff.userId }).lean();
    expect(record).not.toBeNull();
  });

  test('an administrator of the site enrols anyone', async () => {
    const person = await makePerson();
    const admin = await signedIn(app, {
      grants: [{ role: 'administrator', organisationId: 'site' }],
    });
    const { page } = await sendFile(admin, unions.otherId, `email\n${person.email}\n`, fields);
    expect(page.text).toContain('To enrol');
  });
});
