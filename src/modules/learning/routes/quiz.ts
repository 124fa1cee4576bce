import { AppError, NotFound } from '../../../platform/errors';
import { type Exchange, type PageOptions, type Route, route } from '../../../platform/http';
import {
  checkPage,
  findOpenAttempt,
  type QuizPlace,
  questionPage,
  reviewPage,
  saveAnswerForm,
  startAttempt,
} from '../../assessment';
import { type Place, placeOf, type Spot, spotOf } from '../place';
import { canLearn } from '../policy';
import { quizPlaceOf } from '../quiz-place';
import { ActivityParams, AttemptParams, QuestionParams } from '../schemas';
import { notePosition } from '../service/position';
import { submitQuiz } from '../service/quiz';

export const quizPageOptions = (place: Place, { activity }: Spot): PageOptions => ({
  title: place.text(activity.title),
  active: 'learn',
  layout: 'focus',
  scripts: ['quiz.js'],
  breadcrumbs: [{ text: place.text(place.version.title), href: place.href }],
});

/** Submits the open attempt when its time is over. @returns where its review is */
export async function submitWhenOverdue(quiz: QuizPlace): Promise<string | null> {
  const open = await findOpenAttempt(quiz);
  if (!open?.overdue) return null;
  const { attemptId } = await submitQuiz({ attemptId: open.attemptId, userId: quiz.userId });
  return `${quiz.base}/review/${attemptId}`;
}

interface QuizExchange {
  place: Place;
  spot: Spot;
  quiz: QuizPlace;
}

async function quizOf(
  exchange: Exchange<'signedIn'>,
  params: { enrolmentId: string; activityId: string },
): Promise<QuizExchange> {
  const place = await placeOf(exchange, params.enrolmentId);
  const spot = spotOf(place.version, params.activityId);
  if (spot.activity.kind !== 'quiz') throw new NotFound();
  return { place, spot, quiz: quizPlaceOf(place, params.activityId, exchange.t) };
}

const isOverTime = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'attempt-over-time';

/** A question or the overview of an attempt; leads away when none is open or its time is over. */
async function showAttempt(
  exchange: Exchange<'signedIn'>,
  params: { enrolmentId: string; activityId: string },
  page: string,
  view: (quiz: QuizPlace) => Promise<object | null>,
  status = 200,
): Promise<void> {
  const { place, spot, quiz } = await quizOf(exchange, params);
  if (!canLearn(place.row)) return exchange.redirect(place.href);
  const review = await submitWhenOverdue(quiz);
  if (review) return exchange.redirect(review, { kind: 'info', key: 'learning.quiz.overTime' });
  const viewModel = await view(quiz);
  if (!viewModel) return exchange.redirect(quiz.base);
  await notePosition(place.row, quiz.activityId);
  exchange.page(page, viewModel, { ...quizPageOptions(place, spot), status });
}

export const quizRoutes = (): Route[] => [
  route({
    method: 'post',
    path: '/learn/:enrolmentId/:activityId/start',
    access: 'signedIn',
    schemas: { params: ActivityParams },
    handler: async (exchange) => {
      const { place, quiz } = await quizOf(exchange, exchange.params);
      if (!canLearn(place.row)) return exchange.redirect(place.href);
      const review = await submitWhenOverdue(quiz);
      if (review) return exchange.redirect(review, { kind: 'info', key: 'learning.quiz.overTime' });
      const { nextQuestion } = await startAttempt(quiz);
      exchange.redirect(`${quiz.base}/question/${nextQuestion}`);
    },
  }),
  route({
    method: 'get',
    path: '/learn/:enrolmentId/:activityId/question/:number',
    access: 'signedIn',
    schemas: { params: QuestionParams },
    handler: (exchange) =>
      showAttempt(exchange, exchange.params, 'assessment/question', (quiz) =>
        questionPage(quiz, exchange.params.number),
      ),
  }),
  route({
    method: 'post',
    path: '/learn/:enrolmentId/:activityId/answer',
    access: 'signedIn',
    schemas: { params: ActivityParams },
    handler: async (exchange) => {
      const { actor, params, req } = exchange;
      const { place, quiz } = await quizOf(exchange, params);
      if (!canLearn(place.row)) return exchange.redirect(place.href);
      try {
        const saved = await saveAnswerForm({ ...params, userId: actor.id, body: req.body });
        if (exchange.wantsJson) exchange.json(saved);
        else exchange.redirect(`${quiz.base}/${saved.next}`);
      } catch (error) {
        if (exchange.wantsJson || !isOverTime(error)) throw error;
        const review = await submitWhenOverdue(quiz);
        exchange.redirect(review ?? quiz.base, { kind: 'info', key: 'learning.quiz.overTime' });
      }
    },
    invalid: (exchange, form) => {
      const number = Number(form.values['number']);
      return showAttempt(
        exchange,
        exchange.params,
        'assessment/question',
        (quiz) => questionPage(quiz, Number.isInteger(number) ? number : 1, form),
        422,
      );
    },
  }),
  route({
    method: 'get',
    path: '/learn/:enrolmentId/:activityId/check',
    access: 'signedIn',
    schemas: { params: ActivityParams },
    handler: (exchange) =>
      showAttempt(exchange, exchange.params, 'assessment/check', (quiz) => checkPage(quiz)),
  }),
  route({
    method: 'post',
    path: '/learn/:enrolmentId/:activityId/submit',
    access: 'signedIn',
    schemas: { params: ActivityParams },
    handler: async (exchange) => {
      const { quiz } = await quizOf(exchange, exchange.params);
      const open = await findOpenAttempt(quiz);
      if (!open) return exchange.redirect(quiz.base);
      const { attemptId } = await submitQuiz({ attemptId: open.attemptId, userId: quiz.userId });
      exchange.redirect(`${quiz.base}/review/${attemptId}`);
    },
  }),
  route({
    method: 'get',
    path: '/learn/:enrolmentId/:activityId/review/:attemptId',
    access: 'signedIn',
    schemas: { params: AttemptParams },
    handler: async (exchange) => {
      const { place, spot, quiz } = await quizOf(exchange, exchange.params);
      const view = await reviewPage(quiz, exchange.params.attemptId);
      exchange.page('assessment/review', view, quizPageOptions(place, spot));
    },
  }),
];
