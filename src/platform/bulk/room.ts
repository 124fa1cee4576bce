import { z } from 'zod';
import { csvRow } from '../../shared/csv';
import { NotFound } from '../errors';
import { type Exchange, type Route, route } from '../http';
import type { Translate } from '../i18n';
import { subscribe } from '../outbox';
import type { Room } from '../platform';
import { defineJob, type JobDefinition } from '../queue';
import { type BulkAct, findAct, resumeAct, stopAct, wakeForgottenActs } from './acts';
import type { BulkKind } from './kind';
import { fail, runAct } from './run';
import { actDue, actHref } from './start';

type KindOf = (kind: string) => BulkKind;

function kindsByName(kinds: readonly BulkKind[]): KindOf {
  const byName = new Map(kinds.map((kind) => [kind.kind, kind]));
  if (byName.size !== kinds.length) throw new Error('Two kinds of acts have the same name');
  return (name) => {
    const kind = byName.get(name);
    if (!kind) throw new Error(`No room does acts of the kind ${name}`);
    return kind;
  };
}

const runJob = (kindOf: KindOf) =>
  defineJob({
    name: 'bulk.run',
    queue: 'imports',
    schema: z.object({ actId: z.string() }),
    handle: async ({ actId }, run) => {
      const act = await findAct(actId);
      if (!act) return;
      try {
        await runAct(kindOf(act.kind), actId);
      } catch (error) {
        if (run.last) {
          await fail(actId, {
            number: 0,
            label: '',
            messageKey: 'platform.bulk.broken',
            values: {},
          });
        }
        throw error;
      }
    },
  });

const wakeJob = defineJob({
  name: 'bulk.wake-forgotten',
  queue: 'imports',
  schema: z.object({}),
  // The next minute brings the next run.
  attempts: 1,
  handle: async () => {
    await wakeForgottenActs();
  },
});

const SHOWN = 50;

/** What the page and its fragment show of an act. */
export const actView = (act: BulkAct, t: Translate) => ({
  href: actHref(act.actId),
  state: act.state,
  open: act.state === 'waiting' || act.state === 'running',
  canResume: act.state === 'stopped' || act.state === 'failed',
  total: act.total,
  done: act.done,
  failed: act.failed,
  faults: act.faults.slice(0, SHOWN).map(({ number, label, messageKey, values }) => ({
    label: number === 0 ? '' : label || String(number),
    text: t(messageKey, values),
  })),
});

const ActParams = z.object({ actId: z.string().regex(/^[0-9a-f]{24}$/) });

/** One's own act. @throws NotFound for everyone else's */
async function own({ actor }: Exchange<'signedIn'>, actId: string): Promise<BulkAct> {
  const act = await findAct(actId);
  if (!act || act.by !== actor.id) throw new NotFound();
  return act;
}

const actRoutes = (kindOf: KindOf): Route[] => [
  route({
    method: 'get',
    path: '/acts/:actId',
    access: 'signedIn',
    schemas: { params: ActParams },
    handler: async (exchange) => {
      const { params, page, t } = exchange;
      const act = await own(exchange, params.actId);
      const kind = kindOf(act.kind);
      const view = actView(act, t);
      page(
        'platform/act',
        { title: t(kind.titleKey), act: view, backHref: kind.backHref(act.params) },
        {
          title: t(kind.titleKey),
          noindex: true,
          ...(view.open ? { refreshSeconds: 5 } : {}),
        },
      );
    },
  }),
  route({
    method: 'get',
    path: '/acts/:actId/progress',
    access: 'signedIn',
    schemas: { params: ActParams },
    handler: async (exchange) => {
      const { params, fragment, res, t } = exchange;
      const view = actView(await own(exchange, params.actId), t);
      if (!view.open) res.set('X-Poll', 'done');
      fragment('platform/act-progress', { act: view });
    },
  }),
  route({
    method: 'get',
    path: '/acts/:actId/faults',
    access: 'signedIn',
    schemas: { params: ActParams },
    handler: async (exchange) => {
      const { params, res, t } = exchange;
      const act = await own(exchange, params.actId);
      const heads = ['number', 'item', 'reason'].map((name) => t(`platform.bulk.column.${name}`));
      res
        .set({
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': 'attachment; filename="kelas-not-done.csv"',
          'Cache-Control': 'private, no-store',
        })
        .send(
          `\ufeff${[
            heads,
            ...act.faults.map(({ number, label, messageKey, values }) => [
              number === 0 ? '' : String(number),
              label,
              t(messageKey, values),
            ]),
          ]
            .map((cells) => csvRow(cells))
            .join('')}`,
        );
    },
  }),
  ...(['stop', 'resume'] as const).map((act) =>
    route({
      method: 'post',
      path: `/acts/:actId/${act}`,
      access: 'signedIn',
      schemas: { params: ActParams },
      handler: async (exchange) => {
        const { actId } = exchange.params;
        await own(exchange, actId);
        await (act === 'stop' ? stopAct(actId) : resumeAct(actId));
        exchange.redirect(actHref(actId));
      },
    }),
  ),
];

/** Runs the long acts of all rooms, and shows whoever began one how far it is. */
export function createBulk(kinds: readonly BulkKind[]): Room {
  const kindOf = kindsByName(kinds);
  const run = runJob(kindOf);
  return {
    name: 'bulk',
    routes: actRoutes(kindOf),
    jobs: [run as JobDefinition, wakeJob as JobDefinition],
    subscriptions: [
      subscribe(actDue, run, {
        toPayload: ({ actId }) => ({ actId }),
        jobId: ({ actId, turn }) => `bulk-${actId}-${turn}`,
      }),
    ],
    schedules: [
      {
        id: 'bulk-wake-forgotten',
        job: wakeJob as JobDefinition,
        pattern: '* * * * *',
        payload: {},
      },
    ],
  };
}
