import request from 'supertest';
import { revokeCertificate } from '../../src/modules/certificates';
import { readFile } from '../../src/modules/certificates/credential/read-file';
import { useApp } from '../support/app';
import { makeCentre, makeHolder, publishReadingCourse } from '../support/factories/certificates';
import type { Learner } from '../support/factories/learning';

const site = useApp();
const SLUG = 'uploaded';
let learner: Learner;
let code: string;
let id: string;
const files: Record<string, Buffer> = {};

const bytesOf = async (address: string, client = site.client()): Promise<Buffer> => {
  const { body, text } = await client.get(address, { Accept: '*/*' });
  return Buffer.isBuffer(body) ? body : Buffer.from(text);
};

beforeAll(async () => {
  await makeCentre();
  await publishReadingCourse(site, SLUG);
  const holder = await makeHolder(site, SLUG, { name: 'Tan Ah Kow' });
  learner = holder;
  code = holder.code;
  id = holder.certificate.id;
  files['pdf'] = await bytesOf(`/certificates/${id}/pdf`, learner.client);
  for (const form of ['json', 'jwt', 'png', 'svg'])
    files[form] = await bytesOf(`/credentials/${code}.${form}`);
});

/** Uploads a file as a visitor without scripts does. */
async function upload(bytes: Buffer | string, name = 'file', headers: Record<string, string> = {}) {
  const agent = request.agent(site.app);
  const form = await agent.get('/verify').set({ Accept: 'text/html', ...headers });
  const token = /name="_csrf" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
  return agent
    .post('/verify')
    .set({ Accept: 'text/html', ...headers })
    .field('_csrf', token)
    .attach('file', Buffer.from(bytes), name);
}

const changed = (form: string, from: string, to: string): string => {
  const text = files[form]?.toString('latin1') ?? '';
  expect(text).toContain(from);
  return text.replaceAll(from, to);
};

describe('a file that was issued here', () => {
  test.each(['pdf', 'json', 'jwt', 'png', 'svg'])('as %s is genuine', async (form) => {
    const page = await upload(files[form] ?? '', `certificate.${form}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('This file is genuine');
    expect(page.text).toContain('Tan Ah Kow');
    expect(page.text).toContain('Kelas Labour Centre');
    expect(page.text.length).toBeLessThan(30_000);
  });

  test('with a byte or a name changed is not', async () => {
    const renamed = await upload(changed('json', 'Tan Ah Kow', 'Lim Ah Kow'));
    expect(renamed.text).toContain('Not genuine: the file was changed');
    expect(renamed.text).toContain('Lim Ah Kow');
    expect(renamed.text).toContain('What this site has on record');
    const pdf = Buffer.from(files['pdf'] ?? '');
    pdf[pdf.length - 3]! ^= 1;
    expect((await upload(pdf)).text).toContain('Not genuine: the file was changed');
    expect((await upload(changed('svg', 'Tan Ah Kow', 'Lim Ah Kow'))).text).toContain('changed');
    const jwt = (files['jwt'] ?? '').toString();
    const end = jwt.at(-1) === 'A' ? 'B' : 'A';
    expect((await upload(`${jwt.slice(0, -1)}${end}`)).text).toContain('the file was changed');
  });

  test('of a certificate that is revoked says so', async () => {
    const { code: its } = await makeHolder(site, SLUG);
    await revokeCertificate({ code: its, reason: 'Issued to the wrong person' });
    const page = await upload(await bytesOf(`/credentials/${its}.png`));
    expect(page.text).toContain('Not valid: revoked');
    expect(page.text).toContain('Issued to the wrong person');
    expect(page.text).not.toContain('This file is genuine');
  });
});

describe('any other file', () => {
  test('of another issuer, of nobody, of no certificate, is told from one of ours', async () => {
    const other = {
      id: 'https://elsewhere.example/1',
      issuer: { id: 'did:web:elsewhere.example' },
    };
    const cases = [
      [JSON.stringify(other), 'Not from this site'],
      [
        JSON.stringify({ ...other, id: 'http://127.0.0.1:3000/credentials/0000-0000-0000' }),
        'there is no such certificate',
      ],
      ['{}', 'Not from this site'],
      ['%PDF-1.7\n%%EOF', 'No certificate in this PDF'],
      ['hello', 'The file cannot be read'],
      ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'The file cannot be read'],
      [Buffer.from('89504e470d0a1a0affffffff', 'hex'), 'The file cannot be read'],
    ] as const;
    for (const [bytes, words] of cases) {
      const page = await upload(Buffer.from(bytes), '<script>alert(1)</script>.json');
      expect(page.status).toBe(200);
      expect(page.text).toContain(words);
      expect(page.text).not.toContain('<script>alert');
    }
    expect((await upload(JSON.stringify(other))).text).toContain('did:web:elsewhere.example');
  });

  test('too large, empty, or without the form’s token is refused', async () => {
    const large = await upload(Buffer.alloc(4_000_001));
    expect(large.status).toBe(422);
    expect(large.text).toContain('The file is too large');
    expect((await upload('')).status).toBe(422);
    const bare = await request(site.app).post('/verify').attach('file', Buffer.from('x'), 'x');
    expect(bare.status).toBe(403);
  });

  test('that unpacks to much more than it is costs little', () => {
    const { deflateSync } = jest.requireActual<typeof import('node:zlib')>('node:zlib');
    const bomb = deflateSync(Buffer.alloc(50_000_000));
    const parts = Array.from({ length: 40 }, () =>
      Buffer.concat([Buffer.from('stream\n'), bomb, Buffer.from('\nendstream\n')]),
    );
    const started = performance.now();
    expect(readFile(Buffer.concat([Buffer.from('%PDF-1.7\n'), ...parts]))).toEqual({
      kind: 'pdf',
      codes: [],
    });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test('is answered in one’s own language', async () => {
    const page = await upload('hello', 'x', { 'Accept-Language': 'ms' });
    expect(page.text).toContain('Fail tidak dapat dibaca');
  });
});

test('its holder finds the badge, the credential and the way to LinkedIn', async () => {
  const own = await learner.client.get(`/certificates/${id}`);
  for (const form of ['json', 'jwt', 'png', 'svg'])
    expect(own.text).toContain(`href="/credentials/${code}.${form}"`);
  const [, href = ''] = /href="(https:\/\/www\.linkedin\.com\/[^"]+)"/.exec(own.text) ?? [];
  const { searchParams } = new URL(href.replaceAll('&amp;', '&').replaceAll('&#38;', '&'));
  expect(Object.fromEntries(searchParams)).toMatchObject({
    startTask: 'CERTIFICATION_NAME',
    name: 'A small course',
    organizationName: 'Kelas Labour Centre',
    certUrl: `http://127.0.0.1:3000/verify/${code}`,
  });
});

const previewOf = (html: string): string =>
  /property="og:image" content="http:\/\/127\.0\.0\.1:3000([^"]+)"/.exec(html)?.[1] ?? '';

test('a shared link has a preview image of the course; of one that is revoked it praises nothing', async () => {
  const page = await site.client().get(`/verify/${code}`);
  const image = previewOf(page.text);
  expect(image).toBe(`/verify/${code}/preview.png`);
  const answer = await site.client().get(image, { Accept: 'image/png' });
  expect(answer.headers['content-type']).toBe('image/png');
  expect([answer.body.readUInt32BE(16), answer.body.readUInt32BE(20)]).toEqual([1200, 630]);
  const again = await site.client().get(image, { 'If-None-Match': String(answer.headers['etag']) });
  expect(again.status).toBe(304);
  expect((await site.client().get('/verify/0000-0000-0000/preview.png')).status).toBe(404);
  const { code: its } = await makeHolder(site, SLUG);
  await revokeCertificate({ code: its, reason: 'Issued to the wrong person' });
  expect(previewOf((await site.client().get(`/verify/${its}`)).text)).toMatch(/^\/assets\/share/);
});

test('the machine’s answer can be kept', async () => {
  const first = await site.client().getJson(`/verify/${code}.json`);
  expect(first.headers['cache-control']).toBe('public, max-age=60');
  const again = await site
    .client()
    .get(`/verify/${code}.json`, { 'If-None-Match': String(first.headers['etag']) });
  expect(again.status).toBe(304);
});
