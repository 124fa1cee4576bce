import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import { type AccountRecord, searchPeople } from '../../accounts';
import { findPublishedVersion, textIn } from '../../catalogue';
import { countCertificates } from '../../certificates';
import { enrolmentIdsOf, planMerge } from '../../learning';
import { findOrganisations, membershipsOf } from '../../organisations';
import { administrator } from '../policy';
import { MergeForm, MergeQuery, UserParams } from '../schemas';
import { mergeByAdministrator, reasonAgainst } from '../service/merge';
import { accountInReach, peopleInReach, reachOf } from '../service/reach';
import { outlookOf, type Side, sideBySide } from '../view-models/merge';
import { toPersonRow } from '../view-models/people';
import { besideField } from './beside-field';
import { frame } from './frame';

type OfUser = Exchange<typeof administrator, { userId: string }>;

const hrefOf = (userId: string): string => `/admin/users/${userId}/merge`;

const frameOf = (exchange: OfUser, stays: AccountRecord, form: FormState) =>
  frame(exchange, exchange.t('admin.merge.title', { name: stays.name }), {
    above: [
      { text: exchange.t('admin.users.title'), href: '/admin/users' },
      { text: stays.name, href: `/admin/users/${stays.id}` },
    ],
    form,
  });

/** Whom to join with: those of the same name, until someone else is searched for. */
async function showPeople(
  exchange: OfUser,
  stays: AccountRecord,
  search: { q: string; page: number },
  form: FormState,
): Promise<void> {
  const { actor, t, visitor } = exchange;
  const scope = reachOf(actor);
  const found = await searchPeople({
    typed: search.q === '' ? stays.name : search.q,
    page: search.page,
    among: async (people) =>
      peopleInReach(
        scope,
        people.filter(({ id }) => id !== stays.id),
      ),
  });
  exchange.page(
    'admin/merge-whom',
    {
      name: stays.name,
      email: stays.email,
      href: hrefOf(stays.id),
      q: search.q,
      errors: formView(form, t).errors,
      rows: found.people.map((each) => {
        const { name, email, since } = toPersonRow(each, visitor.format, t);
        return {
          href: `${hrefOf(stays.id)}?with=${each.id}`,
          text: name,
          value: `${email} · ${t('admin.merge.since', { date: since })}`,
        };
      }),
      page: found.page,
      pages: found.pages,
    },
    frameOf(exchange, stays, form),
  );
}

async function sideOf({ actor }: OfUser, account: AccountRecord): Promise<Side> {
  const scope = reachOf(actor);
  const memberships = await membershipsOf(account.id);
  return {
    account,
    memberships: memberships.filter(
      ({ organisationPath }) =>
        scope.kind === 'all' || organisationPath.some((id) => scope.organisationIds.includes(id)),
    ),
    courses: (await enrolmentIdsOf([account.id])).length,
    certificates: await countCertificates(account.id),
  };
}

async function titlesOf(slugs: readonly string[], { visitor }: OfUser) {
  const titles = new Map<string, string>();
  for (const slug of slugs) {
    const version = await findPublishedVersion(slug);
    if (version) {
      titles.set(slug, textIn(version.title, visitor.preferences.language, version.language));
    }
  }
  return (slug: string): string => titles.get(slug) ?? slug;
}

async function showBoth(
  exchange: OfUser,
  stays: AccountRecord,
  goes: AccountRecord,
  form: FormState,
): Promise<void> {
  const { actor, t, visitor } = exchange;
  const { language } = visitor.preferences;
  const [one, other] = [await sideOf(exchange, stays), await sideOf(exchange, goes)];
  const organisations = await findOrganisations([
    ...new Set(
      [one, other].flatMap(({ account, memberships }) => [
        ...account.grants.map(({ organisationId }) => organisationId),
        ...memberships.map(({ organisationId }) => organisationId),
      ]),
    ),
  ]);
  const plan = await planMerge(goes.id, stays.id);
  const titleOf = await titlesOf(
    plan.filter(({ both }) => both).map(({ courseSlug }) => courseSlug),
    exchange,
  );
  const reason = await reasonAgainst(actor, goes, stays);
  exchange.page(
    'admin/merge',
    {
      name: stays.name,
      href: hrefOf(stays.id),
      swapHref: `${hrefOf(goes.id)}?with=${stays.id}`,
      goes: goes.id,
      errors: formView(form, t).errors,
      rows: sideBySide(one, other, { t, format: visitor.format, language, organisations }),
      outlook: outlookOf({ stays: one, goes: other, plan }, titleOf, t),
      otherName: stays.name !== goes.name,
      reason: reason === null ? null : t(reason),
    },
    frameOf(exchange, stays, form),
  );
}

async function show(
  exchange: OfUser,
  search: { q: string; page: number; with?: string | undefined },
  form: FormState,
): Promise<void> {
  const stays = await accountInReach(exchange.actor, exchange.params.userId);
  if (search.with === undefined || search.with === stays.id) {
    return showPeople(exchange, stays, search, form);
  }
  const goes = await accountInReach(exchange.actor, search.with);
  return showBoth(exchange, stays, goes, form);
}

/** Two accounts of one person become one: with whom, what follows, and done. */
export const mergeRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/admin/users/:userId/merge',
    access: administrator,
    schemas: { params: UserParams, query: MergeQuery },
    handler: (exchange) => show(exchange, exchange.query, emptyForm()),
  }),
  route({
    method: 'post',
    path: '/admin/users/:userId/merge',
    access: administrator,
    schemas: { params: UserParams, body: MergeForm },
    handler: async ({ actor, body, params, redirect }) => {
      await besideField(
        () => 'with',
        () => mergeByAdministrator(actor, { from: body.with, to: params.userId }),
      );
      redirect(`/admin/users/${params.userId}`, { kind: 'success', key: 'admin.merge.done' });
    },
    invalid: (exchange, form) => show(exchange, MergeQuery.parse(form.values), form),
  }),
];
