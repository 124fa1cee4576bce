import { columnsOf, plainHeading } from '../../src/modules/enrolling/csv/headings';
import { parseDay } from '../../src/modules/enrolling/csv/parse-day';
import {
  MOST_ROWS,
  namesSomebody,
  readTable,
  toRows,
} from '../../src/modules/enrolling/csv/read-file';

const readRows = async (bytes: Buffer) => {
  const table = await readTable(bytes);
  return toRows(table, columnsOf(table.headings));
};

const utf16 = (text: string, mark: boolean): Buffer =>
  Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');

const faultOf = (bytes: Buffer): Promise<string> =>
  readRows(bytes).then(
    () => 'none',
    (error: { faults?: { messageKey: string }[] }) =>
      error.faults?.[0]?.messageKey ?? String(error),
  );

const ROW = { email: 'mei@example.org', name: 'Tan, "Mei" Hua', course: 'ai-at-work' };

describe('a table is read', () => {
  test.each<[string, Buffer]>([
    [
      'commas',
      Buffer.from('E-mail,Name,Course\r\nmei@example.org,"Tan, ""Mei"" Hua",ai-at-work\r\n'),
    ],
    ['semicolons', Buffer.from('email;name;course\nmei@example.org;"Tan, ""Mei"" Hua";ai-at-work')],
    ['tabs', Buffer.from('EMAIL\tName\tCourse\nmei@example.org\t"Tan, ""Mei"" Hua"\tai-at-work\n')],
    [
      'a mark of UTF-8',
      Buffer.from('\ufeffemail,name,course\nmei@example.org,"Tan, ""Mei"" Hua",ai-at-work'),
    ],
    ['UTF-16', utf16('email,name,course\nmei@example.org,"Tan, ""Mei"" Hua",ai-at-work', true)],
    [
      'UTF-16 without a mark',
      utf16('email,name,course\nmei@example.org,"Tan, ""Mei"" Hua",ai-at-work', false),
    ],
    [
      'UTF-16, the other end first',
      utf16('email,name,course\nmei@example.org,"Tan, ""Mei"" Hua",ai-at-work', true).swap16(),
    ],
    [
      'old Macintosh lines',
      Buffer.from('email,name,course\rmei@example.org,"Tan, ""Mei"" Hua",ai-at-work\r'),
    ],
  ])('with %s', async (_name, bytes) => {
    expect(await readRows(bytes)).toEqual([{ line: 2, cells: ROW, misfit: null }]);
  });

  test.each([
    ['电邮,姓名,会员编号,课程,截止日期,语言,组织代码'],
    ['E-mel,Nama,Nombor ahli,Kursus,Tarikh akhir,Bahasa,Kod organisasi'],
    ['மின்னஞ்சல்,பெயர்,உறுப்பினர் எண்,பாடம்,கடைசி நாள்,மொழி,அமைப்புக் குறியீடு'],
    ['E-mail,Name,Membership number,Course,Due date,Language,Branch code'],
  ])('with the headings %s', async (headings) => {
    const [row] = await readRows(Buffer.from(`${headings}\na@b.org,A,1,c,2027-01-01,en,x`));
    expect(row?.cells).toEqual({
      email: 'a@b.org',
      name: 'A',
      number: '1',
      course: 'c',
      due: '2027-01-01',
      language: 'en',
      organisation: 'x',
    });
  });

  test('lines are those of the file, also after empty ones and cells with several', async () => {
    const rows = await readRows(
      Buffer.from('email,name\na@b.org,A\n\n,,\n"b@b.org","B\nB"\nc@b.org,C\n'),
    );
    expect(rows.map(({ line, cells }) => [line, cells.email])).toEqual([
      [2, 'a@b.org'],
      [6, 'b@b.org'],
      [7, 'c@b.org'],
    ]);
  });

  test('what looks like a formula is text; cells too many are told', async () => {
    const rows = await readRows(Buffer.from('email,name\n=1+1,@SUM(A1)\na@b.org,A,extra\n'));
    expect(rows[0]?.cells).toEqual({ email: '=1+1', name: '@SUM(A1)' });
    expect(rows[1]?.misfit).toEqual({ count: 3, expected: 2 });
  });
});

describe('what a heading stands for', () => {
  test('may be said by hand, and the first of two with one meaning counts', () => {
    expect(columnsOf(['Colour', 'E-Mail', 'mail'])).toEqual([null, 'email', null]);
    const meanings = new Map([
      [plainHeading('Staff ID'), 'number' as const],
      [plainHeading('Name'), null],
    ]);
    const columns = columnsOf(['staff-id', 'NAME', 'Kursus'], meanings);
    expect(columns).toEqual(['number', null, 'course']);
    expect([namesSomebody(columns), namesSomebody(columnsOf(['colour']))]).toEqual([true, false]);
  });
});

describe('a file that is none is refused with what to do', () => {
  test.each<[string, Buffer, string]>([
    ['a workbook', Buffer.from('PK\u0003\u0004 and so on'), 'workbook'],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 'workbook'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x00, 0x01]), 'encoding'],
    ['Latin 1', Buffer.from('email,name\na@b.org,Jos\xe9', 'latin1'), 'encoding'],
    ['zero bytes', Buffer.from('email\0,name\na@b.org,\0'), 'encoding'],
    ['no text', Buffer.from(' \n \n'), 'empty'],
    ['a header alone', Buffer.from('email,name\n'), 'empty'],
    ['a quote left open', Buffer.from('email,name\na@b.org,"A\nb@b.org,B\n'), 'broken'],
    ['a quote inside', Buffer.from('email,name\na@b.org,A "B" C\n'), 'broken'],
    ['a line without end', Buffer.from(`email,name\na@b.org,${'x'.repeat(30_000)}\n`), 'longLine'],
    ['too many rows', Buffer.from(`email\n${'a@b.org\n'.repeat(MOST_ROWS + 1)}`), 'tooMany'],
  ])('%s', async (_name, bytes, fault) => {
    expect(await faultOf(bytes)).toBe(`enrolling.file.${fault}`);
  });

  test('ten thousand rows are just enough', async () => {
    expect(await readRows(Buffer.from(`email\n${'a@b.org\n'.repeat(MOST_ROWS)}`))).toHaveLength(
      MOST_ROWS,
    );
  });
});

test.each([
  ['2027-03-31', '2027-03-31'],
  ['31/3/2027', '2027-03-31'],
  ['31.03.2027', '2027-03-31'],
  ['1-2-2027', '2027-02-01'],
  ['2027-02-30', null],
  ['31/31/2027', null],
  ['soon', null],
  ['', null],
])('the day %s is %s', (text, day) => {
  expect(parseDay(text)).toBe(day);
});
