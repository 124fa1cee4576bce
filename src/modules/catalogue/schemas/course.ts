import { z } from 'zod';
import { LEVELS } from '../types';
import { Id, Language, Percent, Slug, Text, words } from './common';

/** A completion rule as it is written in course.yml. */
export type RuleSource =
  | { all: RuleSource[] }
  | { any: number; of: RuleSource[] }
  | { module: string }
  | { viewed: string }
  | { submitted: string }
  | { passed: string; mark?: number | undefined };

const RuleList = z.lazy(() => z.array(Rule).min(1));
const Rule: z.ZodType<RuleSource> = z
  .union([
    z.strictObject({ all: RuleList }),
    z.strictObject({ any: z.number().int().min(1), of: RuleList }),
    z.strictObject({ module: Id }),
    z.strictObject({ viewed: Id }),
    z.strictObject({ submitted: Id }),
    z.strictObject({ passed: Id, mark: Percent.optional() }),
  ])
  .meta({
    id: 'rule',
    description:
      'all: every rule below · any: n, of: n of the rules · module: every activity of a module · viewed: a lesson · submitted: a quiz · passed: a quiz (mark: per cent)',
  });

const Outcomes = z
  .array(Text(200, 'What the learner will be able to do, beginning with a verb.'))
  .min(3)
  .max(8);

const title = Text(120, 'Title of the course.');
const summary = Text(400, 'One or two sentences for the list of courses.');
const audience = Text(600, 'Who it is for, in a sentence or two.');

/** course.yml */
export const CourseSource = z.strictObject({
  id: Id.meta({ description: 'The name of the folder.' }),
  title,
  summary,
  language: Language.meta({
    description: 'Language of the files without a language in their name.',
  }),
  level: z.enum(LEVELS),
  audience,
  outcomes: Outcomes,
  skills: z.array(Slug).min(1).max(12),
  provider: Slug.meta({ description: 'Code of the organisation that awards the certificate.' }),
  trainers: z
    .array(z.strictObject({ name: Text(120, 'Name of a trainer.') }))
    .min(1)
    .max(12),
  cover: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Picture for the list of courses, such as images/cover.svg.' }),
  licence: Text(60, 'SPDX name of the licence, such as CC-BY-4.0.').optional(),
  certificate: z.strictObject({
    hours: z
      .number()
      .positive(words('notPositive', ['hoursSuchAs']))
      .max(500)
      .meta({ description: 'Hours of study that the certificate states.' }),
    showMark: z.boolean().default(false).meta({ description: 'Whether it states the mark.' }),
    validMonths: z.number().int().min(1).max(120).optional().meta({
      description: 'Months after which it must be earned again; without it, it is valid for ever.',
    }),
  }),
  completion: Rule.optional(),
  modules: z
    .array(
      z
        .string()
        .regex(
          /^[0-9]{2,3}-[a-z0-9]+(-[a-z0-9]+)*$/,
          words('notModuleFolder', ['nameSuchAs', { name: '01-first-steps' }]),
        ),
    )
    .min(1)
    .max(60)
    .meta({ description: 'The folders below modules/, in order.' }),
});
export type CourseSource = z.infer<typeof CourseSource>;

/** course.<language>.yml */
export const CourseText = z.strictObject({
  title: title.optional(),
  summary: summary.optional(),
  audience: audience.optional(),
  outcomes: Outcomes.optional(),
});
