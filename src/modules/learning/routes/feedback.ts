import { NotFound } from '../../../platform/errors';
import { type Exchange, type FormState, formView, type Route, route } from '../../../platform/http';
import { ownFeedback } from '../feedback';
import { placeOf } from '../place';
import { canLearn } from '../policy';
import { FeedbackForm, FeedbackParams } from '../schemas';
import { giveFeedback } from '../service/give-feedback';

async function show(
  exchange: Exchange<'signedIn'>,
  params: { enrolmentId: string; moduleId: string },
  form?: FormState,
): Promise<void> {
  const { t } = exchange;
  const place = await placeOf(exchange, params.enrolmentId);
  const module = place.version.modules.find(({ id }) => id === params.moduleId);
  if (!module || !canLearn(place.row)) throw new NotFound();
  const given = await ownFeedback(params.enrolmentId, module.id);
  const values = { text: given?.text ?? '', sign: given?.signedBy ? 'yes' : '' };
  const course = { text: place.text(place.version.title), href: place.href };
  exchange.page(
    'learning/feedback',
    {
      module: place.text(module.title),
      lang: place.langOf(module.title),
      action: `${place.href}/feedback/${module.id}`,
      backHref: place.href,
      given: given !== null,
      form: formView(form ?? { values, faults: [] }, t),
    },
    {
      title: t('learning.feedback.title', { module: place.text(module.title) }),
      active: 'learn',
      breadcrumbs: [course, { text: t('learning.feedback.crumb') }],
      ...(form ? { status: 422 } : {}),
    },
  );
}

export const feedbackRoutes = (): Route[] => [
  route({
    method: 'get',
    path: '/learn/:enrolmentId/feedback/:moduleId',
    access: 'signedIn',
    schemas: { params: FeedbackParams },
    handler: (exchange) => show(exchange, exchange.params),
  }),
  route({
    method: 'post',
    path: '/learn/:enrolmentId/feedback/:moduleId',
    access: 'signedIn',
    schemas: { params: FeedbackParams, body: FeedbackForm },
    handler: async (exchange) => {
      const { body, params } = exchange;
      const place = await placeOf(exchange, params.enrolmentId);
      const { text } = body;
      await giveFeedback(place.row, {
        moduleId: params.moduleId,
        text,
        signed: body.sign === 'yes',
      });
      exchange.redirect(place.href, {
        kind: 'success',
        key: text === '' ? 'learning.feedback.takenBack' : 'learning.feedback.thanks',
      });
    },
    invalid: (exchange, form) => show(exchange, exchange.params, form),
  }),
];
