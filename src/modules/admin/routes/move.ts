import { Conflict } from '../../../platform/errors';
import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import {
  findOrganisations,
  mayStandUnder,
  moveOrganisation,
  nameIn,
  type Organisation,
  placesFor,
} from '../../organisations';
import { administrator, isOfWholeSite } from '../policy';
import { MoveForm, MoveQuery, OrganisationParams } from '../schemas';
import { movable, type Onlooker, outlookOf, placeInReach } from '../service/move';
import { reachOf } from '../service/reach';
import { besideField } from './beside-field';
import { frame } from './frame';

type OfOne = Exchange<typeof administrator, { organisationId: string }>;

const PER_PAGE = 25;
const NAMED = 20;
const ROOT = 'root';

const placeOf = (id: string | null): string => id ?? ROOT;

/** The names of those above each of these, from the root down. */
async function trails(organisations: readonly Organisation[], { visitor }: OfOne) {
  const { language } = visitor.preferences;
  const ids = new Set(organisations.flatMap(({ path }) => path.slice(0, -1)));
  const known = await findOrganisations([...ids].slice(0, 1_000));
  return (one: Organisation): string =>
    one.path
      .slice(0, -1)
      .flatMap((id) => known.get(id) ?? [])
      .map((each) => nameIn(each, language))
      .join(' › ');
}

const frameOf = (exchange: OfOne, one: Organisation, form: FormState) => {
  const { t, visitor } = exchange;
  const name = nameIn(one, visitor.preferences.language);
  return frame(exchange, t('admin.move.title', { name }), {
    above: [
      { text: t('admin.organisations.title'), href: '/admin/organisations' },
      { text: name, href: `/admin/organisations/${one.id}` },
    ],
    form,
  });
};

async function showPlaces(
  exchange: OfOne,
  one: Organisation,
  search: { q: string; page: number },
  form: FormState,
): Promise<void> {
  const { actor, t, visitor } = exchange;
  const { language } = visitor.preferences;
  const places = await placesFor(one, reachOf(actor), search.q);
  const pages = Math.max(1, Math.ceil(places.length / PER_PAGE));
  const page = Math.min(search.page, pages);
  const shown = places.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const above = await trails(shown, exchange);
  const href = `/admin/organisations/${one.id}/move`;
  const canRoot = isOfWholeSite(actor) && one.parentId !== null && mayStandUnder(one.kind, null);
  exchange.page(
    'admin/move-place',
    {
      name: nameIn(one, language),
      href,
      q: search.q,
      errors: formView(form, t).errors,
      root: canRoot && search.q === '' && page === 1 ? `${href}?to=${ROOT}` : null,
      places: shown.map((each) => ({
        href: `${href}?to=${each.id}`,
        text: nameIn(each, language),
        value: [t(`admin.organisations.kind.${each.kind}`), above(each)]
          .filter(Boolean)
          .join(' · '),
      })),
      page,
      pages,
    },
    frameOf(exchange, one, form),
  );
}

function onlookerRows(all: readonly Onlooker[], { t, visitor }: OfOne) {
  const { language } = visitor.preferences;
  return {
    rows: all.slice(0, NAMED).map(({ person, role, at }) => ({
      href: `/admin/users/${person.id}`,
      text: person.name,
      value: t('admin.roles.line', { role: t(`admin.role.${role}`), place: nameIn(at, language) }),
    })),
    more: Math.max(0, all.length - NAMED),
  };
}

async function showOutlook(
  exchange: OfOne,
  one: Organisation,
  parent: Organisation | null,
  form: FormState,
): Promise<void> {
  const { actor, t, visitor } = exchange;
  const { language } = visitor.preferences;
  const outlook = await outlookOf(actor, one, parent);
  const above = await trails([one, ...(parent ? [parent] : [])], exchange);
  const name = nameIn(one, language);
  const atRoot = t('admin.move.root');
  exchange.page(
    'admin/move',
    {
      name,
      href: `/admin/organisations/${one.id}/move`,
      from: placeOf(one.parentId),
      to: placeOf(parent?.id ?? null),
      errors: formView(form, t).errors,
      lines: [
        { term: t('admin.move.before'), text: above(one) || atRoot },
        {
          term: t('admin.move.after'),
          text: parent
            ? [above(parent), nameIn(parent, language)].filter(Boolean).join(' › ')
            : atRoot,
        },
      ],
      figures: [
        ['organisations', outlook.organisationIds.length],
        ['people', outlook.people],
        ['enrolments', outlook.enrolments],
        ['roles', outlook.roles],
      ].map(([key, count]) => ({
        label: t(`admin.move.figure.${key}`),
        value: visitor.format.number(Number(count)),
      })),
      losing: onlookerRows(outlook.losing, exchange),
      gaining: onlookerRows(outlook.gaining, exchange),
      unnamed: outlook.unnamed,
      clashing: outlook.clashing,
    },
    frameOf(exchange, one, form),
  );
}

/** The outlook where there is one; else the places, with what is in the way of this one. */
async function show(
  exchange: OfOne,
  search: { q: string; page: number; to?: string | undefined },
  form: FormState,
): Promise<void> {
  const one = await movable(exchange.actor, exchange.params.organisationId);
  if (search.to === undefined) return showPlaces(exchange, one, search, form);
  const parent = await placeInReach(exchange.actor, search.to);
  try {
    await showOutlook(exchange, one, parent, form);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const { messageKey, values } = error;
    const faults = form.faults.length > 0 ? form.faults : [{ field: 'to', messageKey, values }];
    await showPlaces(exchange, one, search, { ...form, faults });
  }
}

/** An organisation gets another place in the tree: where, what follows, and done. */
export const moveRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/admin/organisations/:organisationId/move',
    access: administrator,
    schemas: { params: OrganisationParams, query: MoveQuery },
    handler: (exchange) => show(exchange, exchange.query, emptyForm()),
  }),
  route({
    method: 'post',
    path: '/admin/organisations/:organisationId/move',
    access: administrator,
    schemas: { params: OrganisationParams, body: MoveForm },
    handler: async ({ actor, body, params, redirect }) => {
      const one = await movable(actor, params.organisationId);
      const parent = await placeInReach(actor, body.to);
      const from = body.from === ROOT ? null : body.from;
      await besideField(
        () => 'to',
        () => moveOrganisation({ organisationId: one.id, from, to: parent?.id ?? null }),
      );
      redirect(`/admin/organisations/${one.id}`, { kind: 'success', key: 'admin.move.done' });
    },
    invalid: (exchange, form) => show(exchange, MoveQuery.parse(form.values), form),
  }),
];
