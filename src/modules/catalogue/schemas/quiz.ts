import { z } from 'zod';
import { REVIEW_MOMENTS } from '../types';
import { Id, InnerId, Markdown, Minutes, Percent, Slug, Text, words } from './common';

const Feedback = z.strictObject({
  correct: Markdown('Shown to those who answered right.').optional(),
  incorrect: Markdown('Shown to those who did not.').optional(),
  general: Markdown('Shown to everyone.').optional(),
});

const base = {
  id: Id,
  tags: z.array(Slug).max(20).default([]),
  points: z
    .number()
    .positive(words('notPositive', ['numberSuchAs', { number: 1 }]))
    .max(100)
    .default(1),
  text: Markdown('The question.'),
  feedback: Feedback.default({}),
};

const optionText = Text(600, 'The option, on one line. Markdown.');
const OptionSource = z.strictObject({
  id: InnerId,
  text: optionText,
  correct: z.boolean().default(false),
  feedback: Markdown('Shown to those who chose it.').optional(),
});
const options = z.array(OptionSource).min(2).max(12);

const plain = (description: string) => Text(200, `${description} Plain text, no Markdown.`);
const Accepted = z.array(Text(200, 'An answer that counts. Put numbers in quotes.')).min(1).max(60);

const One = z.strictObject({ ...base, kind: z.literal('one'), options });
const Several = z.strictObject({
  ...base,
  kind: z.literal('several'),
  grading: z.enum(['partial', 'all-or-nothing']).default('partial'),
  options,
});
const TrueFalse = z.strictObject({ ...base, kind: z.literal('true-false'), answer: z.boolean() });
const unit = Text(20, 'Unit of the answer, such as km.');
const NumberSource = z.strictObject({
  ...base,
  kind: z.literal('number'),
  answer: z.number(),
  tolerance: z.number().min(0).default(0),
  unit: unit.optional(),
  units: z
    .array(
      z.strictObject({
        unit: Text(20, 'Another unit that may be used.'),
        factor: z
          .number()
          .positive()
          .meta({ description: 'A number in this unit times the factor is the number in `unit`.' }),
      }),
    )
    .max(12)
    .default([]),
  unitRequired: z.boolean().default(false),
});
const TextAnswer = z.strictObject({ ...base, kind: z.literal('text'), accepted: Accepted });
const Matching = z.strictObject({
  ...base,
  kind: z.literal('matching'),
  pairs: z
    .array(
      z.strictObject({
        id: InnerId,
        left: Text(300, 'The left side, on one line. Markdown.'),
        right: plain('The right side that belongs to it.'),
      }),
    )
    .min(2)
    .max(12),
  distractors: z
    .array(z.strictObject({ id: InnerId, text: plain('A right side that belongs to none.') }))
    .max(12)
    .default([]),
});
const Ordering = z.strictObject({
  ...base,
  kind: z.literal('ordering'),
  items: z
    .array(z.strictObject({ id: InnerId, text: Text(300, 'On one line. Markdown.') }))
    .min(2)
    .max(12)
    .meta({ description: 'In the right order; they are shown in another.' }),
});
const GapSource = z.union([
  z.strictObject({ id: InnerId, accepted: Accepted }),
  z.strictObject({
    id: InnerId,
    options: z.array(plain('A choice.')).min(2).max(12),
    answer: plain('The right choice.'),
  }),
]);
const Gaps = z.strictObject({
  ...base,
  kind: z.literal('gaps'),
  text: Markdown('The sentence, with [[id]] where a gap is.'),
  gaps: z.array(GapSource).min(1).max(12),
});

export const QuestionSource = z.discriminatedUnion('kind', [
  One,
  Several,
  TrueFalse,
  NumberSource,
  TextAnswer,
  Matching,
  Ordering,
  Gaps,
]);
export type QuestionSource = z.infer<typeof QuestionSource>;
export type SourceOf<K extends QuestionSource['kind']> = Extract<QuestionSource, { kind: K }>;

const moment = z.enum(REVIEW_MOMENTS);
const title = Text(120, 'Title of the quiz.');
const intro = Markdown('Shown before the quiz begins.');

/** quiz.yml */
export const QuizSource = z.strictObject({
  title,
  minutes: Minutes(120).meta({ description: 'How long it takes, as a rule.' }),
  intro: intro.optional(),
  passMark: Percent.meta({ description: 'Per cent of the points.' }),
  attempts: z
    .union([z.literal('unlimited'), z.number().int().min(1).max(100)])
    .default('unlimited')
    .meta({ description: 'A number, or unlimited.' }),
  timeLimitMinutes: Minutes(480).optional(),
  shuffleQuestions: z.boolean().default(false),
  shuffleOptions: z.boolean().default(true),
  review: z
    .strictObject({
      marks: moment.default('after-attempt'),
      feedback: moment.default('after-attempt'),
      answers: moment.default('after-pass'),
    })
    .prefault({})
    .meta({ description: 'When the learner sees marks, feedback and the right answers.' }),
  draw: z
    .array(z.strictObject({ tag: Slug, count: z.number().int().min(1).max(200) }))
    .min(1)
    .optional()
    .meta({ description: 'So many questions of each tag, at random. Without it: all questions.' }),
  questions: z.array(QuestionSource).min(1).max(300),
});
export type QuizSource = z.infer<typeof QuizSource>;

const QuestionText = z.strictObject({
  id: Id,
  text: base.text.optional(),
  feedback: Feedback.optional(),
  options: z
    .array(
      z.strictObject({
        id: InnerId,
        text: optionText.optional(),
        feedback: Markdown('Shown to those who chose it.').optional(),
      }),
    )
    .optional(),
  accepted: Accepted.optional(),
  unit: unit.optional(),
  pairs: z
    .array(
      z.strictObject({
        id: InnerId,
        left: Text(300, 'The left side.').optional(),
        right: plain('The right side.').optional(),
      }),
    )
    .optional(),
  distractors: z.array(z.strictObject({ id: InnerId, text: plain('A right side.') })).optional(),
  items: z.array(z.strictObject({ id: InnerId, text: Text(300, 'On one line.') })).optional(),
  gaps: z
    .array(
      z.strictObject({
        id: InnerId,
        accepted: Accepted.optional(),
        options: z.array(plain('A choice, in the order of the original.')).optional(),
      }),
    )
    .optional(),
});

/** quiz.<language>.yml: the same ids, texts only. */
export const QuizText = z.strictObject({
  title: title.optional(),
  intro: intro.optional(),
  questions: z.array(QuestionText).default([]),
});
