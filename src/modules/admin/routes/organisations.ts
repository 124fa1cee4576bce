import { NotFound } from '../../../platform/errors';
import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import { LANGUAGES } from '../../../platform/i18n';
import { peopleWithRoleIn } from '../../accounts';
import {
  closeOrganisation,
  createOrganisation,
  findOrganisations,
  isBeingFollowed,
  nameIn,
  ORGANISATION_KINDS,
  type Organisation,
  organisationsWithin,
  renameOrganisation,
  reopenOrganisation,
} from '../../organisations';
import { administrator, isOfWholeSite } from '../policy';
import {
  NewOrganisationForm,
  NewOrganisationQuery,
  OrganisationParams,
  OrganisationQuery,
  RenameForm,
} from '../schemas';
import { mayMove } from '../service/move';
import { organisationInReach, reachOf } from '../service/reach';
import { besideField } from './beside-field';
import { frame } from './frame';

type Mine = Exchange<typeof administrator>;
type OfOne = Exchange<typeof administrator, { organisationId: string }>;

const PER_PAGE = 100;

/** Only those of the whole site plant a tree; the others build below what is theirs. */
async function parentOf(exchange: Mine, id: string | undefined): Promise<Organisation | null> {
  if (id !== undefined) return organisationInReach(exchange.actor, id);
  if (!isOfWholeSite(exchange.actor)) throw new NotFound();
  return null;
}

const above = ({ t }: Pick<Mine, 't'>) => [
  { text: t('admin.organisations.title'), href: '/admin/organisations' },
];

async function showOne(exchange: OfOne, form?: FormState): Promise<void> {
  const { actor, params, t, visitor } = exchange;
  const { language } = visitor.preferences;
  const one = await organisationInReach(exchange.actor, params.organisationId);
  const line = await findOrganisations(one.path.slice(0, -1));
  const people = await peopleWithRoleIn(one.id);
  const state =
    form ??
    emptyForm({
      name: one.name,
      ...Object.fromEntries(LANGUAGES.map((each) => [`name.${each}`, one.names[each] ?? ''])),
    });
  exchange.page(
    'admin/organisation',
    {
      id: one.id,
      name: nameIn(one, language),
      closed: one.closedAt !== null,
      canMove: mayMove(actor, one),
      following: await isBeingFollowed(one.id),
      facts: [
        { term: t('admin.organisations.kindOf'), text: t(`admin.organisations.kind.${one.kind}`) },
        { term: t('admin.organisations.code'), text: one.code },
        {
          term: t('admin.organisations.above'),
          text:
            one.path
              .slice(0, -1)
              .map((id) => line.get(id))
              .filter((each) => each !== undefined)
              .map((each) => nameIn(each, language))
              .join(' › ') || '–',
        },
        { term: t('admin.organisations.timeZone'), text: one.timeZone },
      ],
      people: people.flatMap(({ id, name, grants }) =>
        grants
          .filter(({ organisationId }) => organisationId === one.id)
          .map(({ role }) => ({
            href: `/admin/users/${id}`,
            text: name,
            value: t(`admin.role.${role}`),
          })),
      ),
      languages: LANGUAGES.map((code) => ({ code, text: visitor.format.language(code) })),
      form: formView(state, t),
    },
    frame(exchange, nameIn(one, language), { above: above(exchange), form: state }),
  );
}

async function showNew(exchange: Mine, parentId: string | undefined, form: FormState) {
  const { t, visitor } = exchange;
  const parent = await parentOf(exchange, parentId);
  exchange.page(
    'admin/new-organisation',
    {
      parent: parent && { id: parent.id, name: nameIn(parent, visitor.preferences.language) },
      kinds: ORGANISATION_KINDS.map((kind) => ({
        value: kind,
        text: t(`admin.organisations.kind.${kind}`),
      })),
      form: formView(form, t),
    },
    frame(exchange, t('admin.organisations.new'), { above: above(exchange), form }),
  );
}

/** Fields of the form that what is in the way is about. */
const FIELDS: Record<string, string> = {
  'bad-code': 'code',
  'code-taken': 'code',
  'wrong-place': 'kind',
  'no-time-zone': 'timeZone',
};

const besideItsField = <T>(work: () => Promise<T>): Promise<T> =>
  besideField((code) => FIELDS[code], work);

/** The tree of organisations. */
export const organisationRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/admin/organisations',
    access: administrator,
    schemas: { query: OrganisationQuery },
    handler: async (exchange) => {
      const { actor, query, t, visitor } = exchange;
      const { language } = visitor.preferences;
      const rows = await organisationsWithin(reachOf(actor), {
        skip: (query.page - 1) * PER_PAGE,
        limit: PER_PAGE + 1,
      });
      const shown = rows.slice(0, PER_PAGE);
      const parents = await findOrganisations([...new Set(shown.flatMap(({ path }) => path))]);
      exchange.page(
        'admin/organisations',
        {
          rows: shown.map((each) => {
            const parent = each.parentId === null ? null : parents.get(each.parentId);
            return {
              href: `/admin/organisations/${each.id}`,
              name: nameIn(each, language),
              kind: t(`admin.organisations.kind.${each.kind}`),
              above: parent ? nameIn(parent, language) : '–',
              state: t(each.closedAt ? 'admin.organisations.closed' : 'admin.organisations.open'),
            };
          }),
          page: query.page,
          pages: rows.length > PER_PAGE ? query.page + 1 : query.page,
          canPlant: isOfWholeSite(actor),
        },
        frame(exchange, t('admin.organisations.title')),
      );
    },
  }),
  route({
    method: 'get',
    path: '/admin/organisations/new',
    access: administrator,
    schemas: { query: NewOrganisationQuery },
    handler: (exchange) => showNew(exchange, exchange.query.parentId, emptyForm()),
  }),
  route({
    method: 'post',
    path: '/admin/organisations/new',
    access: administrator,
    schemas: { body: NewOrganisationForm },
    handler: async (exchange) => {
      const { body, redirect } = exchange;
      const parent = await parentOf(exchange, body.parentId);
      const { parentId: _above, timeZone, ...wish } = body;
      const made = await besideItsField(() =>
        createOrganisation({
          ...wish,
          ...(parent ? { parentId: parent.id } : {}),
          ...(timeZone ? { timeZone } : {}),
        }),
      );
      redirect(`/admin/organisations/${made.id}`, {
        kind: 'success',
        key: 'admin.organisations.made',
      });
    },
    invalid: (exchange, form) => {
      const { parentId } = NewOrganisationQuery.parse(form.values);
      return showNew(exchange, parentId, form);
    },
  }),
  route({
    method: 'get',
    path: '/admin/organisations/:organisationId',
    access: administrator,
    schemas: { params: OrganisationParams },
    handler: (exchange) => showOne(exchange),
  }),
  route({
    method: 'post',
    path: '/admin/organisations/:organisationId',
    access: administrator,
    schemas: { params: OrganisationParams, body: RenameForm },
    handler: async (exchange) => {
      const { body, redirect } = exchange;
      const { id } = await organisationInReach(exchange.actor, exchange.params.organisationId);
      const names = Object.fromEntries(LANGUAGES.map((each) => [each, body[`name.${each}`]]));
      await renameOrganisation(id, { name: body.name, names });
      redirect(`/admin/organisations/${id}`, {
        kind: 'success',
        key: 'admin.organisations.renamed',
      });
    },
    invalid: showOne,
  }),
  ...(['close', 'reopen'] as const).map((act) =>
    route({
      method: 'post',
      path: `/admin/organisations/:organisationId/${act}`,
      access: administrator,
      schemas: { params: OrganisationParams },
      handler: async (exchange) => {
        const { id } = await organisationInReach(exchange.actor, exchange.params.organisationId);
        await (act === 'close' ? closeOrganisation(id) : reopenOrganisation(id));
        exchange.redirect(`/admin/organisations/${id}`, {
          kind: 'success',
          key: `admin.organisations.done.${act}`,
        });
      },
    }),
  ),
];
