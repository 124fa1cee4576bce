import { NotFound } from '../platform/errors';
import { countLag, mayReadMetrics, readiness } from '../platform/health';
import { type Route, route } from '../platform/http';
import type { Platform } from '../platform/platform';

/** `/healthz`: the process lives. `/readyz`: what it needs answers. `/metrics`: for Prometheus. */
export function healthRoutes(platform: Platform): Route[] {
  countLag(platform.metrics);
  return [
    route({
      method: 'get',
      path: '/healthz',
      access: 'public',
      handler: ({ res }) => {
        res.type('text').send('ok\n');
      },
    }),
    route({
      method: 'get',
      path: '/readyz',
      access: 'public',
      handler: async ({ json }) => {
        const state = await readiness(platform);
        json(state, state.ready ? 200 : 503);
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      access: 'public',
      handler: async ({ req, res }) => {
        if (!mayReadMetrics(req, platform.config.metricsToken)) throw new NotFound();
        res.type(platform.metrics.registry.contentType);
        res.send(await platform.metrics.registry.metrics());
      },
    }),
  ];
}
