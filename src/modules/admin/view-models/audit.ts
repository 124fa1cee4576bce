import type { AuditRow } from '../../../platform/audit';
import type { Format, Translate } from '../../../platform/i18n';

type Names = ReadonlyMap<string, string>;

interface Reader {
  t: Translate;
  format: Format;
}

/** Who did it: both names when an administrator acted as someone. */
export function whoDid(row: AuditRow, names: Names, t: Translate): string {
  const nameOf = (id: string) => names.get(id) ?? t('admin.audit.unknown');
  if (row.userId === null) return t('admin.audit.system');
  return row.byUserId
    ? t('admin.audit.as', { who: nameOf(row.byUserId), person: nameOf(row.userId) })
    : nameOf(row.userId);
}

const subjectOf = (row: AuditRow, names: Names): string =>
  row.subject.kind === 'account'
    ? (names.get(row.subject.id) ?? `${row.subject.kind} ${row.subject.id}`)
    : `${row.subject.kind} ${row.subject.id}`;

export const toAuditRow = (row: AuditRow, names: Names, { t, format }: Reader) => ({
  href: `/admin/audit/${row._id.toHexString()}`,
  when: format.dateTime(row.at),
  who: whoDid(row, names, t),
  what: row.action,
  about: subjectOf(row, names),
});

const asText = (value: unknown): string => JSON.stringify(value, null, 2);

/** An entry, whole. */
export function toEntryPage(row: AuditRow, names: Names, { t, format }: Reader) {
  const erased = row.parts?.detail.erasedBy ?? null;
  const about = new URLSearchParams({ kind: row.subject.kind, id: row.subject.id });
  return {
    what: row.action,
    facts: [
      { term: t('admin.audit.when'), text: format.dateTime(row.at) },
      { term: t('admin.audit.who'), text: whoDid(row, names, t) },
      {
        term: t('admin.audit.subject'),
        text: subjectOf(row, names),
        href: `/admin/audit?${about}`,
      },
      { term: t('admin.audit.from'), text: row.ip ?? '–' },
      { term: t('admin.audit.request'), text: row.requestId ?? '–' },
      { term: t('admin.audit.job'), text: row.jobId ?? '–' },
      {
        term: t('admin.audit.place'),
        text: row.sequence === null ? t('admin.audit.unsealed') : format.number(row.sequence),
      },
      { term: t('admin.audit.hash'), text: row.hash ?? '–' },
    ],
    before: erased === null && row.before !== null ? asText(row.before) : null,
    after: erased === null && row.after !== null ? asText(row.after) : null,
    erasedHref: erased === null ? null : `/admin/audit/${erased}`,
  };
}
