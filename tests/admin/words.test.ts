import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { WHOLE_SITE } from '../../src/modules/accounts';
import { FACT_KINDS } from '../../src/modules/learning/progress';
import { MailSend } from '../../src/modules/notifications/model';
import { AuditLog } from '../../src/platform/audit';
import { hasText } from '../../src/platform/i18n';
import { now } from '../../src/shared/clock';
import { useApp } from '../support/app';
import { signedIn } from '../support/factories/accounts';

const app = useApp();

/** Actions that are put together from a word that the source says elsewhere. */
const COMPOSED = [
  ...FACT_KINDS.map((kind) => `learning.${kind}`),
  ...['revoke', 'suspend', 'reinstate'].map((act) => `certificates.${act}`),
  ...['retry-job', 'remove-job', 'retry-all-jobs'].map((act) => `admin.${act}`),
  ...['accept', 'decline'].map((answer) => `enrolling.${answer}-offer`),
];

const sources = readdirSync(path.join(process.cwd(), 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(path.join(process.cwd(), 'src', file), 'utf8'))
  .filter((source) => /\baudit(All)?\(/.test(source));

/** In `audit({ action: … })`, `auditAll(…)` and what hands an action on to them. */
const written = sources.flatMap((source) =>
  [
    ...source.matchAll(/\baction:[^\n]*/g),
    ...source.matchAll(/\b(?:auditAll|change)\([^)]*?'[a-z.-]+'/g),
    ...source.matchAll(/\b[A-Z]+_ACTION = [^\n]*/g),
  ].flatMap(([text]) =>
    [...text.matchAll(/'([a-z]+\.[a-zA-Z-]+)'/g)].map(([, action]) => action ?? ''),
  ),
);

const subjects = sources.flatMap((source) =>
  [...source.matchAll(/(?:subject|const \w+ = \([^)]*\) =>)[^;]{0,80}?kind: '([a-z-]+)'/g)].map(
    ([, kind]) => kind ?? '',
  ),
);

describe('what administrators read', () => {
  test('everything that is written down is said in words', () => {
    expect(new Set(written).size).toBeGreaterThan(60);
    const actions = [...new Set([...written, ...COMPOSED])];
    expect(actions.filter((action) => !hasText(`audit.action.${action}`))).toEqual([]);
    expect(new Set(subjects).size).toBeGreaterThan(12);
    expect(subjects.filter((kind) => !hasText(`audit.kind.${kind}`))).toEqual([]);
  });

  test('the log says it in the words of its reader, and finds it by them', async () => {
    const { client, userId } = await signedIn(app, {
      language: 'ms',
      grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
    });
    const { text } = await client.get(`/admin/audit?who=${userId}&what=accounts.sign-in`);
    expect(text).toContain('>Log masuk</td>');
    expect(text).toContain('<option value="accounts.sign-in" selected>Log masuk</option>');
    const row = await AuditLog.findOne({ userId, action: 'accounts.sign-in' }).lean();
    const entry = await client.get(`/admin/audit/${row?._id.toHexString()}`);
    expect(entry.text).toMatch(/<h1[^>]*>Log masuk<\/h1>/);
    expect(entry.text).toContain('<a href="/admin/audit?what=accounts.sign-in">');
  });

  test('what another release has written down stays as it is', async () => {
    const { client } = await signedIn(app, {
      grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
    });
    const { text } = await client.get('/admin/audit?what=things.of-old');
    expect(text).toContain('<option value="things.of-old" selected>things.of-old</option>');
  });

  test.each([
    ['no-account', 'The account is gone'],
    ['switched-off', 'They switched this mail off'],
    ['unconfirmed', 'Their address is not confirmed'],
    ['out-of-date', 'What it was about has changed since'],
  ])('a mail that was not needed says why: %s', async (reason, words) => {
    const { client, userId, email } = await signedIn(app, {
      grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
    });
    const time = now();
    await MailSend.create({
      sendKey: `words-${reason}`,
      userId,
      kind: 'reminded',
      status: 'skipped',
      reason,
      createdAt: time,
      leasedUntil: time,
      at: time,
    });
    const { text } = await client.get(`/admin/mails?q=${encodeURIComponent(email)}`);
    expect(text).toContain(words);
    expect(text).not.toContain(`>${reason}</td>`);
  });
});
