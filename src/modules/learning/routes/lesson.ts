import { NotFound } from '../../../platform/errors';
import { type Route, route } from '../../../platform/http';
import { startPage } from '../../assessment';
import { onwardFrom, placeFor, placeOf, spotOf } from '../place';
import { canLearn } from '../policy';
import { findOwn } from '../queries';
import { quizPlaceOf } from '../quiz-place';
import { ActivityParams } from '../schemas';
import { notePosition } from '../service/position';
import { recordViewed } from '../service/record-facts';
import { toLessonPage } from '../view-models/lesson';
import { readerOf } from './home';
import { quizPageOptions, submitWhenOverdue } from './quiz';

export const lessonRoutes = (): Route[] => [
  route({
    method: 'get',
    path: '/learn/:enrolmentId/:activityId',
    access: 'signedIn',
    schemas: { params: ActivityParams },
    handler: async (exchange) => {
      const place = await placeOf(exchange, exchange.params.enrolmentId);
      const spot = spotOf(place.version, exchange.params.activityId);
      if (!canLearn(place.row)) {
        exchange.redirect(place.href);
        return;
      }
      await notePosition(place.row, spot.activity.id);
      const { activity } = spot;
      if (activity.kind === 'quiz') {
        const quiz = quizPlaceOf(place, activity.id, exchange.t);
        const review = await submitWhenOverdue(quiz);
        if (review) exchange.redirect(review, { kind: 'info', key: 'learning.quiz.overTime' });
        else exchange.page('assessment/start', await startPage(quiz), quizPageOptions(place, spot));
        return;
      }
      const view = toLessonPage(place, { ...spot, activity }, readerOf(exchange));
      exchange.page('learning/lesson', view, {
        title: view.title,
        active: 'learn',
        layout: 'focus',
        breadcrumbs: [{ text: place.text(place.version.title), href: place.href }],
      });
    },
  }),
  route({
    method: 'post',
    path: '/learn/:enrolmentId/:activityId/viewed',
    access: 'signedIn',
    schemas: { params: ActivityParams },
    handler: async (exchange) => {
      const { actor, params, visitor } = exchange;
      const row = await findOwn(actor.id, params.enrolmentId);
      if (!row) throw new NotFound();
      if (!canLearn(row)) {
        exchange.redirect(`/learn/${params.enrolmentId}`);
        return;
      }
      const { progress, completedNow } = await recordViewed(row, params.activityId);
      if (exchange.wantsJson) {
        exchange.json({ percent: progress.percent, completed: progress.met });
        return;
      }
      const after = completedNow ? { ...row, status: 'completed' as const } : row;
      const place = await placeFor(after, visitor.preferences.language);
      exchange.redirect(onwardFrom({ ...place, progress }, params.activityId).href);
    },
  }),
];
