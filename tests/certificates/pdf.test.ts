import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { DESIGNS, designOf } from '../../src/modules/certificates/design';
import { type Printed, pdfInput } from '../../src/modules/certificates/pdf';
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
    design: DESIGNS[0],
  },
});

const ISSUED = new Date('2026-11-21T04:00:00Z');

const render = async (
  certificate: Printed,
  name: string | null = certificate.snapshot.design,
): Promise<Buffer> => {
  const { design, standard } = await designOf(name);
  return renderer.render({
    design,
    data: await pdfInput(certificate, 'https://learn.example.org'),
    createdAt: ISSUED.getTime(),
    as: standard,
  });
};

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

/** Each design as it was when the first certificate was made with it. */
const RELEASED = {
  'badge-1.typ': '8d4c708166b8f1f9',
  'band-1.typ': '69a5054d94b98969',
  'first.typ': 'b76c3fbb11684316',
  'frame-1.typ': '974adefab2f28d8b',
  'kelas-1.typ': 'c59e944e50718d18',
  'picture-1.typ': 'd1437982a5e83953',
  'share-1.typ': '93b82439ac18c8c1',
  'upright-1.typ': '0d84874d3b8814c8',
};

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

  describe.each([null, ...DESIGNS])('in the design %s', (design) => {
    test.each([
      ['a name of 120 letters', 'Sharifah '.repeat(13).trim().slice(0, 120), 'Short course'],
      ['a name without a space', 'M'.repeat(120), 'Short course'],
      ['a long title', 'Tan', 'Data, models and responsible use '.repeat(5).trim()],
      ['both', '陈'.repeat(60), '数据'.repeat(60)],
      ['Tamil', 'முத்துகிருஷ்ணன் '.repeat(7).trim(), 'வேலையில் செயற்கை நுண்ணறிவு'],
    ])('%s stays on one page, whole', async (_case, name, title) => {
      const long = row(name, { en: title, zh: '数据与模型的负责任使用'.repeat(4) }, 'zh');
      const snapshot = {
        ...long.snapshot,
        expiresOn: '2028-11-21',
        skills: ['data-literacy', 'ai-literacy', 'fact-checking', 'prompting', 'spreadsheets'],
      };
      const pdf = await render({ ...long, snapshot }, design);
      expect(await read(pdf, 'pdfinfo')).toContain('Pages: 1');
      const text = (await read(pdf, 'pdftotext')).replaceAll(' ', '');
      expect(text).toContain(name.normalize('NFC').replaceAll(' ', ''));
      expect(text).toContain(title.normalize('NFC').replaceAll(' ', ''));
      expect(text.includes('Validuntil21November2028')).toBe(design !== null);
    });

    test('it meets what PDF/UA-1 and PDF/A-3a ask, as far as Typst checks it', async () => {
      const data = await pdfInput(row('Tan', TITLE, 'ta'), 'https://learn.example.org');
      for (const as of ['ua-1', 'a-3a'] as const) {
        const pdf = await renderer.render({
          design: (await designOf(design)).design,
          data,
          createdAt: 0,
          as,
        });
        expect(pdf.includes(as === 'a-3a' ? '<pdfaid:part>3<' : '<pdfuaid:part>1<')).toBe(true);
      }
    });
  });

  test('a design that has been used is never changed: one that looks different has another name', async () => {
    const folderOf = path.resolve(__dirname, '../../views/certificates/designs');
    const hashes = (await readdir(folderOf)).sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(path.join(folderOf, name)))
        .digest('hex')
        .slice(0, 16),
    ]);
    expect(Object.fromEntries(hashes)).toEqual(RELEASED);
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
    const missing = { design: { file: 'none.typ' }, data: {}, createdAt: 0, as: 'a-3a' } as const;
    await expect(renderer.render(missing)).rejects.toThrow('none.typ');
    expect((await render(row('Tan', TITLE))).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('a renderer that is worn out is replaced, losing nothing', async () => {
    const own = createPdfRenderer();
    const data = await pdfInput(row('Tan', TITLE), 'https://learn.example.org');
    const request = { design: { file: 'band-1.typ' }, data, createdAt: 0, as: 'a-3a' } as const;
    const made = await Promise.all(Array.from({ length: 320 }, () => own.render(request)));
    expect(new Set(made.map((pdf) => pdf.length)).size).toBe(1);
    await own.close();
  });
});
