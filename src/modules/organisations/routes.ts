import { type Route, route } from '../../platform/http';
import { findOrganisations, membershipsOf } from './queries';
import { toMembershipsPage } from './view-models';

export const organisationRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/me/memberships',
    access: 'signedIn',
    handler: async ({ actor, visitor, t, page }) => {
      const memberships = await membershipsOf(actor.id);
      const ids = new Set(memberships.flatMap(({ organisationPath }) => organisationPath));
      const organisations = await findOrganisations([...ids]);
      page(
        'organisations/memberships',
        toMembershipsPage(memberships, organisations, {
          language: visitor.preferences.language,
          format: visitor.format,
        }),
        {
          title: t('organisations.memberships.title'),
          active: 'me',
          noindex: true,
          breadcrumbs: [{ text: t('common.nav.me'), href: '/me' }],
        },
      );
    },
  }),
];
