import fc from 'fast-check';
import type { CourseListing } from '../../src/modules/catalogue';
import {
  type Criteria,
  FILTERS,
  lengthOf,
  searchCourses,
} from '../../src/modules/catalogue/search';

const make = (slug: string, change: Partial<CourseListing> = {}): CourseListing => ({
  id: slug,
  courseSlug: slug,
  number: 1,
  publishedAt: new Date(0),
  language: 'en',
  languages: ['en'],
  title: { en: slug },
  summary: { en: 'A course.' },
  level: 'beginner',
  audience: { en: 'Everyone.' },
  outcomes: [{ en: 'Do it' }],
  skills: [],
  provider: 'kelas-centre',
  trainers: [{ name: 'Lim Mei Hua' }],
  cover: null,
  licence: null,
  certificate: { hours: 1, showMark: false },
  completion: { kind: 'all', of: [] },
  minutes: 45,
  modules: [],
  ...change,
});

const courses = [
  make('scams', {
    title: { en: 'Spotting scams', zh: '识别骗局', ms: 'Mengesan penipuan' },
    languages: ['en', 'zh', 'ms'],
    skills: ['online-safety'],
  }),
  make('charts', {
    title: { en: 'From spreadsheet to chart' },
    summary: { en: 'Numbers that speak, for a café or a clinic.' },
    level: 'intermediate',
    minutes: 200,
    skills: ['spreadsheets', 'data-visualisation'],
  }),
  make('models', {
    title: { ta: 'மாதிரிகள்', en: 'How models learn' },
    language: 'ta',
    languages: ['ta', 'en'],
    outcomes: [{ en: 'Explain a scam made with AI' }],
    level: 'advanced',
    minutes: 600,
    skills: ['ai-literacy'],
  }),
];

const none: Criteria = { words: '', level: [], length: [], language: [], skill: [] };
const find = (criteria: Partial<Criteria>) =>
  searchCourses(courses, { ...none, ...criteria }).courses.map(({ courseSlug }) => courseSlug);

test.each<[string, Partial<Criteria>, string[]]>([
  ['nothing asked: all, in their order', {}, ['scams', 'charts', 'models']],
  ['a word of the title', { words: 'spreadsheet' }, ['charts']],
  ['the title counts more than an outcome', { words: 'scam' }, ['scams', 'models']],
  ['capitals and accents do not matter', { words: 'CAFE' }, ['charts']],
  ['full-width letters', { words: 'ｃｈａｒｔ' }, ['charts']],
  ['Chinese, without spaces', { words: '骗局' }, ['scams']],
  ['Tamil', { words: 'மாதிரி' }, ['models']],
  ['the name of a skill, in another language', { words: '电子表格' }, ['charts']],
  ['every word must be there', { words: 'scam charts' }, []],
  ['a level', { level: ['beginner'] }, ['scams']],
  ['two levels add up', { level: ['beginner', 'advanced'] }, ['scams', 'models']],
  ['a length', { length: ['long'] }, ['models']],
  ['a language', { language: ['zh'] }, ['scams']],
  ['a skill', { skill: ['spreadsheets'] }, ['charts']],
  ['filters narrow each other', { level: ['beginner'], language: ['ta'] }, []],
  ['words and filters together', { words: 'scam', level: ['advanced'] }, ['models']],
  ['marks of patterns are plain text', { words: '.*' }, []],
])('%s', (_name, criteria, slugs) => {
  expect(find(criteria)).toEqual(slugs);
});

test.each([
  [1, 'short'],
  [60, 'short'],
  [61, 'medium'],
  [240, 'medium'],
  [241, 'long'],
])('%i minutes are %s', (minutes, length) => {
  expect(lengthOf(minutes)).toBe(length);
});

test('counts tell what one more click would show', () => {
  const { counts } = searchCourses(courses, { ...none, level: ['beginner'] });
  expect([...counts.level]).toEqual([
    ['beginner', 1],
    ['intermediate', 1],
    ['advanced', 1],
  ]);
  expect([...counts.language]).toEqual([
    ['en', 1],
    ['zh', 1],
    ['ms', 1],
  ]);
});

test('a value of a filter that is chosen alone shows as many courses as its count says', () => {
  const values = {
    level: ['beginner', 'intermediate', 'advanced'],
    length: ['short', 'medium', 'long'],
    language: ['en', 'zh', 'ms', 'ta'],
    skill: ['online-safety', 'spreadsheets', 'ai-literacy'],
  };
  const some = (list: string[]) => fc.subarray(list);
  fc.assert(
    fc.property(
      fc.record({
        words: fc.constantFrom('', 'scam', 'a', 'zzz'),
        level: some(values.level),
        length: some(values.length),
        language: some(values.language),
        skill: some(values.skill),
      }),
      fc.constantFrom(...FILTERS),
      (wishes, filter) => {
        const criteria = wishes as Criteria;
        const { counts } = searchCourses(courses, criteria);
        for (const value of values[filter]) {
          const alone = searchCourses(courses, { ...criteria, [filter]: [value] }).courses.length;
          expect(counts[filter].get(value) ?? 0).toBe(alone);
        }
      },
    ),
  );
});
