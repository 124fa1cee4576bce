import { NotFound } from '../../../platform/errors';
import { type Route, route } from '../../../platform/http';
import { findCourse, languageOf, textIn } from '../../catalogue';
import { findOrganisation, nameIn, noonOf } from '../../organisations';
import { OfferParams } from '../schemas';
import { answerOffer, findOwnOffer } from '../service/answer-offer';

/** What someone sees of a place that is kept for them. */
export const offerRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/offers/:offerId',
    access: 'signedIn',
    schemas: { params: OfferParams },
    handler: async ({ actor, params, page, t, visitor }) => {
      const offer = await findOwnOffer(actor.id, params.offerId);
      const course = offer && (await findCourse(offer.courseSlug));
      const organisation = offer && (await findOrganisation(offer.organisationId));
      if (!offer || !course || !organisation) throw new NotFound();
      const { language } = visitor.preferences;
      page(
        'enrolling/offer',
        {
          state: offer.state,
          href: `/offers/${params.offerId}`,
          course: textIn(course.title, language, course.language),
          courseLang: languageOf(course.title, language, course.language),
          courseHref: `/courses/${offer.courseSlug}`,
          organisation: nameIn(organisation, language),
          dueOn: offer.dueOn === null ? null : visitor.format.day(noonOf(offer.dueOn)),
        },
        { title: t('enrolling.offer.title'), active: 'learn', noindex: true },
      );
    },
  }),
  ...(['accept', 'decline'] as const).map((answer) =>
    route({
      method: 'post',
      path: `/offers/:offerId/${answer}`,
      access: 'signedIn',
      schemas: { params: OfferParams },
      handler: async ({ actor, params, redirect }) => {
        const { offerId } = params;
        const enrolmentId = await answerOffer({ offerId, userId: actor.id, answer });
        if (enrolmentId === null) redirect(`/offers/${offerId}`);
        else redirect(`/learn/${enrolmentId}`, { kind: 'success', key: 'learning.enrol.created' });
      },
    }),
  ),
];
