import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { revokeCertificate } from '../../src/modules/certificates';
import { VerifyAnswer } from '../../src/modules/certificates/api';
import { Credential } from '../../src/modules/certificates/credential/model';
import { Certificate } from '../../src/modules/certificates/model';
import { useApp } from '../support/app';
import { makeCentre, makeHolder, publishReadingCourse } from '../support/factories/certificates';

const site = useApp();
const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-api-'));
let code: string;

beforeAll(async () => {
  await makeCentre();
  await publishReadingCourse(site, 'described');
  ({ code } = await makeHolder(site, 'described'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const describe31 = async () => (await site.client().getJson('/api/openapi.json')).body;

test('the description of the interface is OpenAPI 3.1', async () => {
  const file = path.join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(await describe31()));
  const program = path.resolve(__dirname, '../../node_modules/.bin/validate-api');
  await expect(promisify(execFile)(process.execPath, [program, file])).resolves.toBeDefined();
  writeFileSync(file, JSON.stringify({ ...(await describe31()), paths: { verify: 1 } }));
  await expect(promisify(execFile)(process.execPath, [program, file])).rejects.toBeDefined();
});

test('every path in it answers as it says', async () => {
  const { paths } = await describe31();
  for (const [template, { get }] of Object.entries<{
    get: { responses: Record<string, { content?: object }> };
  }>(paths)) {
    const address = template.replace('{code}', code).replace('{list}', 'revocation-1');
    const answer = await site.client().get(address, { Accept: '*/*' });
    expect({ template, status: answer.status }).toEqual({ template, status: 200 });
    const [type] = String(answer.headers['content-type']).split(';');
    expect(Object.keys(get.responses['200']?.content ?? {})).toContain(type);
    expect(answer.headers['etag']).toMatch(/^W\//);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
  }
});

test('the answer about a certificate is exactly what is described', async () => {
  const ask = async () => (await site.client().getJson(`/verify/${code}.json`)).body;
  expect(VerifyAnswer.parse(await ask()).status).toBe('valid');
  await revokeCertificate({ code, reason: 'A test' });
  expect(VerifyAnswer.parse(await ask()).status).toBe('revoked');
});

test('a credential whose holder is not named any more is gone, and its place stays taken', async () => {
  const {
    certificate,
    code: its,
    userId,
  } = await makeHolder(site, 'described', {
    name: 'Tan Ah Kow',
  });
  const before = await Credential.findById(certificate.id).lean();
  const room = site.rooms.find(({ name }) => name === 'certificates');
  await room?.personal?.forget(userId, { certificateNames: 'remove' } as never);
  expect((await site.client().getJson(`/credentials/${its}.json`)).status).toBe(410);
  const after = await Credential.findById(certificate.id).lean();
  expect(after).toMatchObject({ json: '', jwt: '', index: before?.index });
  expect(JSON.stringify(await Certificate.findById(certificate.id).lean())).not.toContain(
    'Tan Ah Kow',
  );
  expect((await site.client().get(`/verify/${its}`)).status).toBe(200);
});
