import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { AnswerValue } from '../../../src/modules/assessment';
import { Answer, Attempt, type AttemptRow } from '../../../src/modules/assessment/model';
import {
  type PublishedVersion,
  publishCourse,
  type Question,
  syncCourse,
} from '../../../src/modules/catalogue';
import { enrol } from '../../../src/modules/learning';
import type { TestApp } from '../app';
import { makePerson } from './accounts';
import { type Learner, makeLearner } from './learning';

const QUIZ = 'the-quiz';

/** One question of each kind, ten points in all; the right answer to each is in `RIGHT`. */
export const EIGHT_KINDS = `
questions:
  - id: one-kind
    kind: one
    tags: [basic]
    text: Which *one* is it?
    options:
      - { id: this, text: This one, correct: true, feedback: Well chosen. }
      - { id: that, text: That one, feedback: Not that. }
      - { id: other, text: Another }
    feedback: { correct: One is right., incorrect: One is wrong., general: One for all. }
  - id: several-kind
    kind: several
    points: 3
    text: Which ones?
    options:
      - { id: a, text: A, correct: true }
      - { id: b, text: B, correct: true }
      - { id: c, text: C, feedback: C is too much. }
  - id: true-kind
    kind: true-false
    tags: [basic]
    text: Is it so?
    answer: false
  - id: number-kind
    kind: number
    text: How far?
    answer: 12.5
    tolerance: 0.5
    unit: km
    units: [{ unit: m, factor: 0.001 }]
  - id: text-kind
    kind: text
    text: What is it called?
    accepted: [training data, examples]
  - id: matching-kind
    kind: matching
    text: What belongs together?
    pairs:
      - { id: sun, left: Sun, right: Day }
      - { id: moon, left: Moon, right: Night }
    distractors: [{ id: mars, text: Never }]
  - id: ordering-kind
    kind: ordering
    text: Which comes first?
    items:
      - { id: wake, text: Wake }
      - { id: work, text: Work }
      - { id: sleep, text: Sleep }
  - id: gaps-kind
    kind: gaps
    text: "A model learns from [[from]] and is checked on [[on]]."
    gaps:
      - { id: from, accepted: [examples, data] }
      - { id: on, options: [the same data, new data], answer: new data }
`;

const filesOf = (slug: string, quiz: string) => ({
  'course.yml': `id: ${slug}
title: A course with a quiz
summary: A lesson and a quiz.
language: en
level: beginner
audience: Those who test.
outcomes: [One, Two, Three]
skills: [ai-literacy]
provider: kelas-centre
trainers: [{ name: Lim Mei Hua }]
licence: CC-BY-4.0
certificate: { hours: 1, showMark: true }
modules: [01-all]
`,
  'modules/01-all/module.yml': `id: all
title: All of it
summary: Everything.
activities:
  - { id: the-lesson, kind: lesson, file: 01-lesson.md }
  - { id: ${QUIZ}, kind: quiz, file: quiz.yml }
`,
  'modules/01-all/01-lesson.md': '---\ntitle: A lesson\nminutes: 5\n---\n\nRead this.\n',
  'modules/01-all/quiz.yml': `title: Check yourself\nminutes: 5\n${quiz}`,
});

/** Publishes a course with this quiz.yml (without title and minutes), or its next version. */
export async function publishQuiz(
  app: Pick<TestApp, 'platform'>,
  slug: string,
  quiz: string,
): Promise<PublishedVersion> {
  const above = await mkdtemp(path.join(os.tmpdir(), 'kelas-course-'));
  try {
    for (const [name, text] of Object.entries(filesOf(slug, quiz))) {
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

/** The right answer to a question. */
export function rightAnswer(question: Question): AnswerValue {
  const { kind } = question;
  switch (kind) {
    case 'one':
      return { kind, option: question.options.find(({ correct }) => correct)?.id ?? '' };
    case 'several':
      return { kind, options: question.options.filter((o) => o.correct).map(({ id }) => id) };
    case 'true-false':
      return { kind, value: question.answer };
    case 'number':
      return { kind, text: String(question.answer) };
    case 'text':
      return { kind, text: Object.values(question.accepted)[0]?.[0] ?? '' };
    case 'matching':
      return { kind, pairs: Object.fromEntries(question.pairs.map(({ id }) => [id, id])) };
    case 'ordering':
      return { kind, order: question.items.map(({ id }) => id) };
    case 'gaps':
      return {
        kind,
        gaps: Object.fromEntries(
          question.gaps.map((gap) => [
            gap.id,
            'options' in gap ? gap.answer : (Object.values(gap.accepted)[0]?.[0] ?? ''),
          ]),
        ),
      };
  }
}

type Fields = Record<string, string | readonly string[]>;

const partFields = (parts: Readonly<Record<string, string>>): Fields =>
  Object.fromEntries(Object.entries(parts).map(([id, value]) => [`answer.${id}`, value]));

/** An answer as the form of the question page sends it. */
export function fieldsOf(answer: AnswerValue): Fields {
  switch (answer.kind) {
    case 'one':
      return { answer: answer.option };
    case 'several':
      return { answer: answer.options };
    case 'true-false':
      return { answer: String(answer.value) };
    case 'number':
    case 'text':
      return { answer: answer.text };
    case 'matching':
      return partFields(answer.pairs);
    case 'ordering':
      return { answer: answer.order };
    case 'gaps':
      return partFields(answer.gaps);
  }
}

/** Someone enrolled in a course with a quiz. */
export interface Enrolled {
  readonly enrolmentId: string;
  readonly userId: string;
  readonly place: {
    readonly enrolmentId: string;
    readonly userId: string;
    readonly versionId: string;
    readonly activityId: string;
  };
}

type Version = Pick<PublishedVersion, 'id' | 'courseSlug'>;

const placeOf = ({ userId, enrolmentId }: { userId: string; enrolmentId: string }, id: string) => ({
  enrolmentId,
  userId,
  versionId: id,
  activityId: QUIZ,
});

/** Without a browser, for tests below HTTP. */
export const makeEnrolled = async (version: Version): Promise<Enrolled> =>
  makeEnrolledAs((await makePerson()).userId, version);

export async function makeEnrolledAs(
  userId: string,
  { id, courseSlug }: Version,
): Promise<Enrolled> {
  const { enrolmentId } = await enrol({ userId, courseSlug });
  return { userId, enrolmentId, place: placeOf({ userId, enrolmentId }, id) };
}

export interface Taker extends Learner, Enrolled {
  /** Where the quiz is. */
  readonly base: string;
}

/** With a browser, signed in. */
export async function makeTaker(
  app: Pick<TestApp, 'client'>,
  { id, courseSlug }: Version,
  wishes: Parameters<typeof makeLearner>[2] = {},
): Promise<Taker> {
  const learner = await makeLearner(app, courseSlug, wishes);
  return { ...learner, base: `${learner.href}/${QUIZ}`, place: placeOf(learner, id) };
}

export async function attemptRow(attemptId: string): Promise<AttemptRow> {
  const row = await Attempt.findById(attemptId).lean<AttemptRow>();
  if (!row) throw new Error(`There is no attempt ${attemptId}`);
  return row;
}

/** Every answer of an attempt in the order of the server. */
export const answerLog = (attemptId: string) =>
  Answer.find({ attemptId }).sort({ sequence: 1 }).lean();
