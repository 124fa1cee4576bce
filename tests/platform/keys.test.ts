import { createHash, generateKeyPairSync, sign, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import mongoose from 'mongoose';
import forge from 'node-forge';
import { expiry } from '../../src/cli/doctor/keys';
import { connectDb, disconnectDb, ensureIndexes } from '../../src/platform/db';
import { createKeys, type KeysSettings } from '../../src/platform/keys/keyring';
import { SigningKeyRow } from '../../src/platform/keys/model';
import { DAY, setClock } from '../../src/shared/clock';
import { kelas } from '../operation/command';
import { mongodbUri } from '../support/services';

const uri = mongodbUri('keys');
const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-keys-'));
const settings: KeysSettings = {
  secret: 'a secret for keys, of 32 characters or more',
  host: 'learn.example.org',
  own: undefined,
};
const WRONG = { ...settings, secret: 'another secret for keys, long enough as well' };

beforeAll(async () => {
  await connectDb(uri);
  await ensureIndexes();
});
beforeEach(async () => void (await SigningKeyRow.deleteMany()));
afterEach(() => setClock());
afterAll(async () => {
  await mongoose.connection.dropDatabase();
  await disconnectDb();
  rmSync(folder, { recursive: true, force: true });
});

const fingerprint = (key: { export(o: { type: 'spki'; format: 'der' }): Buffer }): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');

describe('the keys of the site', () => {
  test('are made once, though several processes start at once, and sign', async () => {
    const processes = Array.from({ length: 5 }, () => createKeys(settings));
    await Promise.all(processes.map((keys) => keys.open()));
    expect(await SigningKeyRow.countDocuments()).toBe(2);
    const signers = await Promise.all(processes.map((keys) => keys.signer('credential')));
    expect(new Set(signers.map(({ publicKey }) => fingerprint(publicKey))).size).toBe(1);
    const data = Buffer.from('a certificate');
    const [first, second] = signers;
    const signature = sign(null, data, first!.privateKey);
    expect(verify(null, data, second!.publicKey, signature)).toBe(true);
  });

  test('the one for PDF has a certificate that OpenSSL accepts', async () => {
    const { certificates, publicKey, privateKey } = await createKeys(settings).signer('pdf');
    const certificate = new X509Certificate(certificates[0]!);
    expect(certificate.checkPrivateKey(privateKey)).toBe(true);
    expect(certificate.verify(publicKey)).toBe(true);
    expect(certificate.subject).toContain('learn.example.org');
    expect(privateKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
  });

  test('lie encrypted in the database', async () => {
    const keys = createKeys(settings);
    for (const kind of ['credential', 'pdf'] as const) {
      const { privateKey } = await keys.signer(kind);
      const secret = privateKey.export({ format: 'jwk' }).d ?? '';
      const row = await SigningKeyRow.findById(`${kind}-1`).lean();
      const stored = Buffer.from(row!.sealed.data, 'base64');
      expect(stored.includes(Buffer.from(secret, 'base64url'))).toBe(false);
      expect(JSON.stringify(row)).not.toContain(secret);
    }
  });

  test('a wrong secret is told, and makes no new identity', async () => {
    await createKeys(settings).open();
    const before = await SigningKeyRow.find().lean();
    await expect(createKeys(WRONG).open()).rejects.toThrow(/^KEYS_SECRET is not the secret/);
    await expect(createKeys(WRONG).rotate('pdf')).rejects.toThrow('KEYS_SECRET');
    // Also when a kind is missing, which would be made.
    await SigningKeyRow.deleteOne({ kind: 'pdf' });
    await expect(createKeys(WRONG).signer('pdf')).rejects.toThrow('KEYS_SECRET');
    expect(await SigningKeyRow.find().lean()).toEqual(before.filter(({ kind }) => kind !== 'pdf'));
  });

  test('a byte changed in the database is told', async () => {
    await createKeys(settings).open();
    const row = await SigningKeyRow.findById('credential-1').lean();
    const data = Buffer.from(row!.sealed.data, 'base64');
    data[0]! ^= 1;
    await SigningKeyRow.collection.updateOne({ _id: 'credential-1' } as never, {
      $set: { 'sealed.data': data.toString('base64') },
    });
    await expect(createKeys(settings).open()).rejects.toThrow('KEYS_SECRET');
  });

  test('are rotated; the old ones stay, and can make again what they made', async () => {
    const keys = createKeys(settings);
    const old = await keys.signer('credential');
    const made = await keys.rotate('credential');
    expect(made).toMatchObject({ id: 'credential-2', current: true });
    expect((await keys.signer('credential')).id).toBe('credential-2');
    expect(fingerprint((await createKeys(settings).signerOf(old.id)).publicKey)).toBe(
      fingerprint(old.publicKey),
    );
    const published = await keys.published();
    expect(published.map(({ id, current }) => [id, current])).toEqual([
      ['credential-1', false],
      ['credential-2', true],
      ['pdf-1', true],
    ]);
    await expect(keys.signerOf('credential-9')).rejects.toThrow('no signing key credential-9');
  });
});

describe('one’s own key for PDF', () => {
  beforeAll(() => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const key = forge.pki.privateKeyFromPem(pem);
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e);
    certificate.serialNumber = '01';
    certificate.validity.notAfter = new Date(Date.now() + 30 * DAY);
    const name = [{ name: 'commonName', value: 'Union of Examples' }];
    certificate.setSubject(name);
    certificate.setIssuer(name);
    certificate.sign(key, forge.md.sha256.create());
    const p12 = forge.pkcs12.toPkcs12Asn1(key, certificate, 'open sesame', { algorithm: 'aes256' });
    const certPem = forge.pki.certificateToPem(certificate);
    const write = (file: string, bytes: string) =>
      writeFileSync(path.join(folder, file), Buffer.from(bytes, 'binary'));
    write('own.p12', forge.asn1.toDer(p12).getBytes());
    write('cert.pem', certPem);
    write('both.pem', `${certPem}${pem}`);
  });
  const own = (name: string, password?: string): KeysSettings => ({
    ...settings,
    own: { file: path.join(folder, name), password },
  });

  test.each([
    ['own.p12', 'open sesame'],
    ['both.pem', undefined],
  ])('%s takes over at the start, once', async (name, password) => {
    await createKeys(settings).open();
    await Promise.all([1, 2, 3].map(() => createKeys(own(name, password)).open()));
    const keys = createKeys(own(name, password));
    const signer = await keys.signer('pdf');
    expect(signer.id).toBe('pdf-2');
    expect(new X509Certificate(signer.certificates[0]!).subject).toContain('Union of Examples');
    expect((await keys.published()).filter(({ kind }) => kind === 'pdf')).toHaveLength(2);
    await expect(keys.rotate('pdf')).rejects.toThrow('PDF_CERTIFICATE');
    const [newest] = (await keys.published()).filter(({ current, own }) => current && own);
    expect(expiry(newest!)).toMatchObject([{ state: 'mend' }]);
  });

  test('a file that cannot be used is named', async () => {
    for (const [name, password] of [
      ['own.p12', 'wrong'],
      ['cert.pem', undefined],
      ['nowhere.p12', 'x'],
    ] as const) {
      await expect(createKeys(own(name, password)).open()).rejects.toThrow(
        new RegExp(`^PDF_CERTIFICATE: .*${name} cannot be used: `),
      );
    }
  });
});

describe('npm run kelas -- keys', () => {
  const SECRET = { KELAS_DATA: folder, MONGODB_URI: uri, KEYS_SECRET: settings.secret };
  const again = async <T>(work: () => Promise<T>): Promise<T> => {
    await disconnectDb();
    return work().finally(() => connectDb(uri));
  };

  test('rotates and lists, and says what is wrong', async () => {
    await createKeys(settings).open();
    const [rotated, listed, usage, wrong, none] = await again(async () => [
      await kelas(SECRET, 'keys rotate', 'credential'),
      await kelas(SECRET, 'keys list'),
      await kelas(SECRET, 'keys rotate', 'everything'),
      await kelas({ ...SECRET, KEYS_SECRET: WRONG.secret }, 'keys list'),
      await kelas({ KELAS_DATA: folder, MONGODB_URI: uri }, 'keys list'),
    ]);
    expect(rotated).toEqual({ code: 0, out: 'credential-2 signs from now on' });
    expect(listed?.out).toMatch(
      /credential-1 .* for checking only\ncredential-2 .* signs now\npdf-1/,
    );
    expect(usage?.code).toBe(2);
    expect(wrong).toMatchObject({ code: 1, out: expect.stringContaining('KEYS_SECRET is not') });
    expect(none).toMatchObject({ code: 1, out: expect.stringContaining('no file keys-secret') });
  });

  test('the doctor opens them', async () => {
    await createKeys(settings).open();
    const [right, wrong] = await again(async () => [
      await kelas(SECRET, 'doctor'),
      await kelas({ ...SECRET, KEYS_SECRET: WRONG.secret }, 'doctor'),
    ]);
    expect(right?.out).toContain('good  2 signing keys open; credential-1 and pdf-1 sign now');
    expect(wrong?.out).toContain('MEND  The signing keys cannot be used: KEYS_SECRET is not');
  });
});
