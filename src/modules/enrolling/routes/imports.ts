import { actView, findAct } from '../../../platform/bulk';
import { Conflict, NotFound } from '../../../platform/errors';
import { type Exchange, type Route, route } from '../../../platform/http';
import { csvRow } from '../../../shared/csv';
import { nameIn } from '../../organisations';
import { type ImportRecord, PLANS } from '../model';
import { STAFF } from '../policy';
import { findImport, listImports, rowsOf } from '../queries';
import { ImportParams, PageQuery } from '../schemas';
import { startImport } from '../service/carry-out';
import { isKept } from '../service/read-upload';
import { type World, worldOf } from '../service/world';
import { toActLinks, toCounts, toFaultRows, toImportLine, toPeople } from '../view-models';
import { columnsHref, readerOf, staffPage } from './shared';

const SHOWN_FAULTS = 100;
const SHOWN_PEOPLE = 20;
const MOST_FAULTS = 10_000;

/** @throws NotFound outside of the scope */
async function placeOf(
  { actor }: Pick<Exchange<typeof STAFF>, 'actor'>,
  importId: string,
): Promise<{ world: World; record: ImportRecord }> {
  const world = await worldOf(actor);
  const record = await findImport(world.scope, importId);
  if (!record) throw new NotFound();
  return { world, record };
}

async function peopleOf(record: ImportRecord) {
  const groups = [];
  for (const plan of PLANS) {
    if (plan === 'bad' || record.counts[plan] === 0) continue;
    const rows = await rowsOf(record._id, plan, SHOWN_PEOPLE);
    groups.push({ plan, people: toPeople(rows), more: record.counts[plan] - rows.length });
  }
  return groups;
}

export const importRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/staff/imports',
    access: STAFF,
    schemas: { query: PageQuery },
    handler: async (exchange) => {
      const { actor, page, query, t } = exchange;
      const world = await worldOf(actor);
      const reader = readerOf(exchange);
      const { rows, page: shown, pages } = await listImports(world.scope, query.page);
      const names = new Map(
        world.organisations.map((each) => [each.id, nameIn(each, reader.language)]),
      );
      page(
        'enrolling/imports',
        {
          lines: rows.map((row) => toImportLine(row, reader, names.get(row.organisationId) ?? '')),
          page: shown,
          pages,
        },
        staffPage(exchange, t('enrolling.imports.title')),
      );
    },
  }),
  route({
    method: 'get',
    path: '/staff/imports/:id',
    access: STAFF,
    schemas: { params: ImportParams },
    handler: async (exchange) => {
      const { actor, page, params, t } = exchange;
      const { record } = await placeOf(exchange, params.id);
      const reader = readerOf(exchange);
      const act = record.actId === null ? null : await findAct(record.actId);
      const view = act && actView(act, t);
      page(
        'enrolling/import',
        {
          here: `/staff/imports/${params.id}`,
          name: record.fileName ?? t('enrolling.imports.list'),
          source: record.source,
          counts: toCounts(record, reader),
          bad: record.counts.bad,
          total: record.total,
          faults: toFaultRows(await rowsOf(record._id, 'bad', SHOWN_FAULTS), reader),
          groups: act ? [] : await peopleOf(record),
          act: view,
          own: record.by === actor.id,
          unread: record.unread ?? [],
          columnsHref:
            record.uploadId && !act && (await isKept(actor.id, record.uploadId))
              ? columnsHref(record.uploadId)
              : null,
          links: act && toActLinks(act.actId),
        },
        {
          ...staffPage(exchange, record.fileName ?? t('enrolling.imports.list'), [
            { text: t('enrolling.imports.title'), href: '/staff/imports' },
          ]),
          ...(view?.open ? { refreshSeconds: 5 } : {}),
        },
      );
    },
  }),
  route({
    method: 'post',
    path: '/staff/imports/:id/start',
    access: STAFF,
    schemas: { params: ImportParams },
    handler: async (exchange) => {
      const { params, redirect } = exchange;
      const { world, record } = await placeOf(exchange, params.id);
      if (record.total === 0) throw new Conflict('nothing', 'enrolling.file.empty');
      await startImport(world, record);
      redirect(`/staff/imports/${params.id}`);
    },
  }),
  route({
    method: 'get',
    path: '/staff/imports/:id/faults',
    access: STAFF,
    schemas: { params: ImportParams },
    handler: async (exchange) => {
      const { params, res, t } = exchange;
      const { record } = await placeOf(exchange, params.id);
      const rows = toFaultRows(await rowsOf(record._id, 'bad', MOST_FAULTS), { t });
      const heads = ['line', 'column', 'value', 'mend'].map((name) =>
        t(`enrolling.faults.${name}`),
      );
      res
        .set({
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': 'attachment; filename="kelas-rows-to-mend.csv"',
          'Cache-Control': 'private, no-store',
        })
        .send(`\ufeff${[heads, ...rows].map((cells) => csvRow(cells)).join('')}`);
    },
  }),
];
