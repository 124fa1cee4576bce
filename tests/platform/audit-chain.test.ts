import mongoose from 'mongoose';
import {
  AuditLog,
  audit,
  eraseAuditParts,
  pruneAudit,
  sealAudit,
  unsealedAudit,
  verifyAudit,
} from '../../src/platform/audit';
import { inTransaction } from '../../src/platform/db';
import { DAY, now, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';

useApp();
const SECRET = 'the secret that signs the end of the chain';

const enter = (count: number, id = 'somebody') =>
  inTransaction(async () => {
    for (let i = 0; i < count; i += 1) {
      await audit({
        action: 'test.act',
        subject: { kind: 'account', id },
        before: { name: 'Mei', at: new Date(0), list: [1, 2.5, null] },
        after: { list: [], name: 'Mei Hua' },
      });
    }
  });

const raw = () => mongoose.connection.collection('audit');
const ends = () => mongoose.connection.collection('audit_ends');

beforeEach(async () => {
  await raw().deleteMany({});
  await ends().deleteMany({});
  setClock();
});

/** Kinds of fault and where. */
const faults = async (noted?: { sequence: number; hash: string }) =>
  (await verifyAudit(SECRET, noted)).faults.map(({ kind, sequence, until }) =>
    until === undefined ? [kind, sequence] : [kind, sequence, until],
  );

async function sealed(count: number) {
  await enter(count);
  await sealAudit(SECRET);
}

describe('the chain of the audit log', () => {
  test('is whole, whoever seals at once, and says where it ends', async () => {
    await Promise.all([enter(3), enter(2), enter(4)]);
    expect((await unsealedAudit()).count).toBe(9);
    const counts = await Promise.all([sealAudit(SECRET), sealAudit(SECRET), sealAudit(SECRET)]);
    expect(counts.reduce((a, b) => a + b)).toBe(9);
    const rows = await AuditLog.find().sort({ sequence: 1 }).lean();
    expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rows.slice(1).map(({ previous }) => previous)).toEqual(
      rows.slice(0, -1).map(({ hash }) => hash),
    );
    await enter(1);
    expect(await verifyAudit(SECRET)).toEqual({
      entries: 9,
      head: { sequence: 9, hash: rows[8]?.hash },
      unsealed: 1,
      erased: 0,
      faults: [],
    });
  });

  test('an empty log is whole', async () => {
    expect(await faults()).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, unknown[][]]>([
    ['who', { userId: 'another' }, [['changed', 3]]],
    ['what', { action: 'test.other' }, [['changed', 3]]],
    ['when', { at: new Date(5) }, [['changed', 3]]],
    ['about whom', { 'subject.id': 'another' }, [['changed', 3]]],
    ['what it was before', { 'before.name': 'Siti' }, [['detail-changed', 3]]],
    ['from where', { ip: '10.0.0.1' }, [['detail-changed', 3]]],
    [
      'a digest',
      { 'parts.detail.digest': 'x' },
      [
        ['changed', 3],
        ['detail-changed', 3],
      ],
    ],
    [
      'its hash',
      { hash: 'x' },
      [
        ['changed', 3],
        ['order', 4],
      ],
    ],
    [
      'erased by hand',
      { before: null, after: null, 'parts.detail.erasedBy': 'f'.repeat(24) },
      [['erased-without-reason', 3]],
    ],
  ])('a changed entry is found: %s', async (_what, change, expected) => {
    await sealed(5);
    await raw().updateOne({ sequence: 3 }, { $set: change });
    expect(await faults()).toEqual(expected);
  });

  test('a missing entry is found: in the middle, at the beginning, at the end', async () => {
    await sealed(8);
    await raw().deleteMany({ sequence: { $in: [1, 4, 5, 8] } });
    expect(await faults()).toEqual([
      ['missing', 1, 1],
      ['missing', 4, 5],
      ['end-missing', 8, 8],
    ]);
  });

  test('a chain that was cut off with its end is found by its signature, or by a noted end', async () => {
    await sealed(4);
    const earlier = await ends().findOne({});
    await sealed(2);
    const { head } = await verifyAudit(SECRET);
    const last = await AuditLog.findOne({ sequence: 4 }).lean();
    await raw().deleteMany({ sequence: { $gt: 4 } });
    await ends().updateOne({}, { $set: { sequence: 4, hash: last?.hash } });
    expect(await faults()).toEqual([['signature', 4]]);
    // With an end that was signed once, nothing inside can tell; what was noted outside does.
    await ends().replaceOne({}, earlier ?? {});
    expect(await faults()).toEqual([]);
    expect(await faults(head)).toEqual([['not-in-chain', 6]]);
    expect((await verifyAudit('another secret, after a change')).faults).toMatchObject([
      { kind: 'signature' },
    ]);
  });

  test('an end that was taken away or set back is found', async () => {
    await sealed(3);
    const earlier = await ends().findOne({});
    await sealed(3);
    await ends().replaceOne({}, earlier ?? {});
    expect(await faults()).toEqual([['head-changed', 3]]);
    await ends().deleteMany({});
    expect(await faults()).toEqual([['head-changed', 6]]);
  });

  test('details are taken out with a reason, and the chain stays whole', async () => {
    await enter(3, 'leaver');
    await sealed(2);
    const why = { reason: 'account-deleted', subject: { kind: 'account', id: 'leaver' } };
    const which = { 'subject.id': 'leaver' };
    expect(await eraseAuditParts(which, 'detail', why)).toBe(1);
    expect(await eraseAuditParts(which, 'detail', why)).toBe(1);
    await sealAudit(SECRET);
    expect(await verifyAudit(SECRET)).toMatchObject({ entries: 6, erased: 3, faults: [] });
    const rows = await raw().find({}).toArray();
    const erased = rows.filter(({ parts }) => parts.detail.erasedBy !== null);
    expect(erased.map(({ before, after, parts }) => [before, after, parts.detail.salt])).toEqual(
      Array.from({ length: 3 }, () => [null, null, null]),
    );
    // Their words put back are not the ones that were there.
    await raw().updateOne({ sequence: 1 }, { $set: { 'parts.detail.erasedBy': null } });
    expect(await faults()).toEqual([['detail-changed', 1]]);
  });

  test('old entries are forgotten from the beginning on, and the chain begins later', async () => {
    const today = now();
    setClock(() => new Date(today.getTime() - 10 * DAY));
    await sealed(3);
    setClock();
    await sealed(2);
    expect(await pruneAudit(SECRET, new Date(today.getTime() - DAY))).toBe(3);
    expect(await pruneAudit(SECRET, new Date(today.getTime() - DAY))).toBe(0);
    await sealAudit(SECRET);
    expect(await verifyAudit(SECRET)).toMatchObject({ entries: 3, faults: [] });
    await raw().deleteMany({ sequence: 4 });
    expect(await faults()).toEqual([['missing', 4, 4]]);
  });
});
