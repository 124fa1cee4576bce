import type { Actor } from '../../platform/authz';
import { listTaughtCourses, type TaughtCourse } from '../catalogue';
import { teachesFor } from './policy';

/** The courses that the actor teaches, in the order of their slugs. */
export async function coursesOf(actor: Actor): Promise<TaughtCourse[]> {
  const own: TaughtCourse[] = [];
  const known = new Map<string, boolean>();
  for (const course of await listTaughtCourses()) {
    const teaches = known.get(course.provider) ?? (await teachesFor(actor, course.provider));
    known.set(course.provider, teaches);
    if (teaches) own.push(course);
  }
  return own;
}
