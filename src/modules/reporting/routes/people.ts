import { NotFound } from '../../../platform/errors';
import { type Route, route } from '../../../platform/http';
import { now } from '../../../shared/clock';
import { certificatesOf } from '../../certificates';
import { currentMembershipsOf, dayIn, findOrganisations } from '../../organisations';
import { EVERYWHERE } from '../counts';
import { partsOf, placeWithPeople, seesReports } from '../policy';
import { listPeople } from '../queries/pages';
import { rowsOfPerson } from '../queries/people';
import { PeoplePageQuery, PersonParams } from '../schemas';
import { daysIn } from '../service/days-in';
import { queryOf, toPeoplePage } from '../view-models/people';
import { toPersonPage } from '../view-models/person';
import { address, readerOf } from '../view-models/reader';
import { crumbsOf } from './overview';

const PAGE_SIZE = 25;

export const peopleRoutes = (timeZone: string): readonly Route[] => [
  route({
    method: 'get',
    path: '/staff/people',
    access: seesReports,
    schemas: { query: PeoplePageQuery },
    handler: async ({ actor, page, query, redirect, t, visitor }) => {
      const reader = readerOf(visitor);
      const place = await placeWithPeople(actor, query.node);
      const frame = { active: 'staff', noindex: true, title: t('reporting.people.title') };
      if (!place) {
        page('reporting/nothing', {}, frame);
        return;
      }
      const today = dayIn(timeZone, now());
      const list = await listPeople({ ...query, node: place.node }, today, {
        number: query.page,
        size: PAGE_SIZE,
        after: query.after,
        before: query.before,
      });
      if (query.page !== list.page) {
        redirect(address('/staff/people', { ...queryOf(query), page: list.page }));
        return;
      }
      const rows = await daysIn(list.rows, { reader: visitor.timeZone, site: timeZone });
      page('reporting/people', await toPeoplePage(place, query, { ...list, rows }, reader, today), {
        ...frame,
        breadcrumbs: crumbsOf(place, reader, true),
      });
    },
  }),
  route({
    method: 'get',
    path: '/staff/people/:userId',
    access: seesReports,
    schemas: { params: PersonParams },
    handler: async ({ actor, page, params, t, visitor }) => {
      const reader = readerOf(visitor);
      const parts = (await partsOf(actor)).filter(({ people }) => people);
      const nodes = parts.map(({ node }) => node);
      const found = await rowsOfPerson(params.userId, nodes);
      if (found.length === 0) throw new NotFound();
      const rows = await daysIn(found, { reader: visitor.timeZone, site: timeZone });
      const all = (await currentMembershipsOf([params.userId])).get(params.userId) ?? [];
      const memberships = all.filter(
        ({ organisationPath }) =>
          nodes.includes(EVERYWHERE) || organisationPath.some((id) => nodes.includes(id)),
      );
      const view = await toPersonPage(
        rows,
        {
          memberships,
          organisations: await findOrganisations(
            memberships.map(({ organisationId }) => organisationId),
          ),
          certificates: await certificatesOf(rows.map(({ enrolmentId }) => enrolmentId)),
        },
        reader,
        dayIn(timeZone, now()),
      );
      page('reporting/person', view, {
        title: view.name,
        active: 'staff',
        noindex: true,
        breadcrumbs: [
          { text: t('reporting.title'), href: '/staff' },
          { text: t('reporting.people.title'), href: '/staff/people' },
        ],
      });
    },
  }),
];
