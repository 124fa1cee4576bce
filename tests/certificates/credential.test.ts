import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import Ajv from 'ajv/dist/2019';
import addFormats from 'ajv-formats';
import { reconcileCertificates, revokeCertificate } from '../../src/modules/certificates';
import { credentialOf } from '../../src/modules/certificates/credential/issue';
import { Credential } from '../../src/modules/certificates/credential/model';
import { Certificate, type CertificateRow } from '../../src/modules/certificates/model';
import { hasValidProof } from '../../src/platform/vc';
import { useApp } from '../support/app';
import { makeCentre, makeHolder, publishReadingCourse } from '../support/factories/certificates';
import type { Learner } from '../support/factories/learning';

const site = useApp();
const SLUG = 'credited';
const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-employer-'));
const tools = () => ({ keys: site.platform.keys, baseUrl: site.platform.config.baseUrl });

beforeAll(async () => {
  await makeCentre();
  await publishReadingCourse(site, SLUG);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function completed(
  name?: string,
): Promise<{ learner: Learner; code: string; row: CertificateRow }> {
  const learner = await makeHolder(site, SLUG, name === undefined ? {} : { name });
  const row = await Certificate.findById(learner.certificate.id).lean<CertificateRow>();
  return { learner, code: learner.code, row: row! };
}

const download = async (address: string, accept = '*/*') => {
  const answer = await site.client().get(address, { Accept: accept });
  const body: unknown = answer.body;
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : answer.text;
  return { ...answer, status: answer.status, headers: answer.headers, text };
};

/** Downloads all that an employer needs into the folder, and lets their program check it. */
async function checkAsEmployer(
  code: string,
  change: (file: string, text: string) => string = (_, text) => text,
) {
  const credential = await download(`/credentials/${code}.json`);
  const { credentialStatus } = JSON.parse(credential.text);
  const files = {
    'credential.json': credential.text,
    'credential.jwt': (await download(`/credentials/${code}.jwt`)).text,
    'did.json': (await download('/.well-known/did.json')).text,
    'jwks.json': (await download('/.well-known/jwks.json')).text,
    'list.json': (await download(new URL(credentialStatus.statusListCredential).pathname)).text,
  };
  for (const [name, text] of Object.entries(files))
    writeFileSync(path.join(folder, name), change(name, text));
  const program = path.join(__dirname, 'employer.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [program, folder]);
  return JSON.parse(stdout);
}

describe('a certificate as a verifiable credential', () => {
  test('is made by the job, in both forms, and an employer’s program accepts the files', async () => {
    const { learner, code, row } = await completed('Siti “Bee” binti Ramli');
    expect(await Credential.countDocuments({ _id: row._id })).toBe(1);
    const verdict = await checkAsEmployer(code);
    expect(verdict).toEqual({
      json: { verified: true, revoked: false, faults: [] },
      jwt: {
        verified: true,
        holder: learner.name,
        protectedHeader: { alg: 'EdDSA', typ: 'vc+jwt', kid: expect.stringContaining('did:web:') },
      },
    });
  });

  test.each(['陈美华', 'O\\Neil "Al" <x>'])('is signed rightly for the name %s', async (name) => {
    const { code, learner } = await completed(name);
    expect(await checkAsEmployer(code)).toMatchObject({
      json: { verified: true },
      jwt: { verified: true, holder: learner.name },
    });
  });

  test('a changed byte fails, in each form', async () => {
    const { code } = await completed('Tan Ah Kow');
    const renamed = await checkAsEmployer(code, (file, text) =>
      file === 'credential.json' ? text.replace('Tan Ah Kow', 'Tan Ah Koh') : text,
    );
    expect(renamed.json.verified).toBe(false);
    const [head = '', , signature = ''] = (await download(`/credentials/${code}.jwt`)).text.split(
      '.',
    );
    const forged = await checkAsEmployer(code, (file, text) => {
      if (file !== 'credential.jwt') return text;
      const payload = Buffer.from(text.split('.')[1] ?? '', 'base64url').toString();
      const other = Buffer.from(payload.replace('Tan Ah Kow', 'Tan Ah Koh')).toString('base64url');
      return `${head}.${other}.${signature}`;
    });
    expect(forged.jwt).toEqual({ verified: false, fault: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
  });

  test('says who, what and by whom, and tells the e-mail address to nobody', async () => {
    const { learner, code, row } = await completed();
    const { text, headers } = await download(`/credentials/${code}`);
    const credential = JSON.parse(text);
    expect(headers['content-type']).toBe('application/vc');
    expect(credential).toMatchObject({
      id: `http://127.0.0.1:3000/credentials/${code}`,
      name: 'A small course',
      issuer: { id: 'did:web:127.0.0.1%3A3000', name: 'Kelas Labour Centre' },
      credentialSubject: {
        licenseNumber: row.number,
        creditsEarned: 1,
        achievement: { name: 'A small course', inLanguage: 'en', creditsAvailable: 1 },
        identifier: [
          { identityType: 'name', identityHash: learner.name },
          { identityType: 'emailAddress', hashed: true },
        ],
      },
    });
    expect(text).not.toContain(learner.email);
    expect(text).not.toContain(learner.userId);
    expect(text).not.toContain(learner.enrolmentId);
  });

  // The schema of 1EdTech is not ours to copy: where the folder beside the project is not, this stands aside.
  const schemaFile = path.resolve(
    __dirname,
    '../../../shared/open-badges/ob_v3p0_achievementcredential_schema.json',
  );
  (existsSync(schemaFile) ? test : test.skip)(
    'fits the JSON Schema of Open Badges 3.0',
    async () => {
      const { code } = await completed();
      const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
      const fits = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')));
      const credential = JSON.parse((await download(`/credentials/${code}.json`)).text);
      expect({ fits: fits(credential), errors: fits.errors }).toEqual({ fits: true, errors: null });
      expect(fits({ ...credential, type: 'OpenBadgeCredential' })).toBe(false);
    },
  );

  test('is one, though fifty ask at once, and is made for certificates that have none', async () => {
    const { row, code } = await completed();
    await Credential.deleteOne({ _id: row._id });
    const made = await Promise.all(Array.from({ length: 50 }, () => credentialOf(row, tools())));
    expect(new Set(made.map(({ json }) => json)).size).toBe(1);
    await Credential.deleteOne({ _id: row._id });
    const { storage, pdf } = site.platform;
    await reconcileCertificates({ ...tools(), storage, pdf });
    expect(await Credential.countDocuments({ _id: row._id })).toBe(1);
    expect(await checkAsEmployer(code)).toMatchObject({ json: { verified: true } });
  });

  test('goes on being valid when the key has changed', async () => {
    const { code } = await completed();
    await site.platform.keys.rotate('credential');
    expect(await checkAsEmployer(code)).toMatchObject({
      json: { verified: true },
      jwt: { verified: true },
    });
    const later = await completed();
    expect(await checkAsEmployer(later.code)).toMatchObject({
      json: { verified: true },
      jwt: { verified: true },
    });
    const ids = await Credential.find({ _id: later.row._id }, { keyId: 1 }).lean();
    expect(ids[0]?.keyId).toBe('credential-2');
  });

  test('our own check of a proof says the same', async () => {
    const { code } = await completed();
    const credential = JSON.parse((await download(`/credentials/${code}.json`)).text);
    const did = JSON.parse((await download('/.well-known/did.json')).text);
    const published = await site.platform.keys.published();
    const keys = new Map(
      published
        .filter(({ kind }) => kind === 'credential')
        .map(({ publicKey }, index) => [did.verificationMethod[index].id, publicKey]),
    );
    expect(await hasValidProof(credential, keys)).toBe(true);
    expect(await hasValidProof({ ...credential, name: 'Another' }, keys)).toBe(false);
  });
});

describe('the status list', () => {
  test('names what is revoked, to an employer’s program too; a place tells nothing', async () => {
    const { code, row } = await completed();
    const before = await download('/credentials/status/revocation-1');
    await revokeCertificate({ code, reason: 'Issued to the wrong person' });
    const after = await download('/credentials/status/revocation-1');
    expect(after.headers['etag']).not.toBe(before.headers['etag']);
    const { encodedList } = JSON.parse(after.text).credentialSubject;
    const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'));
    expect(bits).toHaveLength(131_072 / 8);
    const place = await Credential.findById(row._id).lean();
    expect(bits[place!.index >> 3]! & (0x80 >> (place!.index & 7))).not.toBe(0);
    const verdict = await checkAsEmployer(code);
    expect(verdict.json).toEqual({ verified: true, revoked: true, faults: [] });
    const places = (await Credential.find().sort({ issuedAt: 1 }).lean()).map(({ index }) => index);
    expect(places).not.toEqual(places.toSorted((a, b) => a - b));
  });

  test('can be kept, and asked whether it is still the same', async () => {
    const first = await download('/credentials/status/suspension-1');
    expect(first.headers).toMatchObject({
      'cache-control': 'public, max-age=60',
      'access-control-allow-origin': '*',
    });
    const again = await site
      .client()
      .get('/credentials/status/suspension-1', { 'If-None-Match': String(first.headers['etag']) });
    expect(again.status).toBe(304);
    for (const none of ['revocation-9', 'revocation-0', 'payment-1', 'revocation-1x'])
      expect((await download(`/credentials/status/${none}`)).status).toBe(404);
  });
});

describe('/credentials/:code', () => {
  test('gives the form that is asked for; a person is led to the page', async () => {
    const { code } = await completed();
    const jwt = await download(`/credentials/${code}`, 'application/vc+jwt');
    expect(jwt.headers['content-type']).toBe('application/vc+jwt');
    expect(jwt.text.split('.')).toHaveLength(3);
    const person = await site.client().get(`/credentials/${code}`);
    expect(person.status).toBe(303);
    expect(person.headers['location']).toBe(`/verify/${code}`);
    expect((await download('/credentials/0000-0000-0000')).status).toBe(404);
    expect((await download('/credentials/nonsense.jwt')).status).toBe(404);
  });
});
