import { readdirSync } from 'node:fs';
import path from 'node:path';
import { checkCourse } from '../../src/modules/catalogue';
import { COURSES } from '../../src/platform/paths';
import {
  type CourseFiles,
  faultsOf,
  inEnglish,
  plainCourse,
  SVG,
} from '../support/factories/catalogue';
import { englishIn } from '../support/fault-words';

const COURSE = 'course.yml';
const MODULE = 'modules/01-only/module.yml';
const LESSON = 'modules/01-only/01-lesson.md';
const QUIZ = 'modules/01-only/quiz.yml';
const base = plainCourse();

/** A file of the plain course with one text in place of another. */
const changed = (file: string, from: string | RegExp, to: string): CourseFiles => {
  const text = (base[file] ?? '').replace(from, to);
  if (text === base[file]) throw new Error(`${from} is not in ${file}`);
  return { [file]: text };
};
const course = (from: string | RegExp, to: string) => changed(COURSE, from, to);
const quiz = (from: string | RegExp, to: string) => changed(QUIZ, from, to);
/** A quiz of one question in place of its own. */
const question = (yaml: string): CourseFiles => ({
  [QUIZ]: `title: A quiz\nminutes: 5\npassMark: 70\nquestions:\n${yaml.replace(/^/gm, '  ').trimEnd()}\n`,
});
const lesson = (body: string): CourseFiles => ({
  [LESSON]: `---\ntitle: A lesson\nminutes: 8\n---\n\n${body}\n`,
});

describe('a course without faults', () => {
  test('the plain course', async () => {
    expect(await faultsOf({})).toEqual([]);
  });

  const real = readdirSync(COURSES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'schema')
    .map((entry) => entry.name);
  test.each(real)('courses/%s', async (name) => {
    expect(await checkCourse(path.join(COURSES, name))).toEqual([]);
  });

  test('files with a byte order mark and the line ends of Windows', async () => {
    const windows = Object.fromEntries(
      Object.entries(base).map(([file, text]) => [
        file,
        `${file.endsWith('.svg') ? '' : '\uFEFF'}${text.replaceAll('\n', '\r\n')}`,
      ]),
    );
    expect(await faultsOf(windows)).toEqual([]);
  });

  test('drafts, hidden files and notes are left out', async () => {
    const more = {
      'modules/_02-draft/module.yml': 'nothing yet',
      'modules/01-only/_notes.md': 'nothing yet',
      'modules/01-only/.01-lesson.md.swp': 'x',
      'README.md': '# Notes\n',
    };
    expect(await faultsOf(more)).toEqual([]);
  });
});

/** What is done to the course, and what must be said: file, line, what is wrong, how to mend it. */
type Case = [
  name: string,
  files: CourseFiles,
  file: string,
  line: number | null,
  problem: RegExp,
  mend: RegExp,
];

const cases: Case[] = [
  ['no course.yml', { [COURSE]: null }, COURSE, null, /missing/, /write it/],
  [
    'YAML that cannot be read',
    course('title: A plain', 'title: A: plain'),
    COURSE,
    2,
    /not valid YAML/,
    /quotes/,
  ],
  [
    'a tab as indentation',
    course('  - Do the first', '\t- Do the first'),
    COURSE,
    8,
    /not valid YAML/,
    /spaces/,
  ],
  [
    'a key twice',
    course('level: beginner', 'level: beginner\nlevel: advanced'),
    COURSE,
    6,
    /not valid YAML.*unique/i,
    /remove one/,
  ],
  [
    'a missing field',
    course('title: A plain course\n', ''),
    COURSE,
    1,
    /"title" is missing/,
    /add title: text/,
  ],
  [
    'an unknown field',
    course('level:', 'levle: x\nlevel:'),
    COURSE,
    5,
    /"levle" is not a field/,
    /slip/,
  ],
  [
    'an unknown level',
    course('beginner', 'easy'),
    COURSE,
    5,
    /"level: easy" is not known/,
    /beginner, intermediate, advanced/,
  ],
  [
    'an unknown language',
    course('language: en', 'language: fr'),
    COURSE,
    4,
    /"language: fr"/,
    /en, zh, ms, ta/,
  ],
  [
    'too few outcomes',
    course('  - Do the first thing\n', ''),
    COURSE,
    8,
    /"outcomes" has too few/,
    /3 entries or more/,
  ],
  [
    'a number where text belongs',
    course('- Do the first thing', '- 12'),
    COURSE,
    8,
    /must be text, but is a number/,
    /"12"/,
  ],
  [
    'a file that is a list',
    { [COURSE]: '- a plain course\n' },
    COURSE,
    1,
    /the file must be a group of fields, but is a list/,
    /name: value/,
  ],
  [
    'a text without end',
    course('A plain course', 'x'.repeat(121)),
    COURSE,
    2,
    /"title" is too long/,
    /120 characters or fewer/,
  ],
  [
    'hours without end',
    course('hours: 1', 'hours: 501'),
    COURSE,
    17,
    /"certificate.hours" is too large/,
    /500 or less/,
  ],
  [
    'an id that is not the folder',
    course('id: plain', 'id: plane'),
    COURSE,
    1,
    /"plane" is not the name of the folder/,
    /id: plain/,
  ],
  [
    'an id with capitals',
    course('id: plain', 'id: Plain'),
    COURSE,
    1,
    /is not an id/,
    /small letters/,
  ],
  ['hours of nothing', course('hours: 1', 'hours: 0'), COURSE, 17, /must be more than 0/, /hours/],
  [
    'a cover that is not there',
    course('cover.svg', 'covr.svg'),
    COURSE,
    15,
    /no picture images\/covr\.svg/,
    /did you mean "images\/cover\.svg"/,
  ],
  [
    'Markdown in plain text',
    course('A plain course', '"A **plain** course"'),
    COURSE,
    2,
    /holds Markdown/,
    /plain text/,
  ],
  [
    'a module that is not there',
    course('01-only', '01-onyl'),
    COURSE,
    19,
    /no file modules\/01-onyl\/module\.yml/,
    /did you mean "01-only"/,
  ],
  [
    'a module folder that is not listed',
    { 'modules/02-more/module.yml': base[MODULE] ?? '' },
    COURSE,
    null,
    /modules\/02-more is not listed/,
    /add 02-more/,
  ],
  [
    'a picture too heavy for a phone',
    { 'images/x.png': Buffer.alloc(600_000) },
    'images/x.png',
    null,
    /larger than 500 KB/,
    /smaller/,
  ],
  [
    'text that is not UTF-8',
    { [LESSON]: Buffer.from([0x2d, 0xe9, 0x0a]) },
    LESSON,
    null,
    /not UTF-8/,
    /save it as UTF-8/,
  ],

  // Completion
  [
    'a rule for an unknown activity',
    course(/$/, 'completion: { viewed: a-leson }\n'),
    COURSE,
    20,
    /no activity "a-leson"/,
    /did you mean "a-lesson"/,
  ],
  [
    'a rule for an unknown module',
    course(/$/, 'completion:\n  all:\n    - module: onyl\n'),
    COURSE,
    22,
    /no module "onyl"/,
    /did you mean "only"/,
  ],
  [
    'a quiz that is viewed',
    course(/$/, 'completion: { viewed: a-quiz }\n'),
    COURSE,
    20,
    /"a-quiz" is a quiz/,
    /submitted or passed/,
  ],
  [
    'a lesson that is passed',
    course(/$/, 'completion: { passed: a-lesson }\n'),
    COURSE,
    20,
    /"a-lesson" is a lesson/,
    /viewed/,
  ],
  [
    'more than there are',
    course(/$/, 'completion: { any: 2, of: [{ viewed: a-lesson }] }\n'),
    COURSE,
    20,
    /any 2 of 1 can never be reached/,
    /write 1/,
  ],
  [
    'a mark over 100',
    course(/$/, 'completion: { passed: a-quiz, mark: 120 }\n'),
    COURSE,
    20,
    /can never be reached/,
    /1 to 100/,
  ],
  [
    'a rule that is none',
    course(/$/, 'completion:\n  every: [a-lesson]\n'),
    COURSE,
    21,
    /"completion" has none of the forms/,
    /all, any, module, viewed, submitted, passed/,
  ],

  // Modules
  [
    'a lesson that is not there',
    changed(MODULE, '01-lesson.md', '01-leson.md'),
    MODULE,
    5,
    /no file modules\/01-only\/01-leson\.md/,
    /did you mean "01-lesson\.md"/,
  ],
  [
    'an activity of an unknown kind',
    changed(MODULE, 'kind: lesson', 'kind: video'),
    MODULE,
    5,
    /"activities\[1\]\.kind: video" is not known/,
    /lesson, quiz/,
  ],
  [
    'a quiz that is a Markdown file',
    changed(MODULE, 'kind: quiz, file: quiz.yml', 'kind: quiz, file: quiz.md'),
    MODULE,
    6,
    /not the file of a quiz/,
    /\.yml/,
  ],
  [
    'an id used twice',
    changed(MODULE, 'id: a-quiz', 'id: a-lesson'),
    MODULE,
    6,
    /"a-lesson" is used before/,
    /another id/,
  ],
  [
    'an id that Kelas needs',
    changed(MODULE, 'id: a-lesson', 'id: withdraw'),
    MODULE,
    5,
    /uses itself/,
    /another id/,
  ],
  [
    'a file used twice',
    changed(MODULE, 'kind: quiz, file: quiz.yml', 'kind: lesson, file: 01-lesson.md'),
    MODULE,
    6,
    /used by two activities/,
    /of its own/,
  ],
  [
    'a file that nothing leads to',
    { 'modules/01-only/02-more.md': base[LESSON] ?? '' },
    'modules/01-only/02-more.md',
    null,
    /nothing leads to/,
    /_02-more\.md/,
  ],

  // Lessons
  [
    'a lesson without a head',
    { [LESSON]: 'Some words.\n' },
    LESSON,
    1,
    /head of the lesson is missing/,
    /---/,
  ],
  [
    'minutes in words',
    changed(LESSON, 'minutes: 8', 'minutes: ten'),
    LESSON,
    3,
    /"minutes" must be a number, but is text/,
    /write a number/,
  ],
  [
    'minutes that are no number',
    changed(LESSON, 'minutes: 8', 'minutes: .nan'),
    LESSON,
    3,
    /"minutes" must be a number, but is something else/,
    /write a number/,
  ],
  [
    'half minutes',
    changed(LESSON, 'minutes: 8', 'minutes: 7.5'),
    LESSON,
    3,
    /whole number of minutes/,
    /such as 8/,
  ],
  [
    'an endless lesson',
    changed(LESSON, 'minutes: 8', 'minutes: 90'),
    LESSON,
    3,
    /more than 60 minutes/,
    /split/,
  ],
  [
    'a lesson without text',
    changed(LESSON, 'Some words.', ''),
    LESSON,
    4,
    /has no text/,
    /write it below/,
  ],
  ['a heading of level 1', lesson('Words.\n\n# Title'), LESSON, 8, /level 1/, /use ##/],
  ['a heading of level 1, underlined', lesson('Title\n====='), LESSON, 6, /level 1/, /use ##/],
  ['a jump of headings', lesson('## A\n\n#### B'), LESSON, 8, /level 2 to level 4/, /use ###/],
  ['a tag', lesson('Words.\nMore <b>bold</b> words.'), LESSON, 7, /raw HTML.*<b>/, /backticks/],
  ['a comment', lesson('<!-- hidden -->'), LESSON, 6, /raw HTML/, /Markdown/],
  [
    'a picture without words',
    lesson('![](../../images/cover.svg)'),
    LESSON,
    6,
    /no alternative text/,
    /what it shows/,
  ],
  [
    'a picture that is not there',
    lesson('One.\nTwo.\n![A map](../../images/map.svg)'),
    LESSON,
    8,
    /no picture images\/map\.svg/,
    /images\/cover\.svg/,
  ],
  [
    'a picture from elsewhere',
    lesson('![A map](https://example.org/map.png)'),
    LESSON,
    6,
    /not part of the course/,
    /images\//,
  ],
  [
    'a picture above the course',
    lesson('![A map](../../../../etc/passwd)'),
    LESSON,
    6,
    /there is no picture/,
    /./,
  ],
  [
    'an unknown container',
    lesson('::: tipp\nWords.\n:::'),
    LESSON,
    6,
    /"::: tipp" is not a container/,
    /did you mean "tip"/,
  ],
  [
    'a container that is not closed',
    lesson('Words.\n\n::: tip\nMore.'),
    LESSON,
    8,
    /"::: tip" is not closed/,
    /:::/,
  ],
  [
    'a container that closes nothing',
    lesson('Words.\n\n:::\n'),
    LESSON,
    8,
    /closes nothing/,
    /take the line out/,
  ],
  ['an empty container', lesson('::: tip\n:::'), LESSON, 6, /is empty/, /write something/],
  [
    'a question without words',
    lesson('::: reveal\nWords.\n:::'),
    LESSON,
    6,
    /has no question/,
    /after the word/,
  ],
  [
    'an unknown figure',
    lesson('::: interactive train-a-modl\nWords.\n:::'),
    LESSON,
    6,
    /no interactive figure "train-a-modl"/,
    /did you mean "train-a-model"/,
  ],
  [
    'a link to no lesson',
    lesson('[more](02-more.md)'),
    LESSON,
    6,
    /no lesson modules\/01-only\/02-more\.md/,
    /01-lesson\.md/,
  ],
  [
    'a link that is a script',
    lesson('[more](javascript:alert(1))'),
    LESSON,
    6,
    /is not understood/,
    /https:/,
  ],
  [
    'a link of another kind',
    lesson('[more](ftp://example.org)'),
    LESSON,
    6,
    /is not allowed/,
    /https:/,
  ],
  [
    'a link to no heading',
    lesson('## One\n\n[up](#onne)'),
    LESSON,
    8,
    /no heading #onne/,
    /did you mean "one"/,
  ],
  [
    'a link without words',
    lesson('[](https://example.org)'),
    LESSON,
    6,
    /has no words/,
    /\[words\]/,
  ],
  [
    'code of an unknown language',
    lesson('```pyton\nx\n```'),
    LESSON,
    6,
    /"pyton" cannot be coloured/,
    /python/,
  ],

  // Pictures
  [
    'an SVG with a script',
    { 'images/cover.svg': SVG.replace('<rect', '<script>x</script><rect') },
    COURSE,
    15,
    /holds a script/,
    /plain SVG/,
  ],
  [
    'an SVG that fetches',
    { 'images/cover.svg': SVG.replace('<rect', '<image href="https://example.org/x.png"/><rect') },
    COURSE,
    15,
    /link to elsewhere/,
    /plain SVG/,
  ],
  [
    'an SVG without a size',
    { 'images/cover.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>' },
    COURSE,
    15,
    /not a whole svg/,
    /viewBox/,
  ],
  [
    'a picture of an unknown kind',
    { ...course('cover.svg', 'cover.gif'), 'images/cover.gif': 'GIF89a' },
    COURSE,
    15,
    /not a kind of picture/,
    /svg, png, jpg, webp/,
  ],

  // Quizzes
  [
    'an unknown kind of question',
    quiz('kind: one', 'kind: single'),
    QUIZ,
    6,
    /"kind: single" is not known/,
    /one, several/,
  ],
  [
    'a question without a kind',
    quiz('    kind: one\n', ''),
    QUIZ,
    5,
    /"kind" is missing/,
    /one of one, several/,
  ],
  [
    'no right option',
    quiz(', correct: true', ''),
    QUIZ,
    9,
    /"sky" has no right option/,
    /correct: true/,
  ],
  [
    'two right options of one',
    quiz('text: Red', 'text: Red, correct: true'),
    QUIZ,
    9,
    /2 right options, but one can be chosen/,
    /several/,
  ],
  [
    'an option twice',
    quiz('id: red', 'id: blue'),
    QUIZ,
    10,
    /"blue" is used twice in options/,
    /another id/,
  ],
  [
    'one option',
    quiz('\n      - { id: red, text: Red }', ''),
    QUIZ,
    9,
    /has too few entries/,
    /2 entries or more/,
  ],
  [
    'a question twice',
    quiz(/$/, '  - { id: sky, kind: true-false, text: Yes., answer: true }\n'),
    QUIZ,
    11,
    /"sky" is used by two questions/,
    /another id/,
  ],
  [
    'a pass mark that cannot be reached',
    quiz('passMark: 70', 'passMark: 101'),
    QUIZ,
    3,
    /can never be reached/,
    /1 to 100/,
  ],
  [
    'a draw larger than its pool',
    quiz('questions:', 'draw: [{ tag: colours, count: 2 }]\nquestions:'),
    QUIZ,
    4,
    /2 questions of "colours" are to be drawn, but 0/,
    /lower the count to 0/,
  ],
  [
    'a question that is never drawn',
    {
      [QUIZ]: `title: A\nminutes: 5\npassMark: 70\ndraw: [{ tag: x, count: 1 }]\nquestions:\n  - { id: q1, kind: true-false, tags: [x], text: A., answer: true }\n  - { id: q2, kind: true-false, text: B., answer: true }\n`,
    },
    QUIZ,
    7,
    /"q2" can never be drawn/,
    /one of these tags/,
  ],
  [
    'draws that share their questions',
    {
      [QUIZ]: `title: A\nminutes: 5\npassMark: 70\ndraw:\n  - { tag: x, count: 1 }\n  - { tag: y, count: 1 }\nquestions:\n  - { id: q1, kind: true-false, tags: [x, y], text: A., answer: true }\n`,
    },
    QUIZ,
    6,
    /too few questions for all draws/,
    /lower a count/,
  ],
  [
    'a last attempt that never comes',
    quiz('questions:', 'review: { answers: after-last-attempt }\nquestions:'),
    QUIZ,
    4,
    /never comes/,
    /give attempts a number/,
  ],
  [
    'a heading in a quiz',
    quiz('text: What colour is the sky?', 'text: "## What?"'),
    QUIZ,
    7,
    /heading cannot stand in a quiz/,
    /bold/,
  ],
  [
    'a tag in a block of text',
    question(
      '- id: sky\n  kind: true-false\n  answer: true\n  text: |\n    First line.\n\n    Then <u>this</u>.\n',
    ),
    QUIZ,
    11,
    /raw HTML/,
    /Markdown/,
  ],
  [
    'a unit twice',
    question(
      '- { id: far, kind: number, text: How far?, answer: 1, unit: km, units: [{ unit: KM, factor: 2 }] }',
    ),
    QUIZ,
    5,
    /named twice/,
    /factor 1/,
  ],
  [
    'units without a unit',
    question(
      '- { id: far, kind: number, text: How far?, answer: 1, units: [{ unit: m, factor: 2 }] }',
    ),
    QUIZ,
    5,
    /needs "unit"/,
    /in which unit/,
  ],
  [
    'a factor of nothing',
    question(
      '- { id: far, kind: number, text: How?, answer: 1, unit: km, units: [{ unit: m, factor: 0 }] }',
    ),
    QUIZ,
    5,
    /factor" is too small/,
    /greater than 0/,
  ],
  [
    'too many accepted answers',
    question(
      `- { id: why, kind: text, text: Why?, accepted: [${Array.from({ length: 61 }, (_, n) => `a${n}`).join(', ')}] }`,
    ),
    QUIZ,
    5,
    /too many entries/,
    /60 entries/,
  ],
  [
    'no accepted answer',
    question('- { id: why, kind: text, text: Why?, accepted: [] }'),
    QUIZ,
    5,
    /too few entries/,
    /1 entry/,
  ],
  [
    'right sides that are the same',
    question(
      '- id: pairs\n  kind: matching\n  text: Match.\n  pairs:\n    - { id: a, left: A, right: Same }\n    - { id: b, left: B, right: Same }',
    ),
    QUIZ,
    9,
    /"Same" is there twice/,
    /differently/,
  ],
  [
    'Markdown on a right side',
    question(
      '- id: pairs\n  kind: matching\n  text: Match.\n  pairs:\n    - { id: a, left: A, right: "*One*" }\n    - { id: b, left: B, right: Two }',
    ),
    QUIZ,
    9,
    /holds Markdown/,
    /plain text/,
  ],
  [
    'a gap without a place',
    question('- { id: gap, kind: gaps, text: "No gap.", gaps: [{ id: g1, accepted: [x] }] }'),
    QUIZ,
    5,
    /"g1" has no place/,
    /\[\[g1\]\]/,
  ],
  [
    'a place without a gap',
    question(
      '- { id: gap, kind: gaps, text: "[[g1]] and [[g2]]", gaps: [{ id: g1, accepted: [x] }] }',
    ),
    QUIZ,
    5,
    /\[\[g2\]\] is not one of the gaps/,
    /g1/,
  ],
  [
    'a place twice',
    question(
      '- { id: gap, kind: gaps, text: "[[g1]] and [[g1]]", gaps: [{ id: g1, accepted: [x] }] }',
    ),
    QUIZ,
    5,
    /stands twice/,
    /of its own/,
  ],
  [
    'an answer that is no option',
    question(
      '- { id: gap, kind: gaps, text: "[[g1]]", gaps: [{ id: g1, options: [red, blue], answer: blu }] }',
    ),
    QUIZ,
    5,
    /"blu" of the gap "g1" is not among/,
    /did you mean "blue"/,
  ],

  // Translations
  [
    'a translation with an unknown id',
    { 'modules/01-only/quiz.zh.yml': 'questions:\n  - id: skye\n    text: 天空？\n' },
    'modules/01-only/quiz.zh.yml',
    2,
    /"skye" is not in modules\/01-only\/quiz\.yml/,
    /did you mean "sky"/,
  ],
  [
    'a translation with an unknown option',
    {
      'modules/01-only/quiz.zh.yml':
        'questions:\n  - id: sky\n    options:\n      - { id: green, text: 绿 }\n',
    },
    'modules/01-only/quiz.zh.yml',
    4,
    /"green" is not in/,
    /blue, red/,
  ],
  [
    'a translation that decides',
    { 'modules/01-only/quiz.zh.yml': 'passMark: 10\n' },
    'modules/01-only/quiz.zh.yml',
    1,
    /"passMark" is not a field/,
    /take it out/,
  ],
  [
    'outcomes that do not match',
    { 'course.zh.yml': 'outcomes: [一, 二, 三, 四]\n' },
    'course.zh.yml',
    1,
    /"outcomes" has 4 entries, but course\.yml has 3/,
    /same order/,
  ],
  [
    'a fault in a translated lesson',
    { 'modules/01-only/01-lesson.zh.md': '---\ntitle: 课\n---\n\n# 标题\n' },
    'modules/01-only/01-lesson.zh.md',
    5,
    /level 1/,
    /use ##/,
  ],
  [
    'a translation into an unknown language',
    { 'modules/01-only/01-lesson.fr.md': base[LESSON] ?? '' },
    'modules/01-only/01-lesson.fr.md',
    null,
    /"fr" is not a language/,
    /en, zh, ms, ta/,
  ],
  [
    'a translation into its own language',
    { 'modules/01-only/01-lesson.en.md': base[LESSON] ?? '' },
    'modules/01-only/01-lesson.en.md',
    null,
    /language of the course itself/,
    /01-lesson\.md/,
  ],
];

describe('each fault is named with its place and its mend', () => {
  test.each(cases)('%s', async (_name, files, file, line, problem, mend) => {
    const faults = await faultsOf(files);
    expect(faults.map(inEnglish)).toContainEqual(
      expect.objectContaining({
        file,
        line,
        problem: expect.stringMatching(problem),
        mend: expect.stringMatching(mend),
      }),
    );
    expect(faults.flatMap(englishIn)).toEqual([]);
  });
});

test('all faults are told at once, in the order of files and lines', async () => {
  const faults = await faultsOf({
    ...course('level: beginner', 'level: easy'),
    ...lesson('# One\n\n<b>two</b>'),
    ...quiz(', correct: true', ''),
  });
  expect(faults.map(({ file, line }) => `${file}:${line}`)).toEqual([
    `${COURSE}:5`,
    `${LESSON}:6`,
    `${LESSON}:8`,
    `${QUIZ}:9`,
  ]);
});

test('a module that cannot be read does not leave its files behind', async () => {
  const faults = await faultsOf(changed(MODULE, 'title: The', 'title: Two: The'));
  expect(faults.map(({ file, line }) => `${file}:${line}`)).toEqual([`${MODULE}:2`]);
});

test('a file that cannot be read does not put its translations in the wrong', async () => {
  const faults = await faultsOf({
    ...course('level: beginner', 'level: beginner\ncolour: red'),
    'course.ms.yml': 'title: Kursus\n',
  });
  expect(faults.map(({ file }) => file)).toEqual([COURSE]);
});

test('a folder that is not there', async () => {
  const faults = await checkCourse('/nowhere/at-all');
  expect(faults.map(inEnglish)).toEqual([
    expect.objectContaining({ problem: expect.stringMatching(/no folder/) }),
  ]);
});
