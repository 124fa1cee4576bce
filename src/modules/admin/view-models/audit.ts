import type { AuditRow } from '../../../platform/audit';
import { type Format, hasText, type Translate, textsBelow } from '../../../platform/i18n';
import type { AuditSearch } from '../schemas';

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

/** What was done, in words; what an older or newer release has written down stays as it is. */
export const actionOf = ({ action }: Pick<AuditRow, 'action'>, t: Translate): string =>
  hasText(`audit.action.${action}`) ? t(`audit.action.${action}`) : action;

const kindOf = (kind: string, t: Translate): string =>
  hasText(`audit.kind.${kind}`) ? t(`audit.kind.${kind}`) : kind;

function subjectOf({ subject: { kind, id } }: AuditRow, names: Names, t: Translate): string {
  const name = kind === 'account' ? names.get(id) : undefined;
  return name ?? `${kindOf(kind, t)} ${id}`;
}

/** The log in the words of whoever searches it: all actions and kinds of subjects, and the one at hand. */
export function toChoices(search: AuditSearch, language: string, t: Translate) {
  const of = (known: readonly string[], own: string, wordsOf: (code: string) => string) =>
    [...new Set([...known, ...(own === '' ? [] : [own])])]
      .map((value) => ({ value, text: wordsOf(value) }))
      .sort((a, b) => a.text.localeCompare(b.text, language));
  return {
    actions: of(textsBelow('audit.action.'), search.what, (action) => actionOf({ action }, t)),
    kinds: of(textsBelow('audit.kind.'), search.kind, (kind) => kindOf(kind, t)),
  };
}

export const toAuditRow = (row: AuditRow, names: Names, { t, format }: Reader) => ({
  href: `/admin/audit/${row._id.toHexString()}`,
  when: format.dateTime(row.at),
  who: whoDid(row, names, t),
  what: actionOf(row, t),
  about: subjectOf(row, names, t),
});

const asText = (value: unknown): string => JSON.stringify(value, null, 2);

/** An entry, whole. */
export function toEntryPage(row: AuditRow, names: Names, { t, format }: Reader) {
  const erased = row.parts?.detail.erasedBy ?? null;
  const about = new URLSearchParams({ kind: row.subject.kind, id: row.subject.id });
  return {
    what: actionOf(row, t),
    facts: [
      {
        term: t('admin.audit.code'),
        text: row.action,
        href: `/admin/audit?${new URLSearchParams({ what: row.action })}`,
      },
      { term: t('admin.audit.when'), text: format.dateTime(row.at) },
      { term: t('admin.audit.who'), text: whoDid(row, names, t) },
      {
        term: t('admin.audit.subject'),
        text: subjectOf(row, names, t),
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
