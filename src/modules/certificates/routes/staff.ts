import { randomUUID } from 'node:crypto';
import { actHref, startBulk } from '../../../platform/bulk';
import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { canAct, staffOnly, staffScope } from '../policy';
import {
  CertificateParams,
  CorrectForm,
  ManyForm,
  ManyQuery,
  ReasonForm,
  StaffQuery,
} from '../schemas';
import { BULK_KINDS } from '../service/bulk';
import { changeStanding, type StandingAct } from '../service/standing';
import { supersedeCertificate } from '../service/supersede';
import { actableWithin, findForStaff, listWithin, relativesOf } from '../staff-queries';
import { toManyPage, toStaffList, toStaffPage } from '../view-models/staff';
import { readerOf } from './reader';
import { sendPdf } from './send-pdf';

type StaffExchange = Pick<Exchange, 'actor' | 'page' | 't' | 'visitor'>;

const LIST = '/staff/certificates';
const crumbs = (t: Exchange['t'], ...more: { text: string; href?: string }[]) => [
  { text: t('certificates.staff.title'), href: LIST },
  ...more,
];

/** The form of an act upon one certificate, also when it comes back. */
async function showAct(
  exchange: StaffExchange & { params: { certificateId: string } },
  act: StandingAct | 'correct',
  form: FormState,
): Promise<void> {
  const { actor, params, page, t } = exchange;
  const row = await findForStaff(staffScope(actor), params.certificateId);
  const href = `${LIST}/${params.certificateId}`;
  const title = t(`certificates.act.${act}.title`);
  page(
    'certificates/staff/act',
    {
      act,
      action: `${href}/${act}`,
      cancelHref: href,
      number: row.number,
      holder: row.snapshot.holderName,
      form: formView(form, t),
    },
    {
      title,
      status: form.faults.length > 0 ? 422 : 200,
      active: 'staff-certificates',
      noindex: true,
      breadcrumbs: crumbs(t, { text: row.number, href }, { text: title }),
    },
  );
}

const actRoutes = (act: StandingAct): Route[] => [
  route({
    method: 'get',
    path: `/staff/certificates/:certificateId/${act}`,
    access: staffOnly,
    schemas: { params: CertificateParams },
    handler: (exchange) => showAct(exchange, act, emptyForm()),
  }),
  route({
    method: 'post',
    path: `/staff/certificates/:certificateId/${act}`,
    access: staffOnly,
    schemas: { params: CertificateParams, body: ReasonForm },
    handler: async ({ actor, params, body, redirect }) => {
      await changeStanding({ ...params, act, reason: body.reason }, staffScope(actor));
      redirect(`${LIST}/${params.certificateId}`, {
        kind: 'success',
        key: `certificates.act.${act}.done`,
      });
    },
    invalid: (exchange, form) => showAct(exchange, act, form),
  }),
];

const correctRoutes: Route[] = [
  route({
    method: 'get',
    path: '/staff/certificates/:certificateId/correct',
    access: staffOnly,
    schemas: { params: CertificateParams },
    handler: async (exchange) => {
      const row = await findForStaff(staffScope(exchange.actor), exchange.params.certificateId);
      await showAct(exchange, 'correct', emptyForm({ holderName: row.snapshot.holderName }));
    },
  }),
  route({
    method: 'post',
    path: '/staff/certificates/:certificateId/correct',
    access: staffOnly,
    schemas: { params: CertificateParams, body: CorrectForm },
    handler: async ({ actor, params, body, redirect }) => {
      const { certificateId } = await supersedeCertificate(
        { ...params, ...body },
        staffScope(actor),
      );
      redirect(`${LIST}/${certificateId}`, {
        kind: 'success',
        key: 'certificates.act.correct.done',
      });
    },
    invalid: (exchange, form) => showAct(exchange, 'correct', form),
  }),
];

async function showMany(
  exchange: StaffExchange,
  query: { act: keyof typeof BULK_KINDS; q: string; state?: StaffFilterState },
  form: FormState,
): Promise<void> {
  const { actor, page, t } = exchange;
  const found = await actableWithin(staffScope(actor), { q: query.q, state: query.state });
  const view = toManyPage(query, found, formView(form, t));
  const title = t(`certificates.many.title.${query.act}`, { count: view.count });
  page(
    'certificates/staff/many',
    { ...view, title },
    {
      title,
      status: form.faults.length > 0 ? 422 : 200,
      active: 'staff-certificates',
      noindex: true,
      breadcrumbs: crumbs(t, { text: t('certificates.many.crumb') }),
    },
  );
}

type StaffFilterState = Parameters<typeof listWithin>[1]['state'];

const manyRoutes: Route[] = [
  route({
    method: 'get',
    path: '/staff/certificates/many',
    access: staffOnly,
    schemas: { query: ManyQuery },
    handler: (exchange) => showMany(exchange, exchange.query, emptyForm({ once: randomUUID() })),
  }),
  route({
    method: 'post',
    path: '/staff/certificates/many',
    access: staffOnly,
    schemas: { query: ManyQuery, body: ManyForm },
    handler: async ({ actor, query, body, redirect }) => {
      const { items } = await actableWithin(staffScope(actor), { q: query.q, state: query.state });
      const { actId } = await startBulk(BULK_KINDS[query.act], {
        by: actor.id,
        params: { reason: body.reason },
        items: items.map(({ certificateId, number }) => ({
          label: number,
          data: { certificateId },
        })),
        onceKey: `certificates-${actor.id}-${body.once}`,
      });
      redirect(actHref(actId));
    },
    invalid: (exchange, form) => showMany(exchange, exchange.query, form),
  }),
];

/** What union staff and administrators see, and do. */
export const staffRoutes = (platform: Platform): Route[] => [
  route({
    method: 'get',
    path: '/staff/certificates',
    access: staffOnly,
    schemas: { query: StaffQuery },
    handler: async (exchange) => {
      const { actor, query, page, t } = exchange;
      const filter = { q: query.q, state: query.state };
      const list = await listWithin(staffScope(actor), filter, query.page);
      page('certificates/staff/list', toStaffList(list, filter, readerOf(exchange)), {
        title: t('certificates.staff.title'),
        active: 'staff-certificates',
        noindex: true,
      });
    },
  }),
  ...manyRoutes,
  route({
    method: 'get',
    path: '/staff/certificates/:certificateId',
    access: staffOnly,
    schemas: { params: CertificateParams },
    handler: async (exchange) => {
      const { actor, params, page, t } = exchange;
      const scope = staffScope(actor);
      const row = await findForStaff(scope, params.certificateId);
      const view = toStaffPage(row, await relativesOf(row), canAct(scope, row), readerOf(exchange));
      page('certificates/staff/one', view, {
        title: t('certificates.staff.one', { number: row.number }),
        active: 'staff-certificates',
        noindex: true,
        breadcrumbs: crumbs(t, { text: row.number }),
      });
    },
  }),
  route({
    method: 'get',
    path: '/staff/certificates/:certificateId/pdf',
    access: staffOnly,
    schemas: { params: CertificateParams },
    handler: async ({ actor, params, res }) => {
      const row = await findForStaff(staffScope(actor), params.certificateId);
      await sendPdf(platform, row, res);
    },
  }),
  ...actRoutes('revoke'),
  ...actRoutes('suspend'),
  ...actRoutes('reinstate'),
  ...correctRoutes,
];
