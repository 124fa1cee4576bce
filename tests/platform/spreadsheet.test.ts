import { inflateRawSync } from 'node:zlib';
import { csv, type Sheet, xlsx } from '../../src/platform/spreadsheet';

const HOSTILE = [
  '=1+1',
  '+cmd',
  '-2',
  '@SUM(A1)',
  '\tx',
  '\rx',
  '＝1+1',
  '=HYPERLINK("http://x","y")',
];

async function* batches(...rows: (string | number | null)[][]) {
  for (const row of rows) yield [row];
}

const sheet = (rows: Sheet['rows']): Sheet => ({
  name: 'People [all]: *',
  columns: [
    { label: 'Name', kind: 'text' },
    { label: 'Day', kind: 'day' },
    { label: 'Progress', kind: 'percent' },
  ],
  rows,
});

async function whole(pieces: AsyncIterable<string | Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const piece of pieces) parts.push(Buffer.from(piece));
  return Buffer.concat(parts);
}

/** The files of an archive by its central directory, unpacked. */
function unzip(archive: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  let at = archive.readUInt32LE(archive.length - 6);
  while (archive.readUInt32LE(at) === 0x02014b50) {
    const packed = archive.readUInt32LE(at + 20);
    const length = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + length);
    const from = archive.readUInt32LE(at + 42) + 30 + length;
    files.set(name, inflateRawSync(archive.subarray(from, from + packed)).toString('utf8'));
    at += 46 + length;
  }
  return files;
}

describe('CSV', () => {
  test('quotes what needs it and makes formulas harmless', async () => {
    const text = (
      await whole(csv(sheet(batches(['A "quoted", name', '2026-11-22', 50], ['李明', null, 0]))))
    ).toString('utf8');
    expect(text).toBe(
      '\uFEFFName,Day,Progress\r\n"A ""quoted"", name",2026-11-22,50\r\n李明,,0\r\n',
    );
    const hostile = await whole(csv(sheet(batches(...HOSTILE.map((one) => [one, null, null])))));
    for (const line of hostile.toString('utf8').split('\r\n').slice(1, -1)) {
      expect(line).toMatch(/^"?'/);
    }
  });
});

describe('XLSX', () => {
  test('holds texts as texts, days and shares as numbers', async () => {
    const files = unzip(
      await whole(
        xlsx(
          sheet(
            batches(
              ['<Ann> & "Bo"\u0000', '2026-11-22', 50],
              ['one\u0001\ud800\uffff\ttwo\u0085\n三😀', null, null],
              ...HOSTILE.map((one) => [one, null, null]),
            ),
          ),
        ),
      ),
    );
    const page = files.get('xl/worksheets/sheet1.xml') ?? '';
    expect(page).toContain('&lt;Ann&gt; &amp; "Bo"</t>');
    expect(page).toContain('>one\ttwo\u0085\n三😀</t>');
    expect(page).toContain('<v>46348</v>');
    expect(page).toContain('<v>0.5</v>');
    expect(page).not.toContain('<f>');
    for (const text of HOSTILE) expect(page).toContain(`>${text}</t>`);
    expect(files.get('xl/workbook.xml')).toContain('name="People  all"');
    expect([...files.keys()]).toContain('[Content_Types].xml');
  });

  test('takes no more memory for a hundred thousand rows than for one batch', async () => {
    async function* many() {
      const batch = Array.from({ length: 500 }, (_, i) => [`Person ${i}`, '2026-11-22', i % 100]);
      for (let i = 0; i < 200; i += 1) yield batch;
    }
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    let most = 0;
    let size = 0;
    for await (const piece of xlsx(sheet(many()))) {
      size += piece.length;
      most = Math.max(most, process.memoryUsage().heapUsed - before);
    }
    expect(size).toBeGreaterThan(100_000);
    expect(most).toBeLessThan(120 * 1024 * 1024);
  });
});
