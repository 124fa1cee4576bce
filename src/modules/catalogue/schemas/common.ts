import { z } from 'zod';
import { LANGUAGES } from '../../../platform/i18n';
import type { Mend } from '../faults/mends';
import type { Problem } from '../faults/problems';

/** Problems of which a schema knows no more than the name and the value of the field. */
type FieldProblem = {
  [P in Problem as P[0]]: { field: string } extends P[1] ? P[0] : never;
}[Problem[0]];

interface SchemaWords {
  readonly problem: (field: string) => Problem;
  readonly mend: Mend;
}

const known = new Map<string, SchemaWords>();

/** What is wrong when a check of a schema fails, and how it is mended; goes where zod wants a message. */
export function words(problem: FieldProblem | SchemaWords['problem'], mend: Mend): string {
  const name = `fault ${known.size + 1}`;
  known.set(name, {
    problem: typeof problem === 'function' ? problem : (field) => [problem, { field }],
    mend,
  });
  return name;
}

/** What `words` was given for this message of zod's; undefined: the message is zod's own. */
export const wordsBehind = (message: string): SchemaWords | undefined => known.get(message);

const MINUTES: Mend = ['numberSuchAs', { number: 8 }];
const PERCENT: Mend = ['percentSuchAs'];

/** Ids of courses, modules, activities and questions. They stay the same when the words change. */
export const Id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,63}$/, words('notId', ['writeId', { min: 2 }]))
  .meta({ description: 'A stable id. It never changes, also when the words do.' });

/** Ids inside a question. */
export const InnerId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, words('notId', ['writeId', { min: 1 }]))
  .meta({ description: 'A stable id, unique within its question.' });

export const Slug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, words('notShortName', ['writeShortName']))
  .max(64);

export const Language = z.enum(LANGUAGES);

/** A text of at most `max` characters that is not empty. */
export const Text = (max: number, description: string) =>
  z.string().trim().min(1).max(max).meta({ description });

/** Markdown inside a YAML file. */
export const Markdown = (description: string) => Text(5_000, `${description} Markdown.`);

export const Minutes = (max: number) =>
  z
    .number()
    .int(words('notWholeMinutes', MINUTES))
    .min(1, words('underOneMinute', MINUTES))
    .max(
      max,
      words((field) => ['tooManyMinutes', { field, max }], ['splitMinutes', { max }]),
    );

export const Percent = z
  .number()
  .int(words('notWhole', PERCENT))
  .min(1, words('underOnePercent', PERCENT))
  .max(100, words('overHundred', ['oneToHundred']));
