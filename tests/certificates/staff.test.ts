import { Types } from 'mongoose';
import { certificateOf } from '../../src/modules/certificates';
import { newCode } from '../../src/modules/certificates/code';
import { Certificate } from '../../src/modules/certificates/model';
import { BULK_KINDS } from '../../src/modules/certificates/service/bulk';
import { remakeFile } from '../../src/modules/certificates/service/remake-file';
import { enrol } from '../../src/modules/learning';
import { Notification } from '../../src/modules/notifications/model';
import { addMembership, type Organisation } from '../../src/modules/organisations';
import { AuditLog } from '../../src/platform/audit';
import { type BulkKind, createBulk } from '../../src/platform/bulk';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { signedIn } from '../support/factories/accounts';
import { publishReadingCourse } from '../support/factories/certificates';
import { makeOrganisation } from '../support/factories/organisations';

const site = useApp();
const SLUG = 'looked-after';
const LIST = '/staff/certificates';

let centre: Organisation;
let union: Organisation;
/** Of the organisation that awards; of the union of some of the learners; of another. */
let awarding: Client;
let seeing: Client;
let stranger: Client;

const staffOf = async (organisation: Organisation): Promise<Client> => {
  const grants = [{ role: 'union-staff', organisationId: organisation.id } as const];
  return (await signedIn(site, { grants })).client;
};

beforeAll(async () => {
  centre = await makeOrganisation('umbrella', { code: 'kelas-centre', name: 'Kelas Centre' });
  union = await makeOrganisation('union', { parent: centre });
  awarding = await staffOf(centre);
  seeing = await staffOf(union);
  stranger = await staffOf(await makeOrganisation('union'));
  await publishReadingCourse(site, SLUG);
});

async function certified(name: string): Promise<{ id: string; code: string; userId: string }> {
  const { client, userId } = await signedIn(site, { name });
  await addMembership({
    userId,
    organisationId: union.id,
    kind: 'union-member',
    number: `M-${userId}`,
    startsOn: '2020-01-01',
  });
  const { enrolmentId } = await enrol({ userId, courseSlug: SLUG });
  await client.post(`/learn/${enrolmentId}/first-steps/viewed`);
  await site.drain();
  const certificate = await certificateOf(enrolmentId);
  if (!certificate) throw new Error('There is no certificate');
  return { id: certificate.id, code: certificate.code, userId };
}

const standing = async (id: string) => (await Certificate.findById(id).lean())?.standing;

describe('the list', () => {
  test('finds by name, number and code, filters by state, and says when there is nothing', async () => {
    const { id, code } = await certified('Thirunavukkarasu Balasubramaniam');
    await certified('陈美华');
    const number = (await Certificate.findById(id).lean())?.number ?? '';
    for (const q of ['balasub', 'thirunavu BALA', number, code, number.slice(-8).toLowerCase()]) {
      const { text } = await awarding.get(`${LIST}?q=${encodeURIComponent(q)}`);
      expect({ q, found: text.includes(number), other: text.includes('陈美华') }).toEqual({
        q,
        found: true,
        other: false,
      });
    }
    expect((await awarding.get(`${LIST}?q=${encodeURIComponent('美华')}`)).text).toContain(
      '陈美华',
    );
    expect((await awarding.get(`${LIST}?q=lasubramaniam`)).text).toContain('Nothing found');
    expect((await awarding.get(`${LIST}?state=revoked`)).text).toContain('Nothing found');
    expect((await awarding.get(`${LIST}?state=valid`)).text).toContain(number);
    expect((await awarding.get(`${LIST}?q=.*&page=77`)).status).toBe(200);
    expect((await stranger.get(LIST)).text).toContain('No certificates yet');
  });

  test('of more than anyone pages through, the latest are shown and the rest is found by words', async () => {
    const { id } = await certified('Plenty Ofthem');
    const first = await Certificate.findById(id).lean();
    const copies = Array.from({ length: 2_001 }, (_, place) => {
      const _id = new Types.ObjectId();
      const own = { _id, code: _id.toHexString(), enrolmentId: _id.toHexString() };
      const words = ['plenty', ...(place === 7 ? ['needle'] : [])];
      return { ...first, ...own, number: `KC-${place}`, words };
    });
    await Certificate.collection.insertMany(copies as never[]);
    const last = (await awarding.get(`${LIST}?q=plenty&page=999`)).text;
    expect(last).toContain('More than 2,000 certificates');
    expect(last).toContain('aria-current="page">80<');
    const one = (await awarding.get(`${LIST}?q=plenty+needle`)).text;
    expect(one).toContain('1 certificate<');
    expect(one).toContain('KC-7<');
    await Certificate.deleteMany({ _id: { $in: copies.map(({ _id }) => _id) } });
  });

  test('has pages', async () => {
    const rows = await Certificate.find().limit(1).lean();
    const { _id, ...one } = rows[0] ?? (await Certificate.create({})).toObject();
    await Certificate.insertMany(
      Array.from({ length: 30 }, (_, index) => ({
        ...one,
        enrolmentId: `page-${index}`,
        number: `KC-2026-PAGE${index}`,
        code: `PAGE${index}`,
        words: ['paged'],
      })),
    );
    const first = await awarding.get(`${LIST}?q=paged`);
    expect(first.text.match(/KC-2026-PAGE\d+</g)).toHaveLength(25);
    const second = await awarding.get(`${LIST}?q=paged&page=2`);
    expect(second.text.match(/KC-2026-PAGE\d+</g)).toHaveLength(5);
    await Certificate.deleteMany({ words: 'paged' });
  });
});

describe('one certificate', () => {
  test('staff of the holder’s union see it and can change nothing; others do not find it', async () => {
    const { id } = await certified('Seen Only');
    const page = await seeing.get(`${LIST}/${id}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Only staff of Kelas Centre');
    expect(page.text).not.toContain(`${LIST}/${id}/revoke`);
    const answer = await seeing.post(`${LIST}/${id}/revoke`, { reason: 'A reason' });
    expect(answer.status).toBe(404);
    expect((await seeing.get(`${LIST}/${id}/pdf`)).status).toBe(200);
    for (const path of [id, `${id}/pdf`, `${id}/revoke`, `${id}/correct`]) {
      expect((await stranger.get(`${LIST}/${path}`)).status).toBe(404);
    }
    expect(await standing(id)).toBe('valid');
  });

  test('is suspended, reinstated and revoked with a reason that must be there', async () => {
    const { id, userId } = await certified('Acted Upon');
    const bare = await awarding.post(`${LIST}/${id}/suspend`, { reason: '  ' });
    expect(bare.status).toBe(422);
    expect(bare.text).toContain('href="#field-reason"');
    for (const [act, after] of [
      ['suspend', 'suspended'],
      ['reinstate', 'valid'],
      ['revoke', 'revoked'],
    ] as const) {
      expect((await awarding.get(`${LIST}/${id}/${act}`)).status).toBe(200);
      const done = await awarding.post(`${LIST}/${id}/${act}`, { reason: `Because of ${act}` });
      expect(done.status).toBe(303);
      expect((await awarding.follow(done)).status).toBe(200);
      expect(await standing(id)).toBe(after);
    }
    expect((await awarding.post(`${LIST}/${id}/revoke`, { reason: 'Again' })).status).toBe(409);
    const acts = await AuditLog.find({ 'subject.id': id, userId: { $ne: null } }).lean();
    expect(acts.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['certificates.suspend', 'certificates.revoke']),
    );
    await site.drain();
    // Told late, only what still is so: that it was ready, and that it is revoked.
    expect(await Notification.countDocuments({ userId, kind: /^certificate-/ })).toBe(2);
  });

  test('a wrong name is corrected: the page leads to the new one, and back', async () => {
    const { id } = await certified('Tan Mei Hwa');
    const form = await awarding.get(`${LIST}/${id}/correct`);
    expect(form.text).toContain('value="Tan Mei Hwa"');
    const empty = await awarding.post(`${LIST}/${id}/correct`, { holderName: '', reason: 'x' });
    expect(empty.status).toBe(422);
    const same = await awarding.post(`${LIST}/${id}/correct`, {
      holderName: 'Tan Mei Hwa ',
      reason: 'x',
    });
    expect(same.status).toBe(422);
    const done = await awarding.post(`${LIST}/${id}/correct`, {
      holderName: 'Tan  Mei Hua',
      reason: 'A misspelt name',
    });
    const href = String(done.headers['location']);
    expect(href).not.toContain(id);
    const page = await awarding.follow(done);
    expect(page.text).toContain('Tan Mei Hua');
    expect(page.text).toContain(`${LIST}/${id}`);
    expect((await awarding.get(`${LIST}/${id}`)).text).toContain(href);
  });
});

describe('many at once', () => {
  const begin = async (client: Client, act: string, query: string) => {
    const path = `${LIST}/many?act=${act}&${query}`;
    const form = await client.get(path);
    const once = /name="once" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
    return { form, send: () => client.post(path, { once, reason: 'A batch with a fault' }) };
  };

  test('a double click does it once; what cannot be done is told, the rest goes on', async () => {
    const names = ['Batchone', 'Batchtwo', 'Batchthree'];
    const made = [];
    for (const name of names) made.push(await certified(`${name} Batched`));
    await awarding.post(`${LIST}/${made[1]?.id}/revoke`, { reason: 'Before' });
    const { form, send } = await begin(awarding, 'suspend', 'q=batched');
    expect(form.text).toContain('Suspend 3 certificates?');
    const [first, second] = await Promise.all([send(), send()]);
    expect(first?.headers['location']).toBe(second?.headers['location']);
    await site.drain();
    const progress = await awarding.follow(first ?? (await send()));
    expect(progress.text).toContain('Suspending certificates');
    expect(await Promise.all(made.map(({ id }) => standing(id)))).toEqual([
      'suspended',
      'revoked',
      'suspended',
    ]);
    expect(progress.text).toContain('This certificate was revoked before');
  });

  test('a worker that dies in the middle, a stop and a resumption act upon each once', async () => {
    const { id, userId } = await certified('Stopped Midway');
    const first = await Certificate.findById(id).lean();
    const copies = Array.from({ length: 29 }, () => {
      const _id = new Types.ObjectId();
      const code = newCode();
      // Each of another enrolment, as a rule of the database asks.
      return { ...first, _id, code, number: `KC-${code}`, enrolmentId: _id.toHexString() };
    });
    await Certificate.collection.insertMany(copies as never[]);
    const { form, send } = await begin(awarding, 'revoke', 'q=midway');
    expect(form.text).toContain('Revoke 30 certificates for good?');
    const act = (await send()).headers['location'] ?? '';
    const actId = act.split('/').at(-1) ?? '';

    let done = 0;
    const slices = { ...(BULK_KINDS.revoke as BulkKind), sliceSize: 10 };
    const dying: BulkKind = {
      ...slices,
      handle: async (items, context) => {
        for (const item of items) {
          if (done === 15) throw new Error('the worker was killed');
          await slices.handle([item], context);
          done += 1;
        }
      },
    };
    const run = (kind: BulkKind) =>
      createBulk([kind]).jobs[0]?.handle({ actId }, { jobId: 'test', attempt: 1, last: false });
    const revoked = () => Certificate.countDocuments({ userId, standing: 'revoked' });
    await expect(run(dying)).rejects.toThrow('the worker was killed');
    expect(await revoked()).toBe(10);
    expect((await awarding.post(`${act}/stop`)).status).toBe(303);
    await run(slices);
    await site.drain();
    expect(await revoked()).toBe(10);
    expect((await awarding.get(act)).text).toContain('10 done, 20 left');
    expect((await awarding.post(`${act}/resume`)).status).toBe(303);
    await site.drain();
    expect(await revoked()).toBe(30);
    const ids = [id, ...copies.map(({ _id }) => _id.toHexString())];
    for (const each of ids) {
      const rows = { action: 'certificates.revoke', 'subject.id': each };
      expect(await AuditLog.countDocuments(rows)).toBe(1);
    }
    const told = { userId, kind: 'certificate-revoked' } as const;
    expect(await Notification.countDocuments(told)).toBe(30);
  });

  test('takes only what one’s own organisation awards', async () => {
    await certified('Foreign Batch');
    const { form } = await begin(seeing, 'revoke', 'q=foreign');
    expect(form.text).toContain('no certificate among them');
    expect((await awarding.get(`${LIST}/many?act=burn`)).status).toBe(422);
  });

  test('a file that is lost is made again, byte for byte; a whole one is left alone', async () => {
    const { id } = await certified('Lost File');
    const row = await Certificate.findById(id).lean();
    const { storage, pdf, keys, config } = site.platform;
    const key = row?.pdf?.key ?? '';
    const before = await storage.get(key);
    await storage.remove(key);
    const { send } = await begin(awarding, 'remake', 'q=lost');
    expect((await send()).status).toBe(303);
    await site.drain();
    expect((await storage.get(key))?.equals(before ?? Buffer.alloc(0))).toBe(true);
    expect(await AuditLog.countDocuments({ action: 'certificates.remake', 'subject.id': id })).toBe(
      1,
    );
    await remakeFile(id, { storage, pdf, keys, baseUrl: config.baseUrl });
    expect(await AuditLog.countDocuments({ action: 'certificates.remake', 'subject.id': id })).toBe(
      1,
    );
  });
});
