import type { formView } from '../../../platform/http';
import { now } from '../../../shared/clock';
import { languageOf, textIn } from '../../catalogue';
import { BULK_ACTS, type BulkAct } from '../bulk-acts';
import type { CertificateRow } from '../model';
import { allows } from '../service/standing';
import { MOST_AT_ONCE, type StaffFilter, type StaffList } from '../staff-queries';
import { STATES, stateOf } from '../state';
import { dayOf, factsOf, noteOf, type Reader } from './public';

const LIST = '/staff/certificates';

const hrefOf = (row: CertificateRow): string => `${LIST}/${row._id.toHexString()}`;

const queryOf = (values: Record<string, string | number | undefined>): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
};

const lineOf = (row: CertificateRow, { language, format }: Reader) => ({
  href: hrefOf(row),
  number: row.number,
  holder: row.snapshot.holderName,
  course: textIn(row.snapshot.courseTitle, language, row.snapshot.courseLanguage),
  courseLang: languageOf(row.snapshot.courseTitle, language, row.snapshot.courseLanguage),
  date: format.day(dayOf(row.snapshot.date)),
  until: row.snapshot.expiresOn ? format.day(dayOf(row.snapshot.expiresOn)) : null,
  state: stateOf(row, now()),
});

export const toStaffList = (list: StaffList, filter: StaffFilter, reader: Reader) => ({
  ...filter,
  states: STATES.map((state) => ({ value: state, text: reader.t(`certificates.state.${state}`) })),
  lines: list.rows.map((row) => lineOf(row, reader)),
  found: reader.t(`certificates.staff.${list.more ? 'foundMore' : 'found'}`, {
    count: list.total,
  }),
  summary: list.more
    ? reader.t('certificates.many.summaryAll')
    : reader.t('certificates.many.summary', { count: list.total }),
  page: list.page,
  pages: list.pages,
  pageQuery: queryOf({ q: filter.q, state: filter.state }),
  acts: BULK_ACTS.map((act) => ({
    act,
    href: `${LIST}/many${queryOf({ act, q: filter.q, state: filter.state })}`,
  })),
});

/** What can be done to it now, by those who may. */
function actsOf(row: CertificateRow): { act: string; href: string }[] {
  const acts = (['suspend', 'reinstate', 'revoke'] as const).filter((act) =>
    allows(act, row.standing),
  );
  return [...(row.standing === 'valid' ? ['correct'] : []), ...acts].map((act) => ({
    act,
    href: `${hrefOf(row)}/${act}`,
  }));
}

export const toStaffPage = (
  row: CertificateRow,
  relatives: readonly CertificateRow[],
  mayAct: boolean,
  reader: Reader,
) => ({
  ...lineOf(row, reader),
  note: noteOf(row, reader),
  facts: factsOf(row, reader),
  pdfHref: row.pdf ? `${hrefOf(row)}/pdf` : null,
  verifyHref: `/verify/${row.code}`,
  mayAct,
  organisation: row.snapshot.organisation.name,
  acts: mayAct ? actsOf(row) : [],
  relatives: relatives.map((each) => lineOf(each, reader)),
});

export const toManyPage = (
  query: { act: BulkAct; q: string; state?: StaffFilter['state'] },
  found: { items: readonly { number: string }[]; total: number },
  form: ReturnType<typeof formView>,
) => ({
  act: query.act,
  count: found.items.length,
  left: Math.max(0, found.total - MOST_AT_ONCE),
  examples: found.items.slice(0, 5).map(({ number }) => number),
  action: `${LIST}/many${queryOf({ act: query.act, q: query.q, state: query.state })}`,
  cancelHref: `${LIST}${queryOf({ q: query.q, state: query.state })}`,
  form,
});
