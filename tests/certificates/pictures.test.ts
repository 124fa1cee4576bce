import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { crc32, inflateSync } from 'node:zlib';
import { bakePng, bakeSvg } from '../../src/modules/certificates/credential/bake';
import { readFile } from '../../src/modules/certificates/credential/read-file';
import type { Snapshot } from '../../src/modules/certificates/model';
import { type PictureTools, pictureOf } from '../../src/modules/certificates/picture';
import { createPdfRenderer } from '../../src/platform/pdf';
import { rasterize } from '../../src/platform/pdf/raster';
import { localStorage } from '../../src/platform/storage';

const pdf = createPdfRenderer();
let folder: string;
let tools: PictureTools;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'kelas-pictures-'));
  tools = { pdf, storage: localStorage(folder), baseUrl: 'https://learn.example.org' };
});
afterAll(async () => {
  await pdf.close();
  await rm(folder, { recursive: true, force: true });
});

const snapshotOf = (title: string, organisation = 'Kelas Labour Centre'): Snapshot => ({
  holderName: 'Nobody sees this',
  language: 'en',
  courseSlug: 'c',
  courseTitle: { ta: title },
  courseLanguage: 'ta',
  versionId: 'v',
  versionNumber: 1,
  hours: 3,
  level: 'beginner',
  skills: [],
  mark: null,
  organisation: { id: 'o', code: 'o', name: organisation },
  date: '2026-11-21',
  expiresOn: null,
  timeZone: 'Asia/Singapore',
  design: null,
});

/** Pixels of a PNG as ours are written: four channels, no filters. */
function decode(png: Buffer) {
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const named = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(named));
    chunks[named.toString('latin1', 0, 4)] = named.subarray(4);
    at += length + 12;
  }
  const header = chunks['IHDR'] ?? Buffer.alloc(8);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const lines = inflateSync(chunks['IDAT'] ?? Buffer.alloc(0));
  const at = (x: number, y: number) => lines.readUInt32BE(y * (width * 4 + 1) + 1 + x * 4);
  return { chunks, width, height, at };
}

/** From where to where something other than the ground is drawn, within a part of a picture. */
function inkIn(
  { at }: ReturnType<typeof decode>,
  part: { left: number; right: number; top: number; bottom: number },
  ground: number,
) {
  let [left, right] = [part.right, part.left];
  for (let y = part.top; y < part.bottom; y += 1)
    for (let x = part.left; x < part.right; x += 1) {
      if (at(x, y) === ground) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
  return { left, right };
}

const TEAL = 0x0f5e63ff;
const PAPER = 0xfbfaf7ff;
const TITLES: [script: string, short: string, long: string][] = [
  [
    'Latin',
    'AI at work: the basics',
    'Understanding artificial intelligence, data protection and fair automation at the modern workplace for shop stewards and safety representatives in transport and logistics',
  ],
  [
    'Chinese',
    '工作中的人工智能：基础',
    '面向运输行业工会代表与安全代表的人工智能数据保护与公平自动化现代职场综合入门课程以及工会组织者的进阶实践与案例讨论第二版修订本',
  ],
  [
    'Tamil',
    'வேலையில் செயற்கை நுண்ணறிவு: அடிப்படைகள்',
    'பணியிடத்தில் செயற்கை நுண்ணறிவு, தரவுப் பாதுகாப்பு மற்றும் நியாயமான தானியக்கம் குறித்த தொழிற்சங்கப் பிரதிநிதிகளுக்கான அறிமுகப் பாடநெறி',
  ],
];

test.each(TITLES)(
  'a title in %s stands inside of the badge and of the preview',
  async (_script, short, long) => {
    for (const title of [short, long]) {
      const badge = decode(
        await pictureOf(snapshotOf(title), { design: 'badge-1', as: 'png' }, tools),
      );
      expect([badge.width, badge.height]).toEqual([600, 600]);
      expect(badge.at(2, 2)).toBe(0x00000000);
      expect(badge.at(300, 410)).toBe(TEAL);
      const field = { left: 60, right: 540, top: 210, bottom: 390 };
      const ink = inkIn(badge, field, TEAL);
      expect(ink.left).toBeGreaterThanOrEqual(78);
      expect(ink.right).toBeLessThanOrEqual(522);
      expect(ink.right - ink.left).toBeGreaterThan(250);
      const share = decode(
        await pictureOf(snapshotOf(title), { design: 'share-1', as: 'png' }, tools),
      );
      expect([share.width, share.height]).toEqual([1200, 630]);
      const beside = inkIn(share, { left: 60, right: 1200, top: 200, bottom: 540 }, PAPER);
      expect(beside.left).toBeGreaterThanOrEqual(118);
      expect(beside.right).toBeLessThanOrEqual(1102);
      expect(beside.right - beside.left).toBeGreaterThan(600);
    }
  },
);

test('the same facts are drawn once, give the same bytes, and name nobody', async () => {
  const ask = (name: string) =>
    pictureOf({ ...snapshotOf('One'), holderName: name }, { design: 'badge-1', as: 'png' }, tools);
  const [first, second] = await Promise.all([ask('A'), ask('B')]);
  const files = await readdir(path.join(folder, 'pictures'));
  expect(first.equals(second)).toBe(true);
  expect((await ask('C')).equals(first)).toBe(true);
  expect(await readdir(path.join(folder, 'pictures'))).toEqual(files);
  await rm(path.join(folder, 'pictures'), { recursive: true });
  expect((await ask('D')).equals(first)).toBe(true);
  const other = await pictureOf(snapshotOf('Two'), { design: 'badge-1', as: 'png' }, tools);
  expect(other.equals(first)).toBe(false);
});

test('a baked badge is a whole picture with the credential behind its header', async () => {
  const snapshot = snapshotOf(
    'Ropes & <knots>',
    'A Union of the Longest Name That Anyone Has Ever Given To One',
  );
  const credential = JSON.stringify({ a: 'x]]>y', b: '陈' });
  const png = await pictureOf(snapshot, { design: 'badge-1', as: 'png' }, tools);
  const baked = decode(bakePng(png, credential));
  expect(Object.keys(baked.chunks)).toEqual(['IHDR', 'iTXt', 'IDAT', 'IEND']);
  expect(baked.chunks['iTXt']?.toString('latin1', 0, 20)).toBe('openbadgecredential\0');
  const content = { kind: 'json', credential: JSON.parse(credential) };
  expect(readFile(bakePng(png, credential))).toEqual(content);
  const svg = (await pictureOf(snapshot, { design: 'badge-1', as: 'svg' }, tools)).toString();
  const bakedSvg = bakeSvg(svg, credential, 'Ropes & <knots>');
  expect(readFile(Buffer.from(bakedSvg))).toEqual(content);
  expect(bakedSvg).toContain('aria-label="Ropes &amp; &lt;knots&gt;"');
  // Letters are drawn: they need no typeface where the badge is looked at.
  expect(bakedSvg).not.toContain('<text');
});

describe('what Typst draws, as pixels', () => {
  const svg = (body: string) => `<svg viewBox="0 0 4 4" width="4pt" height="4pt">${body}</svg>`;
  const path4 = (d: string, more = '') => `<path fill="#ff0000"${more} d="${d}"/>`;

  test('has sharp edges on pixels, soft ones between, and holes', () => {
    const sharp = decode(rasterize(svg(path4('M 1 1 h 2 v 2 h -2 Z'))));
    expect([sharp.at(0, 0), sharp.at(1, 1), sharp.at(2, 2), sharp.at(3, 3)]).toEqual([
      0x00000000, 0xff0000ff, 0xff0000ff, 0x00000000,
    ]);
    const soft = decode(rasterize(svg(path4('M 0.5 0 h 2 v 1.5 h -2 Z'))));
    expect([soft.at(0, 0), soft.at(1, 0), soft.at(1, 1)]).toEqual([
      0xff000080, 0xff0000ff, 0xff000080,
    ]);
    const hole = decode(rasterize(svg(path4('M 0 0 h 4 v 4 h -4 Z m 1 1 v 2 h 2 v -2 Z'))));
    expect([hole.at(0, 0), hole.at(1, 1), hole.at(3, 3)]).toEqual([
      0xff0000ff, 0x00000000, 0xff0000ff,
    ]);
  });

  test('is placed by its groups, and later shapes lie on earlier ones', () => {
    const under = path4('M 0 0 h 4 v 4 h -4 Z');
    const over = `<g/><g transform="matrix(1 0 0 -1 1 3)"><path fill="#0000ff" d="M 0 0 h 1 v 1 h -1 Z"/></g>`;
    const { at } = decode(rasterize(svg(under + over)));
    expect([at(1, 2), at(1, 1), at(2, 2)]).toEqual([0x0000ffff, 0xff0000ff, 0xff0000ff]);
  });

  test.each([
    ['an image', '<image href="x"/>'],
    ['a stroke', '<path d="M 0 0 h 1" stroke="#000000"/>'],
    ['an arc', path4('M 0 0 a 1 1 0 0 0 1 1')],
    ['a path that breaks off', path4('M 0 0 l 1')],
    ['another turn', path4('M 0 0 h 1', ' transform="rotate(4)"')],
  ])('never leaves away what it does not know: %s', (_case, body) => {
    expect(() => rasterize(svg(body))).toThrow(/picture/);
  });
});
