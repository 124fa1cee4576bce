import { actHref } from '../../platform/bulk';
import type { Format, Language, Translate } from '../../platform/i18n';
import { findPeople } from '../accounts';
import { findVersion, languageOf, textIn } from '../catalogue';
import type { EnrolmentSummary } from '../learning';
import { nameIn, noonOf, type Organisation } from '../organisations';
import type { Table } from './csv/read-file';
import { type Column, type ImportRecord, type ImportRowRecord, PLANS } from './model';
import type { World } from './service/world';

export interface Reader {
  readonly t: Translate;
  readonly format: Format;
  readonly language: Language;
}

const depthOf = ({ path }: Organisation): number => path.length;

/** The choices of the form: organisations as a tree, courses by title. */
export function toChoices(world: World, { language }: Reader) {
  const least = Math.min(...world.organisations.map(depthOf));
  const byPath = new Map(world.organisations.map((each) => [each.id, nameIn(each, language)]));
  const placeOf = ({ path }: Organisation): string =>
    path.map((id) => byPath.get(id) ?? '').join(' ');
  return {
    organisations: world.organisations
      .toSorted((a, b) => placeOf(a).localeCompare(placeOf(b), language))
      .map((each) => ({
        value: each.id,
        text: `${'\u2003'.repeat(depthOf(each) - least)}${nameIn(each, language)}`,
      })),
    courses: world.courses.map(({ courseSlug, title, language: own }) => ({
      value: courseSlug,
      text: textIn(title, language, own),
    })),
  };
}

const EXAMPLES = 3;
const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

function examplesOf({ records }: Table, index: number): string[] {
  const found: string[] = [];
  for (const { cells } of records) {
    const cell = cells[index] ?? '';
    if (cell !== '') found.push(shortened(cell));
    if (found.length === EXAMPLES) break;
  }
  return found;
}

/** The first `most` columns of a file with what stands in them first, and what each is taken for. */
export const toColumns = (
  table: Table,
  columns: readonly (Column | null)[],
  error: Readonly<Record<string, string>>,
  most: number,
) =>
  table.headings.slice(0, most).map((heading, index) => ({
    id: `field-columns-${index}`,
    number: index + 1,
    heading: shortened(heading),
    examples: examplesOf(table, index),
    value: columns[index] ?? '',
    error: error[`columns-${index}`],
  }));

/** An import in the list of imports. */
export const toImportLine = (record: ImportRecord, reader: Reader, organisation: string) => ({
  href: `/staff/imports/${record._id.toHexString()}`,
  name: record.fileName ?? reader.t('enrolling.imports.list'),
  when: reader.format.dateTime(record.createdAt),
  organisation,
  total: record.total,
  state: record.actId !== null ? 'begun' : record.counts.bad > 0 ? 'bad' : 'checked',
});

/** The counts of a dry run, those that there are. */
export const toCounts = (record: ImportRecord, { t, format }: Reader) =>
  PLANS.filter((plan) => record.counts[plan] > 0).map((plan) => ({
    label: t(`enrolling.plan.${plan}`),
    value: format.number(record.counts[plan]),
  }));

/** Bad rows as a table: line, column, what stands there, what to do. */
export const toFaultRows = (rows: readonly ImportRowRecord[], { t }: Pick<Reader, 't'>) =>
  rows.flatMap(({ line, faults }) =>
    faults.map(({ column, value, messageKey, values }) => [
      t('enrolling.faults.lineNumber', { line }),
      t(`enrolling.column.${column}`),
      value,
      t(messageKey, values),
    ]),
  );

/** Who is in the rows with one plan, a few of them. */
export const toPeople = (rows: readonly ImportRowRecord[]): string[] =>
  rows.map(({ name, email, number }) =>
    [name, email ?? number].filter((part) => part !== null).join(', '),
  );

export const toActLinks = (actId: string) => ({
  pollUrl: `${actHref(actId)}/progress`,
  actions: { stop: `${actHref(actId)}/stop`, resume: `${actHref(actId)}/resume` },
  faultsHref: `${actHref(actId)}/faults`,
});

/** Someone chosen in a list, with what a message can name. */
export interface ChosenPerson {
  readonly enrolmentId: string;
  readonly name: string;
  readonly language: Language;
  readonly course: string;
  readonly courseLang: string;
  readonly dueOn: string | null;
}

/** The people behind some enrolments, as whoever chose them sees them. */
export async function toChosen(
  enrolments: readonly EnrolmentSummary[],
  { language, format }: Reader,
): Promise<ChosenPerson[]> {
  const people = await findPeople([...new Set(enrolments.map(({ userId }) => userId))]);
  const chosen: ChosenPerson[] = [];
  for (const { enrolmentId, userId, versionId, dueOn } of enrolments) {
    const person = people.get(userId);
    const version = await findVersion(versionId);
    if (!person || !version) continue;
    chosen.push({
      enrolmentId,
      name: person.name,
      language: person.language,
      course: textIn(version.title, language, version.language),
      courseLang: languageOf(version.title, language, version.language),
      dueOn: dueOn === null ? null : format.day(noonOf(dueOn)),
    });
  }
  return chosen;
}
