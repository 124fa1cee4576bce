import { Conflict } from '../../../platform/errors';
import { type Exchange, ownPath, type Route, route } from '../../../platform/http';
import { resultsOf } from '../../assessment';
import { cardsAfter } from '../../catalogue';
import { type Place, placeOf } from '../place';
import { canWithdraw } from '../policy';
import { coursesTaken } from '../queries';
import { EnrolmentParams, LanguageForm } from '../schemas';
import { chooseLanguage, noteFinishSeen } from '../service/position';
import { withdraw } from '../service/withdraw';
import type { CertificatesOf } from '../view-models/certificate';
import { toCoursePage } from '../view-models/course';
import { readerOf } from './home';

const crumbs = ({ t }: Pick<Exchange, 't'>, place: Place, page?: string) => [
  { text: t('learning.home.title'), href: '/learn' },
  page
    ? { text: place.text(place.version.title), href: place.href }
    : { text: place.text(place.version.title) },
  ...(page ? [{ text: page }] : []),
];

export const courseRoutes = (certificatesOf: CertificatesOf): Route[] => {
  const certificateOf = async ({ row }: Place) => {
    const id = row._id.toHexString();
    const certificate = (await certificatesOf([id])).get(id);
    return certificate?.ready
      ? { href: `/certificates/${certificate.id}`, pdfHref: `/certificates/${certificate.id}/pdf` }
      : null;
  };

  return [
    route({
      method: 'get',
      path: '/learn/:enrolmentId',
      access: 'signedIn',
      schemas: { params: EnrolmentParams },
      handler: async (exchange) => {
        const place = await placeOf(exchange, exchange.params.enrolmentId);
        const results = await resultsOf(exchange.params.enrolmentId);
        exchange.page('learning/course', toCoursePage(place, results, readerOf(exchange)), {
          title: place.text(place.version.title),
          active: 'learn',
          breadcrumbs: crumbs(exchange, place),
        });
      },
    }),
    route({
      method: 'post',
      path: '/learn/:enrolmentId/language',
      access: 'signedIn',
      schemas: { params: EnrolmentParams, body: LanguageForm },
      handler: async (exchange) => {
        const { body } = exchange;
        const place = await placeOf(exchange, exchange.params.enrolmentId);
        const spoken = place.version.modules.flatMap(({ activities }) =>
          activities.flatMap(({ title }) => Object.keys(title)),
        );
        if ([...place.version.languages, ...spoken].includes(body.language)) {
          await chooseLanguage(place.row, body.language);
        }
        exchange.redirect(ownPath(body.returnTo, place.href));
      },
    }),
    route({
      method: 'get',
      path: '/learn/:enrolmentId/withdraw',
      access: 'signedIn',
      schemas: { params: EnrolmentParams },
      handler: async (exchange) => {
        const { t } = exchange;
        const place = await placeOf(exchange, exchange.params.enrolmentId);
        if (!canWithdraw(place.row)) {
          exchange.redirect(place.href);
          return;
        }
        const course = place.text(place.version.title);
        exchange.page(
          'learning/withdraw',
          { course, action: `${place.href}/withdraw`, cancelHref: place.href },
          {
            title: t('learning.withdraw.title', { course }),
            active: 'learn',
            breadcrumbs: crumbs(exchange, place, t('learning.withdraw.crumb')),
          },
        );
      },
    }),
    route({
      method: 'post',
      path: '/learn/:enrolmentId/withdraw',
      access: 'signedIn',
      schemas: { params: EnrolmentParams },
      handler: async (exchange) => {
        const { actor, params } = exchange;
        await withdraw({ enrolmentId: params.enrolmentId, userId: actor.id });
        exchange.redirect('/learn', { kind: 'success', key: 'learning.withdraw.done' });
      },
    }),
    route({
      method: 'get',
      path: '/learn/:enrolmentId/finished',
      access: 'signedIn',
      schemas: { params: EnrolmentParams },
      handler: async (exchange) => {
        const { t, visitor } = exchange;
        const place = await placeOf(exchange, exchange.params.enrolmentId);
        const { row, version, href } = place;
        if (row.status !== 'completed' || row.completedAt === null) {
          exchange.redirect(href);
          return;
        }
        const certificate = await certificateOf(place);
        await noteFinishSeen(row);
        const taken = await coursesTaken(row.userId);
        exchange.page(
          'learning/finished',
          {
            course: place.text(version.title),
            completedOn: visitor.format.date(row.completedAt),
            outcomes: version.outcomes.map((outcome) => ({
              text: place.text(outcome),
              lang: place.langOf(outcome),
            })),
            next: await cardsAfter(version, taken, readerOf(exchange)),
            certificate,
            pollUrl: `${href}/finished/certificate`,
            retryHref: `${href}/finished`,
            courseHref: href,
          },
          {
            title: t('learning.finished.title'),
            active: 'learn',
            breadcrumbs: crumbs(exchange, place, t('learning.finished.crumb')),
            ...(certificate ? {} : { refreshSeconds: 15 }),
          },
        );
      },
    }),
    route({
      method: 'get',
      path: '/learn/:enrolmentId/finished/certificate',
      access: 'signedIn',
      schemas: { params: EnrolmentParams },
      handler: async (exchange) => {
        const place = await placeOf(exchange, exchange.params.enrolmentId);
        if (place.row.status !== 'completed') {
          throw new Conflict('not-completed', 'learning.error.notCompleted');
        }
        const certificate = await certificateOf(place);
        if (!certificate) {
          exchange.res.status(204).set('Cache-Control', 'no-store').end();
          return;
        }
        exchange.res.set('X-Poll', 'done');
        exchange.fragment('learning/certificate', { certificate });
      },
    }),
  ];
};
