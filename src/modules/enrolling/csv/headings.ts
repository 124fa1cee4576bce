import { COLUMNS, type Column } from '../model';

/** What a column may be called: in the four languages of the site, and as other systems name it. */
const NAMES: Record<Column, readonly string[]> = {
  email: [
    'email',
    'e-mail',
    'e-mail address',
    'email address',
    'mail',
    '电子邮件',
    '电邮',
    '电邮地址',
    '邮箱',
    'e-mel',
    'emel',
    'alamat e-mel',
    'மின்னஞ்சல்',
  ],
  name: ['name', 'full name', '姓名', '名字', 'nama', 'nama penuh', 'பெயர்', 'முழுப் பெயர்'],
  number: [
    'membership number',
    'number',
    'member no',
    'membership no',
    'member number',
    '会员编号',
    '会员号',
    '会员号码',
    'nombor ahli',
    'no ahli',
    'no keahlian',
    'nombor keahlian',
    'உறுப்பினர் எண்',
  ],
  course: ['course', '课程', 'kursus', 'பாடம்', 'பாடநெறி'],
  due: [
    'due date',
    'due',
    'due on',
    'deadline',
    '截止日期',
    '截止',
    'tarikh akhir',
    'கடைசி நாள்',
    'கடைசித் தேதி',
  ],
  language: ['language', '语言', 'bahasa', 'மொழி'],
  organisation: [
    'organisation',
    'organization',
    'branch',
    'company',
    'branch code',
    'company code',
    'organisation code',
    '组织',
    '机构',
    '支部',
    '分会',
    '公司',
    '组织代码',
    '机构代码',
    'organisasi',
    'cawangan',
    'syarikat',
    'kod organisasi',
    'அமைப்பு',
    'கிளை',
    'நிறுவனம்',
    'அமைப்புக் குறியீடு',
  ],
};

/** A heading as it is compared: case, width, spaces and signs make no difference. */
export const plainHeading = (heading: string): string =>
  heading
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_./:*-]+/gu, '');

const BY_NAME = new Map(
  COLUMNS.flatMap((column) => NAMES[column].map((name) => [plainHeading(name), column] as const)),
);

/** What someone has said that headings stand for, by `plainHeading`; null: to be left out. */
export type Meanings = ReadonlyMap<string, Column | null>;

/**
 * Which column each heading stands for; null: none of ours. The first of two with one meaning counts.
 * @param meanings go before what headings are commonly called
 */
export function columnsOf(
  headings: readonly string[],
  meanings: Meanings = new Map(),
): (Column | null)[] {
  const met = new Set<Column>();
  return headings.map((heading) => {
    const name = plainHeading(heading);
    const said = meanings.get(name);
    const column = said === undefined ? (BY_NAME.get(name) ?? null) : said;
    if (column === null || met.has(column)) return null;
    met.add(column);
    return column;
  });
}
