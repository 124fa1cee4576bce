import { type Actor, hasRole, isWithin } from '../../platform/authz';
import { NotFound } from '../../platform/errors';
import type { RoutePolicy } from '../../platform/http';
import { findTaughtCourse, type TaughtCourse } from '../catalogue';
import { findOrganisationByCode, scopeOf } from '../organisations';

/** Past the door gets who is trainer somewhere; which courses are theirs is decided at each of them. */
export const TRAINER: RoutePolicy = {
  name: 'trainer',
  allows: (actor) => hasRole(actor, 'trainer') || hasRole(actor, 'administrator'),
};

/** True when the actor teaches for the organisation with this code. */
export async function teachesFor(actor: Actor, provider: string): Promise<boolean> {
  const scope = scopeOf(actor, 'trainer');
  if (scope.kind === 'all') return true;
  const organisation = await findOrganisationByCode(provider);
  return organisation !== null && isWithin(scope, organisation.path);
}

/** @throws NotFound also for a course that is there and not theirs */
export async function courseOf(actor: Actor, slug: string): Promise<TaughtCourse> {
  const course = await findTaughtCourse(slug);
  if (!course || !(await teachesFor(actor, course.provider))) throw new NotFound();
  return course;
}
