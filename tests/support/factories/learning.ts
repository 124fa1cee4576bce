import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type PublishedVersion, publishCourse, syncCourse } from '../../../src/modules/catalogue';
import { enrol } from '../../../src/modules/learning';
import { Enrolment, type EnrolmentRow, Fact } from '../../../src/modules/learning/model';
import { AuditLog } from '../../../src/platform/audit';
import { Outbox } from '../../../src/platform/outbox/model';
import type { TestApp } from '../app';
import type { Client } from '../client';
import { signedIn, type TestPerson } from './accounts';

/** The last activity of the small course, after three lessons of 10, 20 and 5 minutes. */
export const QUIZ = 'the-quiz';

/** The right option of each question of its quiz. */
export const RIGHT = { sky: 'blue', grass: 'green' } as const;

const lesson = (title: string, minutes: number, text: string) =>
  `---\ntitle: ${title}\nminutes: ${minutes}\n---\n\n${text}\n`;

/** The files of the course; `extra` goes into course.yml and quiz.yml as it is. */
const filesOf = (
  slug: string,
  extra: { course?: string; quiz?: string; text?: string; certificate?: string },
) => ({
  'course.yml': `id: ${slug}
title: A small course
summary: Three lessons and a quiz.
language: en
level: beginner
audience: Those who test.
outcomes: [Do the first thing, Do the second thing, Do the third thing]
skills: [ai-literacy]
provider: kelas-centre
trainers: [{ name: Lim Mei Hua }]
licence: CC-BY-4.0
certificate: ${extra.certificate ?? '{ hours: 1, showMark: true }'}
modules: [01-beginning, 02-end]
${extra.course ?? ''}`,
  'modules/01-beginning/module.yml': `id: beginning
title: The beginning
summary: Where it begins.
activities:
  - { id: first-steps, kind: lesson, file: 01-first.md }
  - { id: second-steps, kind: lesson, file: 02-second.md }
`,
  'modules/01-beginning/01-first.md': lesson('First steps', 10, extra.text ?? 'One step.'),
  'modules/01-beginning/02-second.md': lesson('Second steps', 20, 'Two steps.'),
  'modules/01-beginning/02-second.zh.md': lesson('第二步', 20, '走两步。'),
  'modules/02-end/module.yml': `id: end
title: The end
summary: Where it ends.
activities:
  - { id: third-steps, kind: lesson, file: 01-third.md }
  - { id: the-quiz, kind: quiz, file: quiz.yml }
`,
  'modules/02-end/01-third.md': lesson('Third steps', 5, 'Three steps.'),
  'modules/02-end/quiz.yml': `title: Check yourself
minutes: 5
passMark: 50
attempts: 2
shuffleQuestions: false
shuffleOptions: false
review: { marks: after-attempt, feedback: after-attempt, answers: after-pass }
${extra.quiz ?? ''}
questions:
  - id: sky
    kind: one
    text: What colour is the sky?
    options:
      - { id: blue, text: Blue, correct: true }
      - { id: red, text: Red }
  - id: grass
    kind: one
    text: What colour is the grass?
    options:
      - { id: green, text: Green, correct: true }
      - { id: red, text: Red }
`,
});

/** Publishes the small course, or its next version when `extra` differs. */
export async function publishSmallCourse(
  app: { readonly platform: Pick<TestApp['platform'], 'storage'> },
  slug: string,
  extra: Parameters<typeof filesOf>[1] = {},
): Promise<PublishedVersion> {
  const above = await mkdtemp(path.join(os.tmpdir(), 'kelas-course-'));
  try {
    for (const [name, text] of Object.entries(filesOf(slug, extra))) {
      const file = path.join(above, slug, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    const result = await syncCourse(path.join(above, slug), app.platform.storage);
    if (result.status !== 'draft') throw new Error(JSON.stringify(result));
    return await publishCourse(slug);
  } finally {
    await rm(above, { recursive: true, force: true });
  }
}

export interface Learner extends TestPerson {
  readonly client: Client;
  readonly enrolmentId: string;
  /** `/learn/<enrolmentId>` */
  readonly href: string;
}

/** A new person, signed in and enrolled. */
export async function makeLearner(
  app: Pick<TestApp, 'client'>,
  courseSlug: string,
  wishes: Parameters<typeof signedIn>[1] = {},
): Promise<Learner> {
  const person = await signedIn(app, wishes);
  const { enrolmentId } = await enrol({ userId: person.userId, courseSlug });
  return { ...person, enrolmentId, href: `/learn/${enrolmentId}` };
}

export async function enrolmentRow(enrolmentId: string): Promise<EnrolmentRow> {
  const row = await Enrolment.findById(enrolmentId).lean<EnrolmentRow>();
  if (!row) throw new Error(`There is no enrolment ${enrolmentId}`);
  return row;
}

export const factsOf = (enrolmentId: string) =>
  Fact.find({ enrolmentId }).sort({ activityId: 1, kind: 1 }).lean();

/** How many events of a type were published about an enrolment. */
export const eventsOf = (type: string, enrolmentId: string): Promise<number> =>
  Outbox.countDocuments({ type, 'payload.enrolmentId': enrolmentId });

/** What the audit log says was done to an enrolment, in order. */
export async function auditOf(enrolmentId: string): Promise<string[]> {
  const rows = await AuditLog.find({ 'subject.id': enrolmentId }).sort({ at: 1, _id: 1 }).lean();
  return rows.map(({ action }) => action);
}
