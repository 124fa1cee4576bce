import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Printed, pdfInput, TEMPLATE } from '../../src/modules/certificates/pdf';
import { createPdfRenderer } from '../../src/platform/pdf';

const run = promisify(execFile);
const renderer = createPdfRenderer();
let folder: string;

const row = (
  holderName: string,
  courseTitle: Record<string, string>,
  language = 'en',
): Printed => ({
  number: 'KC-2026-7F3C9A21',
  code: '7F3C9A21KX4T',
  snapshot: {
    holderName,
    language,
    courseSlug: 'ai-at-work',
    courseTitle,
    courseLanguage: 'en',
    versionId: 'v',
    versionNumber: 1,
    hours: 3,
    level: 'beginner',
    skills: ['welding'],
    mark: 91,
    organisation: { id: 'o', code: 'kelas-centre', name: 'Kelas Labour Centre' },
    date: '2026-11-21',
    expiresOn: null,
    timeZone: 'Asia/Singapore',
  },
});

const ISSUED = new Date('2026-11-21T04:00:00Z');

const render = async (certificate: Printed): Promise<Buffer> =>
  renderer.render(TEMPLATE, await pdfInput(certificate, 'https://learn.example.org'), ISSUED);

async function read(pdf: Buffer, program: 'pdftotext' | 'pdfinfo'): Promise<string> {
  const file = path.join(folder, 'certificate.pdf');
  await writeFile(file, pdf);
  const { stdout } = await run(program, program === 'pdftotext' ? [file, '-'] : [file]);
  return stdout.normalize('NFC').replace(/\s+/g, ' ');
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'kelas-pdf-'));
});
afterAll(async () => {
  await renderer.close();
  await rm(folder, { recursive: true });
});

const TITLE = { en: 'AI at work: the basics' };

describe('the PDF', () => {
  test.each([
    ['Latin', 'Muhammad Hafiz bin Abdullah s/o d’Souza'],
    ['Chinese', '陈美华'],
    ['Tamil', 'முத்துகிருஷ்ணன் இராமன்'],
    ['Devanagari', 'दीपक श्रेष्ठ'],
    ['several at once', '陈 கவிதா दीपक Tan'],
  ])('a name in %s script reads back as it was written', async (_script, name) => {
    const text = await read(await render(row(name, TITLE)), 'pdftotext');
    expect(text).toContain(name.normalize('NFC'));
    expect(text).toContain('AI at work: the basics');
    expect(text).toContain('Issued on 21 November 2026');
    expect(text).toContain('https://learn.example.org/verify/7F3C-9A21-KX4T');
    expect(text).toContain('Mark: 91 %');
  });

  test('it is tagged, titled, dated and of one page', async () => {
    const info = await read(await render(row('Tan Mei Hua', TITLE)), 'pdfinfo');
    expect(info).toContain('Title: Certificate of completion: AI at work: the basics');
    expect(info).toContain('Author: Kelas Labour Centre');
    expect(info).toContain('Tagged: yes');
    expect(info).toContain('Pages: 1');
    expect(info).toContain('CreationDate: Sat Nov 21 00:00:00 2026 UTC');
  });

  test('the holder’s language stands beside', async () => {
    const text = await read(
      await render(row('கவிதா', { ...TITLE, ta: 'வேலையில் செயற்கை நுண்ணறிவு' }, 'ta')),
      'pdftotext',
    );
    expect(text).toContain('நிறைவுச் சான்றிதழ்'.normalize('NFC'));
    expect(text).toContain('வேலையில் செயற்கை நுண்ணறிவு'.normalize('NFC'));
  });

  test.each([
    ['a name of 120 letters', 'Sharifah '.repeat(13).trim().slice(0, 120), 'Short course'],
    ['a name without a space', 'M'.repeat(120), 'Short course'],
    ['a long title', 'Tan', 'Data, models and responsible use '.repeat(5).trim()],
    ['both', '陈'.repeat(60), '数据'.repeat(60)],
  ])('%s stays on one page, whole', async (_case, name, title) => {
    const pdf = await render(row(name, { en: title }));
    expect(await read(pdf, 'pdfinfo')).toContain('Pages: 1');
    const text = (await read(pdf, 'pdftotext')).replaceAll(' ', '');
    expect(text).toContain(name.replaceAll(' ', ''));
    expect(text).toContain(title.replaceAll(' ', ''));
  });

  test('words that look like instructions are words', async () => {
    const name = '#eval("1") $x$ *bold* @ref <label> \\ [a] `c`';
    expect(await read(await render(row(name, TITLE)), 'pdftotext')).toContain(name);
  });

  test('the same record gives the same bytes; another one does not', async () => {
    const first = await render(row('Tan', TITLE));
    expect((await render(row('Tan', TITLE))).equals(first)).toBe(true);
    expect((await render(row('Tam', TITLE))).equals(first)).toBe(false);
  });

  test('a template that is not there is told, and the renderer goes on', async () => {
    await expect(renderer.render('certificates/none.typ', {}, new Date())).rejects.toThrow(
      'none.typ',
    );
    expect((await render(row('Tan', TITLE))).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('a renderer that is worn out is replaced, losing nothing', async () => {
    const own = createPdfRenderer();
    const input = await pdfInput(row('Tan', TITLE), 'https://learn.example.org');
    const made = await Promise.all(
      Array.from({ length: 320 }, () => own.render(TEMPLATE, input, new Date(0))),
    );
    expect(new Set(made.map((pdf) => pdf.length)).size).toBe(1);
    await own.close();
  });
});
