import { z } from 'zod';
import { LANGUAGES } from '../../platform/i18n';
import { LENGTHS } from './search';
import { LEVELS } from './types';

/** Values of a filter: one, several or none; what is not known is passed over, not refused. */
const several = <T extends string>(known: readonly T[]) =>
  z
    .unknown()
    .optional()
    .transform((given): T[] => {
      const values = (Array.isArray(given) ? given : [given]).map(String);
      return known.filter((value) => values.includes(value));
    });

const words = z
  .unknown()
  .optional()
  .transform((given) => {
    const [first] = Array.isArray(given) ? given : [given];
    return typeof first === 'string' ? first.trim().slice(0, 100) : '';
  });

export const SearchQuery = z.object({
  q: words,
  level: several(LEVELS),
  length: several(LENGTHS),
  language: several(LANGUAGES),
  skill: z
    .unknown()
    .optional()
    .transform((given) =>
      (Array.isArray(given) ? given : [given])
        .filter((value): value is string => typeof value === 'string' && value.length <= 64)
        .slice(0, 20),
    ),
  page: z.coerce.number().int().min(1).max(1_000).catch(1),
});
export type SearchQuery = z.infer<typeof SearchQuery>;

export const CourseParams = z.object({ slug: z.string().regex(/^[a-z0-9][a-z0-9-]{1,63}$/) });

export const AssetParams = CourseParams.extend({
  file: z.string().regex(/^[0-9a-f]{32}\.(svg|png|jpg|webp)$/),
});
