import { z } from 'zod';
import { tidy } from '../../shared/text';
import { EVERYWHERE } from './counts';
import { RHYTHMS } from './kept-model';
import { SHOWN_STATES, SORTS } from './queries/people';

const objectId = z.string().regex(/^[0-9a-f]{24}$/);
/** What a form leaves empty is not asked for. */
const empty = z.literal('').transform(() => undefined);
const orEmpty = <T extends z.ZodType>(schema: T) => z.union([empty, schema]).optional();

const node = orEmpty(z.union([z.literal(EVERYWHERE), objectId]).catch('none'));
const slug = orEmpty(
  z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(80),
).catch(undefined);
const page = z.coerce.number().int().min(1).max(100_000).catch(1);

export const OverviewQuery = z.object({ node, course: slug, page });

export const PeopleQuery = z.object({
  node,
  course: slug,
  state: orEmpty(z.enum(SHOWN_STATES)).catch(undefined),
  q: orEmpty(z.string().trim().max(100)).catch(undefined),
  sort: z.enum(SORTS).catch('name'),
  page,
});
export type PeopleQuery = z.infer<typeof PeopleQuery>;

/** A page of a list, by the enrolment that it lies beside. */
export const PeoplePageQuery = PeopleQuery.extend({
  after: objectId.optional().catch(undefined),
  before: objectId.optional().catch(undefined),
});
export type PeoplePageQuery = z.infer<typeof PeoplePageQuery>;

export const PersonParams = z.object({ userId: objectId });

/** A list with the name under which it is kept. */
export const ViewForm = PeopleQuery.extend({
  name: z
    .string({ error: 'reporting.error.nameMissing' })
    .transform(tidy)
    .pipe(z.string().min(1, 'reporting.error.nameMissing').max(80)),
  every: z.enum(RHYTHMS),
});
export const RhythmForm = z.object({ every: z.enum(RHYTHMS) });
export const ViewParams = z.object({ viewId: objectId });
export const ReportParams = z.object({ reportId: objectId });
