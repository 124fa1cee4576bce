import { type Exchange, type Route, route } from '../../../platform/http';
import { resultsOf } from '../../assessment';
import { type Place, placeFor } from '../place';
import { type EnrolmentPage, listOwn } from '../queries';
import { HomeQuery } from '../schemas';
import type { CertificatesOf } from '../view-models/certificate';
import { toHomePage } from '../view-models/home';
import type { Reader } from '../view-models/progress';

const LEFT_ON_A_PAGE = 13;
const FINISHED_ON_A_PAGE = 10;

export const readerOf = ({ visitor }: Pick<Exchange, 'visitor'>): Reader => ({
  t: visitor.t,
  format: visitor.format,
  language: visitor.preferences.language,
});

const placesOf = (page: EnrolmentPage, language: string): Promise<Place[]> =>
  Promise.all(page.rows.map((row) => placeFor(row, language)));

export const homeRoutes = (certificatesOf: CertificatesOf): Route[] => [
  route({
    method: 'get',
    path: '/learn',
    access: 'signedIn',
    schemas: { query: HomeQuery },
    handler: async (exchange) => {
      const { actor, query, t } = exchange;
      const reader = readerOf(exchange);
      const [active, completed] = await Promise.all([
        listOwn(actor.id, 'active', query.left, LEFT_ON_A_PAGE),
        listOwn(actor.id, 'completed', query.finished, FINISHED_ON_A_PAGE),
      ]);
      const first = active.rows[0];
      const [activePlaces, completedPlaces, results, certificates] = await Promise.all([
        placesOf(active, reader.language),
        placesOf(completed, reader.language),
        first ? resultsOf(first._id.toHexString()) : [],
        certificatesOf(completed.rows.map((row) => row._id.toHexString())),
      ]);
      exchange.page(
        'learning/home',
        toHomePage(
          {
            active: { page: active, places: activePlaces },
            completed: { page: completed, places: completedPlaces },
            results,
            certificates,
          },
          reader,
        ),
        { title: t('learning.home.title'), active: 'learn' },
      );
    },
  }),
];
