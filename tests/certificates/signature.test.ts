import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createPdfRenderer, signPdf } from '../../src/platform/pdf';
import { useApp } from '../support/app';

const run = promisify(execFile);
const site = useApp();
const renderer = createPdfRenderer();
const AT = new Date('2026-11-21T04:00:00Z');
const SEAL = { at: AT, by: 'Kelas 劳工中心', reason: 'Certificate KC-2026-7F3C9A21' };
const ATTACHED = '{"type":["VerifiableCredential"],"name":"陈美华"}';

let folder: string;
let plain: Buffer;
let signed: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'kelas-signed-'));
  plain = await renderer.render({
    design: {
      source: `#set document(title: "A certificate", date: datetime(year: 2026, month: 11, day: 21))
#set text(font: "Noto Sans", lang: "en")
= A certificate
#link("https://learn.example.org")[Check it]`,
    },
    data: {},
    createdAt: AT.getTime(),
    as: 'a-3a',
    attachment: {
      name: 'credential.json',
      mimeType: 'application/json',
      description: 'Open Badges 3.0 credential',
      content: ATTACHED,
    },
  });
  signed = await signPdf(plain, await site.platform.keys.signer('pdf'), SEAL);
});
afterAll(async () => {
  await renderer.close();
  await rm(folder, { recursive: true });
});

async function fileOf(bytes: Buffer, name = 'signed.pdf'): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, bytes);
  return file;
}

/** What poppler says; trust is apart, as nobody but the organisation vouches for its own key. */
const pdfsig = async (bytes: Buffer): Promise<string> =>
  (await run('pdfsig', ['-nocert', await fileOf(bytes)]).catch((error) => error)).stdout;

test('poppler finds the signature valid, over the whole document', async () => {
  const said = await pdfsig(signed);
  expect(said).toContain('Signature is Valid.');
  expect(said).toContain('ETSI.CAdES.detached');
  expect(said).toContain('Total document signed');
  expect(said).toContain('SHA-256');
  expect(said.match(/Signature #/g)).toHaveLength(1);
});

test('a changed byte of the document fails', async () => {
  const at = plain.indexOf('Producer') > 0 ? plain.indexOf('/Title') + 8 : 200;
  const changed = Buffer.from(signed);
  changed[at] = (changed[at] ?? 0) ^ 1;
  expect(await pdfsig(changed)).not.toContain('Signature is Valid.');
});

test('openssl checks it against the certificate, which is among what is signed', async () => {
  const [own] = (await site.platform.keys.signer('pdf')).certificates;
  const certificate = new X509Certificate(own ?? '');
  const text = signed.toString('latin1');
  const [, hex = ''] = /\/Contents <([0-9a-f]+)>/.exec(text) ?? [];
  const ranges = (/\/ByteRange \[([\d ]+)\]/.exec(text)?.[1] ?? '').trim().split(/ +/).map(Number);
  const [from = 0, length = 0, second = 0, rest = 0] = ranges;
  expect(second + rest).toBe(signed.length);
  const content = Buffer.concat([
    signed.subarray(from, from + length),
    signed.subarray(second, second + rest),
  ]);
  const cms = await fileOf(Buffer.from(hex, 'hex'), 'signature.der');
  const pem = await fileOf(Buffer.from(certificate.toString()), 'certificate.pem');
  const data = await fileOf(content, 'content.bin');
  const { stderr } = await run('openssl', [
    ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', cms],
    ...['-content', data, '-CAfile', pem, '-purpose', 'any', '-out', '/dev/null'],
  ]);
  expect(stderr).toMatch(/Verification successful/i);
});

test('the document is all there, unchanged, with its claims and its attachment', async () => {
  expect(signed.subarray(0, plain.length).equals(plain)).toBe(true);
  const file = await fileOf(signed);
  const { stdout } = await run('pdfinfo', ['-meta', file]);
  expect(stdout).toContain('<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A');
  await run('pdfdetach', ['-save', '1', '-o', path.join(folder, 'out.json'), file]);
  const { stdout: listed } = await run('cat', [path.join(folder, 'out.json')]);
  expect(listed).toBe(ATTACHED);
});

test('the same document, key and moment give the same bytes', async () => {
  const key = await site.platform.keys.signer('pdf');
  expect((await signPdf(plain, key, SEAL)).equals(signed)).toBe(true);
  const later = await signPdf(plain, key, { ...SEAL, at: new Date(0) });
  expect(later.equals(signed)).toBe(false);
  expect(await pdfsig(later)).toContain('Signature is Valid.');
});
