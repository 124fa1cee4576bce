import { NotFound } from '../../../platform/errors';
import {
  type Exchange,
  type FormState,
  type PageOptions,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import {
  answerTrial,
  startTrial,
  submitTrial,
  type Trial,
  trialCheckPage,
  trialQuestionPage,
  trialReviewPage,
  trialStartPage,
} from '../../assessment';
import { findVersionInFull } from '../../catalogue';
import { previewOf } from '../../learning';
import { courseOf, TRAINER } from '../policy';
import {
  PreviewActivityParams,
  PreviewLanguageForm,
  PreviewParams,
  PreviewQuestionParams,
  PreviewReviewParams,
} from '../schemas';
import { type TrialKey, trialsIn } from '../trials';
import { readerOf } from '../view-models/reader';
import { mayBeFramed } from './framing';

type Trainer = Exchange<typeof TRAINER>;
type Params = { slug: string; versionId: string; language: string };

async function seen(exchange: Trainer, params: Params) {
  await courseOf(exchange.actor, params.slug);
  const version = await findVersionInFull(params.slug, params.versionId);
  if (!version) throw new NotFound();
  const href = `/teach/preview/${params.slug}/${params.versionId}/${params.language}`;
  return { version, href, preview: previewOf(version, params.language, href) };
}

/** Like the page of a learner, with a bar that says that it is not one. */
const frameOf = (exchange: Trainer, title: string, href: string): PageOptions => ({
  title,
  layout: 'focus',
  breadcrumbs: [{ text: exchange.t('teaching.preview.bar'), href }],
  noindex: true,
});

async function quizAt(exchange: Trainer, params: Params & { activityId: string }) {
  const { version, href, preview } = await seen(exchange, params);
  const { activity } = preview.spot(params.activityId);
  if (activity.kind !== 'quiz') throw new NotFound();
  const place = preview.quiz(activity.id, exchange.t);
  const key: TrialKey = { ...params, userId: exchange.actor.id };
  const frame = frameOf(exchange, preview.text(activity.title), href);
  const options = { ...frame, scripts: ['quiz.js'] };
  return { at: { place, version, activity }, key, options };
}

export function previewRoutes(platform: Platform): Route[] {
  const trials = trialsIn(platform);
  const base = '/teach/preview/:slug/:versionId/:language';

  /** A page of a quiz that is being tried; without a trial, back to its beginning. */
  async function showTrial(
    exchange: Trainer,
    params: Params & { activityId: string },
    page: string,
    view: (at: Awaited<ReturnType<typeof quizAt>>['at'], trial: Trial) => object | null,
    status = 200,
  ): Promise<void> {
    const { at, key, options } = await quizAt(exchange, params);
    const trial = await trials.get(key);
    const model = trial && view(at, trial);
    if (!model) return exchange.redirect(at.place.base);
    mayBeFramed(exchange.res);
    exchange.page(page, model, { ...options, status });
  }

  return [
    route({
      method: 'get',
      path: base,
      access: TRAINER,
      schemas: { params: PreviewParams },
      handler: async (exchange) => {
        const { version, href, preview } = await seen(exchange, exchange.params);
        mayBeFramed(exchange.res);
        const title = preview.text(version.title);
        exchange.page(
          'learning/course',
          preview.course(readerOf(exchange)),
          frameOf(exchange, title, href),
        );
      },
    }),
    route({
      method: 'post',
      path: `${base}/language`,
      access: TRAINER,
      schemas: { params: PreviewParams, body: PreviewLanguageForm },
      handler: async (exchange) => {
        const { params, body } = exchange;
        const { href } = await seen(exchange, params);
        const other = `/teach/preview/${params.slug}/${params.versionId}/${body.language || params.language}`;
        const below = body.returnTo.startsWith(href) ? body.returnTo.slice(href.length) : '';
        exchange.redirect(`${other}${below}`);
      },
    }),
    route({
      method: 'get',
      path: `${base}/:activityId`,
      access: TRAINER,
      schemas: { params: PreviewActivityParams },
      handler: async (exchange) => {
        const { params } = exchange;
        const { href, preview } = await seen(exchange, params);
        const spot = preview.spot(params.activityId);
        const { activity } = spot;
        mayBeFramed(exchange.res);
        if (activity.kind === 'quiz') {
          const { at, key, options } = await quizAt(exchange, params);
          exchange.page('assessment/start', trialStartPage(at, await trials.get(key)), options);
          return;
        }
        exchange.page(
          'learning/lesson',
          preview.lesson({ ...spot, activity }, readerOf(exchange)),
          frameOf(exchange, preview.text(activity.title), href),
        );
      },
    }),
    route({
      method: 'post',
      path: `${base}/:activityId/viewed`,
      access: TRAINER,
      schemas: { params: PreviewActivityParams },
      handler: async (exchange) => {
        const { preview } = await seen(exchange, exchange.params);
        const next = preview.onward(preview.spot(exchange.params.activityId).activity.id);
        // The script of a lesson asks at its end whether it counts: here nothing does.
        if (exchange.wantsJson) exchange.json({ percent: 0, completed: false });
        else exchange.redirect(next);
      },
    }),
    route({
      method: 'post',
      path: `${base}/:activityId/start`,
      access: TRAINER,
      schemas: { params: PreviewActivityParams },
      handler: async (exchange) => {
        const { at, key } = await quizAt(exchange, exchange.params);
        const trial = await trials.get(key);
        if (trial?.submittedAt !== null) await trials.put(key, startTrial());
        exchange.redirect(`${at.place.base}/question/1`);
      },
    }),
    route({
      method: 'get',
      path: `${base}/:activityId/question/:number`,
      access: TRAINER,
      schemas: { params: PreviewQuestionParams },
      handler: (exchange) =>
        showTrial(exchange, exchange.params, 'assessment/question', (at, trial) =>
          trial.submittedAt === null ? trialQuestionPage(at, trial, exchange.params.number) : null,
        ),
    }),
    route({
      method: 'post',
      path: `${base}/:activityId/answer`,
      access: TRAINER,
      schemas: { params: PreviewActivityParams },
      handler: async (exchange) => {
        const { at, key } = await quizAt(exchange, exchange.params);
        const before = await trials.get(key);
        if (!before) return exchange.redirect(at.place.base);
        const { trial, next } = answerTrial(at, before, exchange.req.body);
        await trials.put(key, trial);
        if (exchange.wantsJson) exchange.json({ answerId: trial.id, repeated: false, next });
        else exchange.redirect(`${at.place.base}/${next}`);
      },
      invalid: (exchange, form: FormState) => {
        const number = Number(form.values['number']);
        return showTrial(
          exchange,
          exchange.params,
          'assessment/question',
          (at, trial) => trialQuestionPage(at, trial, Number.isInteger(number) ? number : 1, form),
          422,
        );
      },
    }),
    route({
      method: 'get',
      path: `${base}/:activityId/check`,
      access: TRAINER,
      schemas: { params: PreviewActivityParams },
      handler: (exchange) =>
        showTrial(exchange, exchange.params, 'assessment/check', (at, trial) =>
          trial.submittedAt === null ? trialCheckPage(at, trial) : null,
        ),
    }),
    route({
      method: 'post',
      path: `${base}/:activityId/submit`,
      access: TRAINER,
      schemas: { params: PreviewActivityParams },
      handler: async (exchange) => {
        const { at, key } = await quizAt(exchange, exchange.params);
        const trial = await trials.get(key);
        if (!trial) return exchange.redirect(at.place.base);
        await trials.put(key, submitTrial(trial));
        exchange.redirect(`${at.place.base}/review/${trial.id}`);
      },
    }),
    route({
      method: 'get',
      path: `${base}/:activityId/review/:attemptId`,
      access: TRAINER,
      schemas: { params: PreviewReviewParams },
      handler: (exchange) =>
        showTrial(exchange, exchange.params, 'assessment/review', (at, trial) =>
          trial.id === exchange.params.attemptId && trial.submittedAt !== null
            ? trialReviewPage(at, trial)
            : null,
        ),
    }),
  ];
}
