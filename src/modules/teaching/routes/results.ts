import type { z } from 'zod';
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

type Results = { course: TaughtCourse; version: PublishedVersion | null; reader: Reader };

/** A page about one version of a course, with the others to choose from. */
const resultsPage = (
  page: 'questions' | 'stops',
  viewOf: (
    results: Results,
    query: z.infer<typeof ResultsQuery>,
  ) => Promise<Record<string, unknown>>,
): Route =>
  route({
    method: 'get',
    path: `/teach/courses/:slug/${page}`,
    access: TRAINER,
    schemas: { params: CourseParams, query: ResultsQuery },
    handler: async (exchange) => {
      const { actor, params, query, t } = exchange;
      const reader = readerOf(exchange);
      const found = await chosen(actor, params.slug, query.version, page, reader);
      const { course, version, versions } = found;
      const head = toHead(course, page, reader);
      exchange.page(
        `teaching/${page}`,
        { head, versions, ...(await viewOf({ course, version, reader }, query)) },
        {
          title: t(`teaching.${page}.title`, { title: head.title }),
          active: 'teach',
          breadcrumbs: crumbs(reader, course, t(`teaching.tab.${page}`)),
        },
      );
    },
  });

async function questionsView(
  { course, version, reader }: Results,
  query: z.infer<typeof ResultsQuery>,
) {
  const quizzes = version ? quizzesOf(version) : [];
  const quiz = quizzes.find(({ id }) => id === query.quiz) ?? quizzes[0];
  if (query.quiz !== '' && quiz?.id !== query.quiz) throw new NotFound();
  const rows =
    version && quiz
      ? await QuestionStats.find({ versionId: version.id, activityId: quiz.id }).lean<
          QuestionStatsRow[]
        >()
      : [];
  return {
    quizzes: quizzes.map(({ id, title }) => ({
      text: textIn(title, reader.language, course.language),
      href: `${hrefOf(course)}/questions?version=${version?.id}&quiz=${id}`,
      current: id === quiz?.id,
    })),
    questions: version && quiz ? toQuestions(version, quiz, rows, reader) : [],
  };
}

async function stopsView({ version, reader }: Results) {
  const row = version && (await Stops.findOne({ versionId: version.id }).lean<StopsRow>());
  return { view: version && row && row.people > 0 ? toStops(version, row, reader) : null };
}

export const resultsRoutes = (): Route[] => [
  resultsPage('questions', questionsView),
  resultsPage('stops', stopsView),
];
