import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { NotFound } from '../../../platform/errors';
import { type Route, route } from '../../../platform/http';
import type { QueueDesk } from '../../../platform/queue';
import { siteAdministrator } from '../policy';
import { JobForm, QueueParams, QueueQuery } from '../schemas';
import { frame } from './frame';

const PER_PAGE = 25;

const writeDown = (act: string, queue: string, after: object): Promise<void> =>
  inTransaction(() =>
    audit({ action: `admin.${act}`, subject: { kind: 'queue', id: queue }, after }),
  );

/** The queues, and jobs that have failed. */
export const queueRoutes = (desk: () => QueueDesk): Route[] => [
  route({
    method: 'get',
    path: '/admin/queues',
    access: siteAdministrator,
    handler: async (exchange) =>
      exchange.page(
        'admin/queues',
        { queues: await desk().states() },
        frame(exchange, exchange.t('admin.queues.title')),
      ),
  }),
  route({
    method: 'get',
    path: '/admin/queues/:queue',
    access: siteAdministrator,
    schemas: { params: QueueParams, query: QueueQuery },
    handler: async (exchange) => {
      const { params, query, t, visitor } = exchange;
      const state = (await desk().states()).find(({ name }) => name === params.queue);
      const pages = Math.max(1, Math.ceil((state?.failed ?? 0) / PER_PAGE));
      const page = Math.min(query.page, pages);
      const jobs = await desk().failed(params.queue, page, PER_PAGE);
      exchange.page(
        'admin/failed-jobs',
        {
          queue: params.queue,
          jobs: jobs.map((job) => ({
            id: job.id,
            name: job.name,
            reason: job.reason,
            tries: t('admin.queues.tries', { count: job.attempts }),
            when: visitor.format.dateTime(job.failedAt),
            payload: JSON.stringify(job.payload),
          })),
          page,
          pages,
        },
        frame(exchange, t('admin.queues.failedIn', { queue: t(`admin.queue.${params.queue}`) }), {
          above: [{ text: t('admin.queues.title'), href: '/admin/queues' }],
        }),
      );
    },
  }),
  route({
    method: 'post',
    path: '/admin/queues/:queue/retry',
    access: siteAdministrator,
    schemas: { params: QueueParams, body: JobForm },
    handler: async ({ body, params, redirect }) => {
      if (!(await desk().retry(params.queue, body.jobId))) throw new NotFound();
      await writeDown('retry-job', params.queue, { jobId: body.jobId });
      redirect(`/admin/queues/${params.queue}`, { kind: 'success', key: 'admin.queues.retried' });
    },
  }),
  route({
    method: 'post',
    path: '/admin/queues/:queue/remove',
    access: siteAdministrator,
    schemas: { params: QueueParams, body: JobForm },
    handler: async ({ body, params, redirect }) => {
      if (!(await desk().remove(params.queue, body.jobId))) throw new NotFound();
      await writeDown('remove-job', params.queue, { jobId: body.jobId });
      redirect(`/admin/queues/${params.queue}`, { kind: 'success', key: 'admin.queues.removed' });
    },
  }),
  route({
    method: 'post',
    path: '/admin/queues/:queue/retry-all',
    access: siteAdministrator,
    schemas: { params: QueueParams },
    handler: async ({ params, redirect }) => {
      const count = await desk().retryAll(params.queue);
      await writeDown('retry-all-jobs', params.queue, { count });
      redirect('/admin/queues', {
        kind: 'success',
        key: 'admin.queues.allRetried',
        values: { count },
      });
    },
  }),
];
