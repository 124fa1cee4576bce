import { type Route, route } from '../../../platform/http';
import { now } from '../../../shared/clock';
import { dayIn } from '../../organisations';
import { type Place, placeFor, seesReports } from '../policy';
import { OverviewQuery } from '../schemas';
import { toOverviewPage } from '../view-models/overview';
import { address, placeName, type Reader, readerOf } from '../view-models/reader';

/** From the top of what one may see down to the place above this one. */
export const crumbsOf = (place: Place, reader: Reader, whole = false) => [
  ...(place.part.organisation === null && (whole || place.trail.length > 0)
    ? [{ text: placeName(null, reader), href: '/staff' }]
    : []),
  ...(whole ? place.trail : place.trail.slice(0, -1)).map((organisation) => ({
    text: placeName(organisation, reader),
    href: address('/staff', { node: organisation.id }),
  })),
];

export const overviewRoutes = (timeZone: string): readonly Route[] => [
  route({
    method: 'get',
    path: '/staff',
    access: seesReports,
    schemas: { query: OverviewQuery },
    handler: async ({ actor, page, query, t, visitor }) => {
      const reader = readerOf(visitor);
      const place = await placeFor(actor, query.node);
      const frame = { active: 'staff', noindex: true };
      if (!place) {
        page('reporting/nothing', {}, { ...frame, title: t('reporting.title') });
        return;
      }
      const view = await toOverviewPage(place, query, reader, dayIn(timeZone, now()));
      page('reporting/overview', view, {
        ...frame,
        title: view.title,
        breadcrumbs: crumbsOf(place, reader),
      });
    },
  }),
];
