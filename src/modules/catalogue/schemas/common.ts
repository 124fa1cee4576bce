import { z } from 'zod';
import { LANGUAGES } from '../../../platform/i18n';

/** Words of a fault that a schema finds: what is wrong, then how to mend it. */
export const words = (problem: string, mend: string): string => `${problem}\n${mend}`;

const ID_MEND = 'use small letters a-z, digits and "-", beginning with a letter or a digit';

/** Ids of courses, modules, activities and questions. They stay the same when the words change. */
export const Id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,63}$/, words('is not an id', `${ID_MEND}; 2 to 64 characters`))
  .meta({ description: 'A stable id. It never changes, also when the words do.' });

/** Ids inside a question. */
export const InnerId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, words('is not an id', `${ID_MEND}; 1 to 64 characters`))
  .meta({ description: 'A stable id, unique within its question.' });

export const Slug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, words('is not a short name', ID_MEND))
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
    .int(words('must be a whole number of minutes', 'write a number such as 8'))
    .min(1, words('must be 1 minute or more', 'write a number such as 8'))
    .max(
      max,
      words(
        `is more than ${max} minutes`,
        `split it, so that each part takes ${max} minutes at most`,
      ),
    );

export const Percent = z
  .number()
  .int(words('must be a whole number', 'write a number of per cent such as 70'))
  .min(1, words('must be 1 per cent or more', 'write a number of per cent such as 70'))
  .max(
    100,
    words('can never be reached: 100 per cent is the most', 'write a number from 1 to 100'),
  );
