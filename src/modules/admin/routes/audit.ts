import { audit, withoutWords } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { NotFound } from '../../../platform/errors';
import { type Route, route, sendStream } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { now } from '../../../shared/clock';
import { findEntry, searchAudit, streamAudit } from '../audit-queries';
import { csvLine } from '../csv';
import { siteAdministrator } from '../policy';
import { AuditQuery, type AuditSearch, EntryParams } from '../schemas';
import { actionOf, toAuditRow, toChoices, toEntryPage, whoDid } from '../view-models/audit';
import { frame } from './frame';

/** The same search, elsewhere. */
const addressOf = (path: string, search: AuditSearch): string => {
  const words = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  return words.length === 0 ? path : `${path}?${new URLSearchParams(words as [string, string][])}`;
};

const COLUMNS = ['sequence', 'at', 'who', 'userId', 'byUserId', 'action', 'subject', 'id', 'ip'];

/** The audit log: read and taken along, never changed. */
export const auditRoutes = ({ config }: Platform): Route[] => [
  route({
    method: 'get',
    path: '/admin/audit',
    access: siteAdministrator,
    schemas: { query: AuditQuery },
    handler: async (exchange) => {
      const { query, t, visitor } = exchange;
      const { rows, names, after } = await searchAudit(query, config.timeZone);
      const { after: place, ...search } = query;
      exchange.page(
        'admin/audit',
        {
          search,
          ...toChoices(query, visitor.preferences.language, t),
          rows: rows.map((row) => toAuditRow(row, names, { t, format: visitor.format })),
          exportHref: addressOf('/admin/audit/export.csv', search),
          firstHref: place === undefined ? null : addressOf('/admin/audit', search),
          nextHref: after === null ? null : addressOf('/admin/audit', { ...search, after }),
          narrowed: Object.values(search).some(Boolean),
        },
        frame(exchange, t('admin.audit.title')),
      );
    },
  }),
  route({
    method: 'get',
    path: '/admin/audit/export.csv',
    access: siteAdministrator,
    schemas: { query: AuditQuery },
    handler: async ({ query, res, t }) => {
      const { after: _place, ...search } = query;
      await inTransaction(() =>
        audit({
          action: 'admin.export-audit',
          subject: { kind: 'audit', id: 'log' },
          after: withoutWords(search, 'who'),
        }),
      );
      res.set({
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="audit-${now().toISOString().slice(0, 10)}.csv"`,
        'Cache-Control': 'private, no-store',
      });
      const lines = async function* () {
        // The mark by which spreadsheets know UTF-8.
        yield `\uFEFF${csvLine(COLUMNS)}`;
        for await (const { row, names } of streamAudit(search, config.timeZone)) {
          yield csvLine([
            row.sequence === null ? '' : String(row.sequence),
            row.at.toISOString(),
            whoDid(row, names, t),
            row.userId ?? '',
            row.byUserId ?? '',
            row.action,
            row.subject.kind,
            row.subject.id,
            row.ip ?? '',
          ]);
        }
      };
      await sendStream(res, lines());
    },
  }),
  route({
    method: 'get',
    path: '/admin/audit/:entryId',
    access: siteAdministrator,
    schemas: { params: EntryParams },
    handler: async (exchange) => {
      const { params, t, visitor } = exchange;
      const entry = await findEntry(params.entryId);
      if (!entry) throw new NotFound();
      exchange.page(
        'admin/entry',
        toEntryPage(entry.row, entry.names, { t, format: visitor.format }),
        frame(exchange, actionOf(entry.row, t), {
          above: [{ text: t('admin.audit.title'), href: '/admin/audit' }],
        }),
      );
    },
  }),
];
