import { revokeCertificate } from '../../src/modules/certificates';
import { formatCode } from '../../src/modules/certificates/code';
import { useApp } from '../support/app';
import { signedIn } from '../support/factories/accounts';
import {
  makeCentre,
  makeGraduate,
  makeHolder,
  publishReadingCourse,
} from '../support/factories/certificates';
import type { Learner } from '../support/factories/learning';

const site = useApp();
const SLUG = 'checked';
let learner: Learner;
let code: string;
let id: string;

beforeAll(async () => {
  await makeCentre();
  await publishReadingCourse(site, SLUG);
  const holder = await makeHolder(site, SLUG);
  learner = holder;
  ({ code, id } = holder.certificate);
});

describe('anyone checks a certificate', () => {
  test('by its code: whose, what, when, by whom, valid', async () => {
    const page = await site.client().get(`/verify/${formatCode(code)}`);
    expect(page.status).toBe(200);
    for (const words of [
      learner.name,
      'A small course',
      'Kelas Labour Centre',
      'Valid certificate',
    ]) {
      expect(page.text).toContain(words);
    }
    expect(page.text).toContain('noindex');
    expect(page.text).not.toContain(learner.email);
  });

  test('by typing it, sloppily, in one’s own language', async () => {
    const typed = ` ${formatCode(code).toLowerCase().replaceAll('-', ' ')} `;
    const answer = await site.client().get(`/verify?code=${encodeURIComponent(typed)}`);
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe(`/verify/${formatCode(code)}`);
    const tamil = await site.client().get(`/verify/${code}`, { 'Accept-Language': 'ta' });
    expect(tamil.text).toContain('செல்லுபடியாகும் சான்றிதழ்');
  });

  test('as a program', async () => {
    const { status, body } = await site.client().getJson(`/verify/${formatCode(code)}.json`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'valid',
      code: formatCode(code),
      holder: learner.name,
      course: { slug: SLUG, hours: 1 },
      issuer: { code: 'kelas-centre', name: 'Kelas Labour Centre' },
      revokedAt: null,
    });
  });

  test('a mistyped code, an unknown one and no code at all are told apart', async () => {
    const wrong = (code.startsWith('A') ? 'B' : 'A') + code.slice(1);
    const cases = [
      [wrong, 'The code is mistyped', 'mistyped'],
      ['000000000000', 'No such certificate', 'unknown'],
      ['hello', 'That is not a certificate code', 'malformed'],
      ['<script>alert(1)</script>', 'That is not a certificate code', 'malformed'],
    ] as const;
    for (const [typed, title, status] of cases) {
      const page = await site.client().get(`/verify/${encodeURIComponent(typed)}`);
      expect(page.status).toBe(404);
      expect(page.text).toContain(title);
      expect(page.text).not.toContain('<script>alert');
      const json = await site.client().getJson(`/verify/${encodeURIComponent(typed)}.json`);
      expect(json.body).toEqual({ status });
    }
  });
});

describe('the holder', () => {
  test('sees it in the list, opens it and downloads it', async () => {
    const list = await learner.client.get('/certificates');
    expect(list.text).toContain('A small course');
    const own = await learner.client.get(`/certificates/${id}`);
    expect(own.text).toContain(`/verify/${formatCode(code)}`);
    const pdf = await learner.client.get(`/certificates/${id}/pdf`);
    expect(pdf.headers['content-type']).toBe('application/pdf');
    expect(pdf.headers['content-disposition']).toMatch(/^attachment; filename="certificate-KC-/);
    expect(pdf.body.subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('sees that it is on its way while it is made, and then that it is there', async () => {
    const other = await makeGraduate(site, SLUG);
    expect((await other.client.get('/certificates')).text).toContain(
      'Your certificate is on its way',
    );
    const state = `/certificates/for/${other.enrolmentId}`;
    expect((await other.client.get(state)).status).toBe(204);
    await site.drain();
    const ready = await other.client.get(state);
    expect(ready.headers['x-poll']).toBe('done');
    expect(ready.text).toContain('Download PDF');
    expect((await learner.client.get(state)).status).toBe(404);
  });

  test('someone else finds nothing; a stranger is asked to sign in', async () => {
    const { client } = await signedIn(site);
    for (const path of [
      `/certificates/${id}`,
      `/certificates/${id}/pdf`,
      '/certificates/nonsense',
    ]) {
      expect((await client.get(path)).status).toBe(404);
      expect((await site.client().get(path)).status).toBe(303);
    }
    expect((await client.get('/certificates')).text).toContain('No certificates yet');
  });
});

test('a revoked certificate is found, with the reason, and is not valid', async () => {
  const { certificate } = await makeHolder(site, SLUG);
  const { code: revoked } = certificate;
  await revokeCertificate({ code: formatCode(revoked), reason: 'Issued to the wrong person' });
  const page = await site.client().get(`/verify/${revoked}`);
  expect(page.status).toBe(200);
  expect(page.text).toContain('Not valid: revoked');
  expect(page.text).toContain('Issued to the wrong person');
  expect(page.text).not.toContain('genuine and valid');
  await expect(revokeCertificate({ code: revoked, reason: 'Again' })).rejects.toMatchObject({
    code: 'standing',
  });
  await expect(revokeCertificate({ code: 'nonsense', reason: 'x' })).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('guessing is slowed down', async () => {
  const client = site.client();
  let last = 0;
  for (let tries = 0; tries <= 60 && last !== 429; tries += 1) {
    last = (await client.getJson('/verify/000000000000.json')).status;
  }
  expect(last).toBe(429);
});
