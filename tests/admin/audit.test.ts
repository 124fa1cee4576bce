import { WHOLE_SITE } from '../../src/modules/accounts';
import { endOfDay, startOfDay } from '../../src/modules/admin/days';
import { AuditLog, audit, sealAudit } from '../../src/platform/audit';
import { inTransaction } from '../../src/platform/db';
import { setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { makePerson, signedIn, type TestPerson } from '../support/factories/accounts';

const app = useApp();
let client: Client;
let person: TestPerson;

beforeAll(async () => {
  ({ client } = await signedIn(app, {
    grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
  }));
  person = await makePerson({ name: 'Mei <Hua>', email: 'mei@example.org' });
});
afterEach(() => setClock());

const enter = (action: string, id: string) =>
  inTransaction(() =>
    audit({
      action,
      subject: { kind: 'thing', id },
      userId: person.userId,
      before: { name: '<i>' },
      after: { formula: '=1+1' },
    }),
  );

const rowsOf = (text: string): number =>
  text.match(/href="\/admin\/audit\/[0-9a-f]{24}"/g)?.length ?? 0;

describe('the audit log', () => {
  test('is searched by who, what, about what and when', async () => {
    setClock(() => new Date('2026-03-01T15:59:59Z'));
    await enter('test.one', 'a');
    // Midnight in Singapore.
    setClock(() => new Date('2026-03-01T16:00:00Z'));
    await enter('test.two', 'b');
    setClock();
    const count = async (query: string) => rowsOf((await client.get(`/admin/audit?${query}`)).text);
    expect(await count('what=test.one')).toBe(1);
    expect(await count('who=MEI@example.org&kind=thing')).toBe(2);
    expect(await count(`who=${person.userId}&kind=thing&id=b`)).toBe(1);
    expect(await count('who=nobody@example.org')).toBe(0);
    expect(await count('who=-&kind=thing')).toBe(0);
    expect(await count('kind=thing&from=2026-03-02')).toBe(1);
    expect(await count('kind=thing&until=2026-03-01')).toBe(1);
    expect(await count('kind=thing&from=2026-03-01&until=2026-03-02')).toBe(2);
    // What makes no sense is left away.
    expect(await count('kind=thing&from=yesterday&after=nonsense')).toBe(2);
    expect((await client.get('/admin/audit?what=no.such')).text).toContain('No entries');
  });

  test('goes on page by page, without losing or repeating one', async () => {
    setClock(() => new Date('2026-02-01T00:00:00Z'));
    for (let i = 0; i < 120; i += 1) await enter('test.many', `n${i}`);
    setClock();
    const seen: string[] = [];
    let address: string | undefined = '/admin/audit?what=test.many';
    while (address) {
      const { text } = await client.get(address);
      seen.push(...(text.match(/>thing n\d+</g) ?? []));
      address = /href="(\/admin\/audit\?[^"]*after=[^"]*)"/
        .exec(text)?.[1]
        ?.replaceAll('&amp;', '&')
        .replaceAll('&#38;', '&');
    }
    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
  });

  test('shows an entry whole, and its place once it is sealed', async () => {
    await enter('test.whole', 'w');
    const id = (await AuditLog.findOne({ action: 'test.whole' }).lean())?._id.toHexString() ?? '';
    const before = await client.get(`/admin/audit/${id}`);
    expect(before.text).toContain('Not sealed yet');
    await sealAudit(app.platform.config.sessionSecret ?? '');
    const { text } = await client.get(`/admin/audit/${id}`);
    const row = await AuditLog.findById(id).lean();
    expect(text).toContain(row?.hash);
    expect(text).toContain('&lt;i&gt;');
    expect(text).toContain('Mei &lt;Hua&gt;');
    expect((await client.get(`/admin/audit/${'f'.repeat(24)}`)).status).toBe(404);
  });

  test('is taken along as CSV that no spreadsheet calculates; that is written down too', async () => {
    await enter('=test.formula', 'f');
    const { text, headers } = await client.get('/admin/audit/export.csv?kind=thing&id=f');
    expect(headers['content-type']).toContain('text/csv');
    const lines = text.trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('"\'=test.formula","thing","f"');
    expect(await AuditLog.findOne({ action: 'admin.export-audit' }).lean()).toMatchObject({
      after: { kind: 'thing', id: 'f' },
    });
  });
});

test.each([
  ['Asia/Singapore', '2026-03-02', '2026-03-01T16:00:00.000Z', '2026-03-02T16:00:00.000Z'],
  ['Europe/London', '2026-03-29', '2026-03-29T00:00:00.000Z', '2026-03-29T23:00:00.000Z'],
  ['America/St_Johns', '2026-11-01', '2026-11-01T02:30:00.000Z', '2026-11-02T03:30:00.000Z'],
])('a day in %s', (zone, day, start, end) => {
  expect(startOfDay(day, zone).toISOString()).toBe(start);
  expect(endOfDay(day, zone).toISOString()).toBe(end);
});
