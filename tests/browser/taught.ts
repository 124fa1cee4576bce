import { type PublishedVersion, syncCourse } from '../../src/modules/catalogue';
import { enrol } from '../../src/modules/learning';
import { countResults, countStops } from '../../src/modules/teaching';
import type { TestApp } from '../support/app';
import { makePerson, type TestPerson } from '../support/factories/accounts';
import { plainCourse, publishPlainCourse, withCourse } from '../support/factories/catalogue';

/** A trainer with courses in every state, and the pages that they see. */
export async function furnishTeaching(
  app: TestApp,
  { organisationId, version }: { organisationId: string; version: PublishedVersion },
): Promise<{ trainer: TestPerson; taught: readonly string[] }> {
  const trainer = await makePerson({
    name: 'Lim Mei Hua',
    grants: [{ role: 'trainer', organisationId }],
  });
  const first = await publishPlainCourse(app, 'changing-course');
  await enrol({ userId: trainer.userId, courseSlug: 'changing-course' });
  const lesson = '---\ntitle: A lesson\nminutes: 9\n---\n\nSome quite other words.\n';
  const second = await publishPlainCourse(app, 'changing-course', {
    'modules/01-only/01-lesson.md': lesson,
    'modules/01-only/01-lesson.zh.md': lesson.replace('Some quite other words.', '几句话。'),
  });
  const files = plainCourse('changing-course');
  await withCourse('changing-course', files, (dir) => syncCourse(dir, app.platform.storage));
  await countResults();
  await countStops();
  const course = '/teach/courses/changing-course';
  const preview = `/teach/preview/ai-at-work/${version.id}/zh`;
  const activities = version.modules[0]?.activities ?? [];
  return {
    trainer,
    taught: [
      '/teach',
      '/teach/upload',
      '/teach?q=there-is-no-such-thing',
      course,
      `${course}/changes/${first.id}/${second.id}`,
      `${course}/publish`,
      `${course}/retire`,
      `${course}/people`,
      `${course}/people?q=there-is-no-such-name`,
      `${course}/questions`,
      `${course}/stops`,
      `${course}/feedback`,
      '/teach/courses/small-course/feedback',
      '/teach/courses/ai-at-work/questions',
      '/teach/courses/ai-at-work/stops',
      `${course}/move?from=${first.id}`,
      `/teach/courses/ai-at-work/preview/${version.id}?width=desktop`,
      preview,
      ...[activities[0], activities.at(-1)].map((activity) => `${preview}/${activity?.id}`),
    ],
  };
}
