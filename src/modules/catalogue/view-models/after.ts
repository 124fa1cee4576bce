import { listCourses } from '../queries';
import { LEVELS, type PublishedVersion } from '../types';
import { type CourseCard, type Reader, toCourseCard } from './card';

const SHOWN = 3;

/**
 * Courses that fit after one that was completed: first those that share a skill with it, of its
 * level or the next; never one that the person has taken.
 */
export async function cardsAfter(
  version: Pick<PublishedVersion, 'skills' | 'level'>,
  taken: ReadonlySet<string>,
  reader: Reader,
): Promise<CourseCard[]> {
  const skills = new Set(version.skills);
  const level = LEVELS.indexOf(version.level);
  const rankOf = (course: Pick<PublishedVersion, 'skills' | 'level'>) => {
    const step = LEVELS.indexOf(course.level) - level;
    return (
      course.skills.filter((skill) => skills.has(skill)).length * 2 +
      (step === 0 || step === 1 ? 1 : 0)
    );
  };
  return (await listCourses())
    .filter(({ courseSlug }) => !taken.has(courseSlug))
    .map((course) => ({ course, rank: rankOf(course) }))
    .sort((a, b) => b.rank - a.rank)
    .slice(0, SHOWN)
    .map(({ course }) => toCourseCard(course, reader));
}
