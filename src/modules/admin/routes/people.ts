import { ROLES } from '../../../platform/authz';
import { NotFound } from '../../../platform/errors';
import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import { grantRole, mergesInto, revokeRole, searchPeople, WHOLE_SITE } from '../../accounts';
import { findOrganisations, membershipsOf, nameIn, organisationsWithin } from '../../organisations';
import { administrator, isOfWholeSite } from '../policy';
import { PeopleQuery, RoleForm, UserParams } from '../schemas';
import {
  accountInReach,
  checkGrant,
  organisationsInReach,
  peopleInReach,
  reachOf,
} from '../service/reach';
import { toPersonPage, toPersonRow } from '../view-models/people';
import { frame } from './frame';

type OfUser = Exchange<typeof administrator, { userId: string }>;

const CHOICES = 200;

async function organisationChoices({ actor, visitor, t }: OfUser) {
  const scope = reachOf(actor);
  const organisations = await organisationsWithin(scope, { skip: 0, limit: CHOICES });
  return [
    ...(isOfWholeSite(actor) ? [{ value: WHOLE_SITE, text: t('admin.wholeSite') }] : []),
    ...organisations.map((each) => ({
      value: each.id,
      text: `${'  '.repeat(each.path.length - 1)}${nameIn(each, visitor.preferences.language)}`,
    })),
  ];
}

async function showPerson(exchange: OfUser, form: FormState): Promise<void> {
  const { actor, params, visitor, t } = exchange;
  const account = await accountInReach(actor, params.userId);
  const scope = reachOf(actor);
  const memberships = (await membershipsOf(account.id)).filter(
    ({ organisationPath }) =>
      scope.kind === 'all' || organisationPath.some((id) => scope.organisationIds.includes(id)),
  );
  const grantPlaces = account.grants.map(({ organisationId }) => organisationId);
  const merges = await mergesInto(account.id);
  const reached = await organisationsInReach(scope, grantPlaces);
  const organisations = await findOrganisations([
    ...new Set([...grantPlaces, ...memberships.map((each) => each.organisationId)]),
  ]);
  exchange.page(
    'admin/person',
    {
      ...toPersonPage(account, memberships, organisations, {
        t,
        format: visitor.format,
        language: visitor.preferences.language,
        reached,
        merges,
      }),
      mergeHref: `/admin/users/${account.id}/merge`,
      joining: merges.some(({ finished }) => !finished),
      wholeSite: isOfWholeSite(actor),
      canActAs:
        isOfWholeSite(actor) && account.grants.every(({ role }) => role !== 'administrator'),
      form: formView(form, t),
      roles: ROLES.map((role) => ({ value: role, text: t(`admin.role.${role}`) })),
      organisations: await organisationChoices(exchange),
    },
    frame(exchange, account.name, {
      above: [{ text: t('admin.users.title'), href: '/admin/users' }],
      form,
    }),
  );
}

/** People, and which roles they hold where. */
export const peopleRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/admin/users',
    access: administrator,
    schemas: { query: PeopleQuery },
    handler: async (exchange) => {
      const { actor, query, t, visitor } = exchange;
      const scope = reachOf(actor);
      // Whoever administers a part asks for a person; a list of the site is not theirs.
      const asks = scope.kind === 'all' || query.q !== '';
      const found = asks
        ? await searchPeople({
            typed: query.q,
            page: query.page,
            ...(scope.kind === 'all' ? {} : { among: (people) => peopleInReach(scope, people) }),
          })
        : null;
      exchange.page(
        'admin/people',
        {
          q: query.q,
          found: found && {
            ...found,
            rows: found.people.map((each) => toPersonRow(each, visitor.format, t)),
          },
        },
        frame(exchange, t('admin.users.title')),
      );
    },
  }),
  route({
    method: 'get',
    path: '/admin/users/:userId',
    access: administrator,
    schemas: { params: UserParams },
    handler: (exchange) => showPerson(exchange, emptyForm()),
  }),
  route({
    method: 'post',
    path: '/admin/users/:userId/roles',
    access: administrator,
    schemas: { params: UserParams, body: RoleForm },
    handler: async ({ actor, body, params, redirect }) => {
      await accountInReach(actor, params.userId);
      await checkGrant(actor, body);
      await grantRole(params.userId, body);
      redirect(`/admin/users/${params.userId}`, { kind: 'success', key: 'admin.roles.given' });
    },
    invalid: showPerson,
  }),
  route({
    method: 'post',
    path: '/admin/users/:userId/roles/take',
    access: administrator,
    schemas: { params: UserParams, body: RoleForm },
    handler: async ({ actor, body, params, redirect }) => {
      const { grants } = await accountInReach(actor, params.userId);
      if (!grants.some((each) => each.organisationId === body.organisationId)) throw new NotFound();
      const reached = await organisationsInReach(reachOf(actor), [body.organisationId]);
      if (reached.size === 0) throw new NotFound();
      await revokeRole(params.userId, body);
      redirect(`/admin/users/${params.userId}`, { kind: 'success', key: 'admin.roles.taken' });
    },
    invalid: showPerson,
  }),
];
