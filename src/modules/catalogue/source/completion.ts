import type { Mend } from '../faults/mends';
import type { Problem } from '../faults/problems';
import type { CourseSource, RuleSource } from '../schemas/course';
import type { Activity, CompletionRule, CourseModule } from '../types';
import { type FaultList, suggest } from './faults';
import type { Parsed, Path } from './yaml-source';

/** What counts as done when nothing else is said: a lesson viewed, a quiz passed. */
const defaultFor = (activity: Activity): CompletionRule =>
  activity.kind === 'lesson'
    ? { kind: 'viewed', activityId: activity.id }
    : { kind: 'passed', activityId: activity.id, mark: activity.quiz.passMark };

const all = (activities: readonly Activity[]): CompletionRule => ({
  kind: 'all',
  of: activities.map(defaultFor),
});

/** The course's rule with all defaults filled in; tells every id that leads nowhere. */
export function buildCompletion(
  course: Parsed<CourseSource>,
  modules: readonly CourseModule[],
  faults: FaultList,
): CompletionRule {
  const activities = modules.flatMap((module) => module.activities);
  const { completion } = course.data;
  if (completion === undefined) return all(activities);

  const tell = (path: Path, problem: Problem, mend: Mend) =>
    faults.add(course.file, course.at(path), problem, mend);

  const activityOf = (id: string, kind: Activity['kind'], path: Path): Activity | null => {
    const found = activities.find((activity) => activity.id === id);
    if (!found) {
      const ids = activities.filter((each) => each.kind === kind).map((each) => each.id);
      tell(path, ['noActivity', { id }], suggest(id, ids));
      return null;
    }
    if (found.kind !== kind) {
      const mend: Mend = found.kind === 'lesson' ? ['useViewed'] : ['useSubmitted'];
      tell(path, ['isOtherActivity', { id, kind: found.kind }], mend);
      return null;
    }
    return found;
  };

  const resolve = (rule: RuleSource, path: Path): CompletionRule => {
    if ('all' in rule) {
      return { kind: 'all', of: rule.all.map((each, i) => resolve(each, [...path, 'all', i])) };
    }
    if ('any' in rule) {
      if (rule.any > rule.of.length) {
        tell(
          [...path, 'any'],
          ['anyOutOfReach', { count: rule.any, of: rule.of.length }],
          ['orLess', { limit: rule.of.length }],
        );
      }
      const of = rule.of.map((each, i) => resolve(each, [...path, 'of', i]));
      return { kind: 'any', count: rule.any, of };
    }
    if ('module' in rule) {
      const module = modules.find(({ id }) => id === rule.module);
      if (!module) {
        const ids = modules.map(({ id }) => id);
        tell([...path, 'module'], ['noModule', { id: rule.module }], suggest(rule.module, ids));
      }
      return all(module?.activities ?? []);
    }
    if ('viewed' in rule) {
      activityOf(rule.viewed, 'lesson', [...path, 'viewed']);
      return { kind: 'viewed', activityId: rule.viewed };
    }
    if ('submitted' in rule) {
      activityOf(rule.submitted, 'quiz', [...path, 'submitted']);
      return { kind: 'submitted', activityId: rule.submitted };
    }
    const quiz = activityOf(rule.passed, 'quiz', [...path, 'passed']);
    const own = quiz?.kind === 'quiz' ? quiz.quiz.passMark : 100;
    return { kind: 'passed', activityId: rule.passed, mark: rule.mark ?? own };
  };

  return resolve(completion, ['completion']);
}
