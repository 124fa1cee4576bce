import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { publishCourse, syncCourse } from '../modules/catalogue';
import type { FileStorage } from '../platform/storage';

/** A short course that has been made better once, so that there is an older version with people in it. */
export const SECOND_COURSE = 'reading-charts';

const lesson = (title: string, minutes: number, ...paragraphs: string[]) =>
  `---\ntitle: ${title}\nminutes: ${minutes}\n---\n\n${paragraphs.join('\n\n')}\n`;

const course = `id: ${SECOND_COURSE}
title: Reading charts at work
summary: What a chart on the notice board says, what it leaves out, and what to ask about it.
language: en
level: beginner
audience: Anyone who meets charts at work, in a briefing, a rota or a pay talk. No mathematics.
outcomes:
  - Say what a bar chart and a line chart show
  - Notice an axis that does not begin at nought
  - Ask where the numbers come from
skills: [data-literacy]
provider: kelas-centre
trainers:
  - { name: Lim Mei Hua }
licence: CC-BY-4.0
certificate: { hours: 1, showMark: false }
modules: [01-what-it-shows, 02-what-it-hides]
`;

const firstModule = `id: what-it-shows
title: What a chart shows
summary: Bars, lines, and the words beside them.
activities:
  - { id: bars, kind: lesson, file: 01-bars.md }
  - { id: lines, kind: lesson, file: 02-lines.md }
`;

const secondModule = `id: what-it-hides
title: What a chart leaves out
summary: Axes, missing months, and a check of what you know.
activities:
  - { id: axes, kind: lesson, file: 01-axes.md }
  - { id: check, kind: quiz, file: quiz.yml }
`;

interface Named {
  title: string;
  summary: string;
}

/** Its names in the other languages; the lessons are in English. */
const NAMES: Record<string, { course: Named; modules: readonly [Named, Named] }> = {
  zh: {
    course: {
      title: '看懂工作中的图表',
      summary: '公告板上的图表说了什么、没说什么，以及该问什么。',
    },
    modules: [
      { title: '图表显示什么', summary: '柱形、折线，还有旁边的文字。' },
      { title: '图表没说什么', summary: '坐标轴、缺少的月份，再测一测您学到的。' },
    ],
  },
  ms: {
    course: {
      title: 'Membaca carta di tempat kerja',
      summary:
        'Apa yang dinyatakan oleh carta di papan kenyataan, apa yang ditinggalkannya, dan apa yang patut ditanya.',
    },
    modules: [
      {
        title: 'Apa yang ditunjukkan oleh carta',
        summary: 'Bar, garis, dan perkataan di sebelahnya.',
      },
      {
        title: 'Apa yang ditinggalkan oleh carta',
        summary: 'Paksi, bulan yang tiada, dan semakan pengetahuan anda.',
      },
    ],
  },
  ta: {
    course: {
      title: 'வேலையில் வரைபடங்களைப் படித்தல்',
      summary:
        'அறிவிப்புப் பலகையில் உள்ள வரைபடம் என்ன சொல்கிறது, எதைச் சொல்லாமல் விடுகிறது, அதைப் பற்றி என்ன கேட்பது.',
    },
    modules: [
      { title: 'வரைபடம் காட்டுவது', summary: 'பட்டைகள், கோடுகள், அருகிலுள்ள சொற்கள்.' },
      { title: 'வரைபடம் விட்டுவிடுவது', summary: 'அச்சுகள், விடுபட்ட மாதங்கள், கற்றதைச் சரிபார்த்தல்.' },
    ],
  },
};

const names = ({ title, summary }: Named): string => `title: ${title}\nsummary: ${summary}\n`;

const bars = lesson(
  'Bars',
  5,
  'A bar chart compares things: depots, shifts, months. The longer the bar, the more of it.',
  'Read the title first, then the words below each bar, and only then the bars.',
);

const LINES = [
  lesson(
    'Lines',
    5,
    'A line chart shows how one thing changes over time. Going up is more, going down is less.',
    'A line between two points is a guess: nobody measured there.',
  ),
  lesson(
    'Lines',
    6,
    'A line chart shows how one thing changes over time. Going up is more, going down is less.',
    'A line between two points is a guess: nobody measured there. Ask how often it was measured.',
    'Take the chart of overtime at your depot: does the line go down because there was less overtime, or because a month is missing?',
  ),
];

const axes = lesson(
  'Where the axis begins',
  5,
  'An axis that begins at 90 makes 95 look five times 91. Look at the number at the bottom left.',
  'It need not be a trick: small changes can matter. But you should know it.',
);

const question = (id: string, text: string, right: string, wrong: readonly string[]): string =>
  [
    `  - id: ${id}`,
    '    kind: one',
    `    text: ${text}`,
    '    options:',
    `      - { id: right, text: "${right}", correct: true }`,
    ...wrong.map((each, index) => `      - { id: wrong-${index + 1}, text: "${each}" }`),
  ].join('\n');

const QUESTIONS = [
  question('first-look', 'What do you read first in a chart?', 'Its title', [
    'The longest bar',
    'The colours',
  ]),
  question('between', 'What lies between two points of a line?', 'A guess', [
    'A measurement',
    'The average of the year',
  ]),
  question('axis', 'An axis begins at 90. What does that do?', 'It makes differences look larger', [
    'It makes the chart wrong',
    'Nothing, whatever is measured',
  ]),
];

const source = question(
  'source',
  'A chart says that accidents fell by half. What do you ask?',
  'How many there were, and who counted',
  ['Whether it can be printed in colour', 'Nothing: half is half'],
);

const quiz = (edition: 1 | 2): string =>
  [
    'title: Check yourself',
    'minutes: 5',
    `passMark: ${edition === 1 ? 60 : 75}`,
    'attempts: unlimited',
    'review: { marks: after-attempt, feedback: after-attempt, answers: after-pass }',
    'questions:',
    ...QUESTIONS,
    ...(edition === 1 ? [] : [source]),
    '',
  ].join('\n');

const filesOf = (edition: 1 | 2): Record<string, string> => ({
  'course.yml': course,
  'modules/01-what-it-shows/module.yml': firstModule,
  'modules/01-what-it-shows/01-bars.md': bars,
  'modules/01-what-it-shows/02-lines.md': LINES[edition - 1] ?? '',
  'modules/02-what-it-hides/module.yml': secondModule,
  'modules/02-what-it-hides/01-axes.md': axes,
  'modules/02-what-it-hides/quiz.yml': quiz(edition),
  ...Object.fromEntries(
    Object.entries(NAMES).flatMap(([language, { course: own, modules }]) => [
      [`course.${language}.yml`, names(own)],
      [`modules/01-what-it-shows/module.${language}.yml`, names(modules[0])],
      [`modules/02-what-it-hides/module.${language}.yml`, names(modules[1])],
    ]),
  ),
});

/** Publishes an edition of it, the first or the better one. */
export async function publishEdition(edition: 1 | 2, storage: FileStorage): Promise<void> {
  const above = await mkdtemp(path.join(os.tmpdir(), 'kelas-demo-'));
  try {
    for (const [name, text] of Object.entries(filesOf(edition))) {
      const file = path.join(above, SECOND_COURSE, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    const result = await syncCourse(path.join(above, SECOND_COURSE), storage);
    if (result.status === 'faulty') {
      throw new Error(`The second course is faulty: ${JSON.stringify(result.faults)}`);
    }
    if (result.status === 'draft') await publishCourse(SECOND_COURSE);
  } finally {
    await rm(above, { recursive: true, force: true });
  }
}
