import type { Actor } from '../../../platform/authz';
import { NotFound } from '../../../platform/errors';
import { type Route, route } from '../../../platform/http';
import {
  findVersion,
  listVersions,
  type PublishedVersion,
  type QuizActivity,
  type TaughtCourse,
  textIn,
} from '../../catalogue';
import { QuestionStats, type QuestionStatsRow, Stops, type StopsRow } from '../model';
import { courseOf, TRAINER } from '../policy';
import { CourseParams, ResultsQuery } from '../schemas';
import { hrefOf, toHead } from '../view-models/course';
import { toQuestions } from '../view-models/questions';
import { type Reader, readerOf } from '../view-models/reader';
import { toStops } from '../view-models/stops';
import { crumbs } from './crumbs';

/** The newest versions, to choose from. */
const VERSIONS_SHOWN = 8;

interface Chosen {
  course: TaughtCourse;
  version: PublishedVersion | null;
  versions: readonly { text: string; href: string; current: boolean }[];
}

/** The course, and the version that was asked for, or the published one; null: none was published. */
async function chosen(
  actor: Actor,
  slug: string,
  asked: string,
  page: string,
  { t }: Reader,
): Promise<Chosen> {
  const course = await courseOf(actor, slug);
  const all = await listVersions(course.slug);
  const id = all.find((each) => each.id === asked)?.id ?? course.published?.id;
  return {
    course,
    version: id === undefined ? null : await findVersion(id),
    versions: all.slice(0, VERSIONS_SHOWN).map((each) => ({
      text: t('teaching.version.name', { number: each.number ?? 0 }),
      href: `${hrefOf(course)}/${page}?version=${each.id}`,
      current: each.id === id,
    })),
  };
}

const quizzesOf = (version: PublishedVersion): QuizActivity[] =>
  version.modules
    .flatMap(({ activities }) => activities)
    .filter((activity) => activity.kind === 'quiz');

export const resultsRoutes = (): Route[] => [
  route({
    method: 'get',
    path: '/teach/courses/:slug/questions',
    access: TRAINER,
    schemas: { params: CourseParams, query: ResultsQuery },
    handler: async (exchange) => {
      const { actor, params, query, t } = exchange;
      const reader = readerOf(exchange);
      const { course, version, versions } = await chosen(
        actor,
        params.slug,
        query.version,
        'questions',
        reader,
      );
      const quizzes = version ? quizzesOf(version) : [];
      const quiz = quizzes.find(({ id }) => id === query.quiz) ?? quizzes[0];
      if (query.quiz !== '' && quiz?.id !== query.quiz) throw new NotFound();
      const rows =
        version && quiz
          ? await QuestionStats.find({ versionId: version.id, activityId: quiz.id }).lean<
              QuestionStatsRow[]
            >()
          : [];
      const head = toHead(course, 'questions', reader);
      exchange.page(
        'teaching/questions',
        {
          head,
          versions,
          quizzes: quizzes.map(({ id, title }) => ({
            text: textIn(title, reader.language, course.language),
            href: `${hrefOf(course)}/questions?version=${version?.id}&quiz=${id}`,
            current: id === quiz?.id,
          })),
          questions: version && quiz ? toQuestions(version, quiz, rows, reader) : [],
        },
        {
          title: t('teaching.questions.title', { title: head.title }),
          active: 'teach',
          breadcrumbs: crumbs(reader, course, t('teaching.tab.questions')),
        },
      );
    },
  }),
  route({
    method: 'get',
    path: '/teach/courses/:slug/stops',
    access: TRAINER,
    schemas: { params: CourseParams, query: ResultsQuery },
    handler: async (exchange) => {
      const { actor, params, query, t } = exchange;
      const reader = readerOf(exchange);
      const { course, version, versions } = await chosen(
        actor,
        params.slug,
        query.version,
        'stops',
        reader,
      );
      const row = version && (await Stops.findOne({ versionId: version.id }).lean<StopsRow>());
      const head = toHead(course, 'stops', reader);
      exchange.page(
        'teaching/stops',
        {
          head,
          versions,
          view: version && row && row.people > 0 ? toStops(version, row, reader) : null,
        },
        {
          title: t('teaching.stops.title', { title: head.title }),
          active: 'teach',
          breadcrumbs: crumbs(reader, course, t('teaching.tab.stops')),
        },
      );
    },
  }),
];
