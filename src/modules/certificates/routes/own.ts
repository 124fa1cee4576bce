import { NotFound } from '../../../platform/errors';
import { type Route, route } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { findEnrolment, listCompleted } from '../../learning';
import { certificateOf, certificatesOf, findOwn, listOwn } from '../queries';
import { CertificateParams, EnrolmentParams, ListQuery } from '../schemas';
import { renewCertificate } from '../service/renew';
import { toCard, toOwnPage } from '../view-models/public';
import { readerOf } from './reader';
import { sendPdf } from './send-pdf';

/** What its holder sees. */
export const ownRoutes = (platform: Platform): Route[] => [
  route({
    method: 'get',
    path: '/certificates',
    access: 'signedIn',
    schemas: { query: ListQuery },
    handler: async (exchange) => {
      const { actor, query, t } = exchange;
      const list = await listOwn(actor.id, query.page);
      const completed = query.page === 1 ? await listCompleted(actor.id) : [];
      const made = await certificatesOf(completed.map(({ enrolmentId }) => enrolmentId));
      const reader = readerOf(exchange);
      exchange.page(
        'certificates/list',
        {
          waiting: completed
            .filter(({ enrolmentId }) => !made.get(enrolmentId)?.ready)
            .map(({ enrolmentId }) => ({ pollUrl: `/certificates/for/${enrolmentId}` })),
          cards: list.items.filter(({ ready }) => ready).map((item) => toCard(item, reader)),
          page: query.page,
          pages: list.pages,
        },
        { title: t('certificates.list.title'), active: 'certificates' },
      );
    },
  }),
  route({
    method: 'get',
    path: '/certificates/for/:enrolmentId',
    access: 'signedIn',
    schemas: { params: EnrolmentParams },
    handler: async (exchange) => {
      const { actor, params, res } = exchange;
      const enrolment = await findEnrolment(params.enrolmentId);
      if (enrolment?.userId !== actor.id) throw new NotFound();
      const certificate = await certificateOf(params.enrolmentId);
      if (!certificate?.ready) {
        res.status(204).end();
        return;
      }
      res.set('X-Poll', 'done');
      exchange.fragment('certificates/ready', { card: toCard(certificate, readerOf(exchange)) });
    },
  }),
  route({
    method: 'get',
    path: '/certificates/:certificateId',
    access: 'signedIn',
    schemas: { params: CertificateParams },
    handler: async (exchange) => {
      const { actor, params, t } = exchange;
      const row = await findOwn(actor.id, params.certificateId);
      if (!row) throw new NotFound();
      const live = await certificateOf(row.enrolmentId);
      const view = toOwnPage(row, live, readerOf(exchange), platform.config.baseUrl);
      exchange.page('certificates/own', view, {
        title: view.course,
        active: 'certificates',
        breadcrumbs: [
          { text: t('certificates.list.title'), href: '/certificates' },
          { text: view.course },
        ],
      });
    },
  }),
  route({
    method: 'post',
    path: '/certificates/:certificateId/renew',
    access: 'signedIn',
    schemas: { params: CertificateParams },
    handler: async ({ actor, params, redirect }) => {
      const { enrolmentId } = await renewCertificate({ ...params, userId: actor.id });
      redirect(`/learn/${enrolmentId}`, { kind: 'success', key: 'certificates.renew.done' });
    },
  }),
  route({
    method: 'get',
    path: '/certificates/:certificateId/pdf',
    access: 'signedIn',
    schemas: { params: CertificateParams },
    handler: async ({ actor, params, res }) => {
      const row = await findOwn(actor.id, params.certificateId);
      await sendPdf(platform, row, res);
    },
  }),
];
