import { z } from 'zod';
import { isLanguage, type Language } from '../../../platform/i18n';
import { now } from '../../../shared/clock';
import { normaliseEmail, tidy } from '../../../shared/text';
import { type Day, dayIn } from '../../organisations';
import { parseDay } from '../csv/parse-day';
import type { RawRow } from '../csv/read-file';
import type { Column, RowFault } from '../model';
import type { World } from './world';

/** A row whose cells have been read; who stands behind it is not known yet. */
export interface ParsedRow {
  readonly line: number;
  readonly email: string | null;
  readonly name: string | null;
  readonly number: string | null;
  readonly courseSlug: string | null;
  readonly dueOn: Day | null;
  readonly language: Language | null;
  readonly organisationId: string;
  readonly faults: readonly RowFault[];
}

/** What holds for every row that does not say otherwise. */
export interface Defaults {
  readonly courseSlug: string | null;
  readonly dueOn: Day | null;
  readonly organisationId: string;
}

const LONGEST: Record<Column, number> = {
  email: 254,
  name: 100,
  number: 40,
  course: 200,
  due: 30,
  language: 30,
  organisation: 60,
};

const Email = z.email();
const LANGUAGE_WORDS: Record<string, Language> = {
  english: 'en',
  chinese: 'zh',
  mandarin: 'zh',
  malay: 'ms',
  tamil: 'ta',
  中文: 'zh',
  'bahasa melayu': 'ms',
  தமிழ்: 'ta',
};

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

const languageOf = (text: string): Language | null => {
  const word = text.toLowerCase();
  const [code = ''] = word.split(/[-_]/);
  return isLanguage(code) ? code : (LANGUAGE_WORDS[word] ?? null);
};

/** Finds courses by what people call them: the name in their address, or their title in any language. */
function courseFinder({ courses }: World): (text: string) => string | null {
  const byName = new Map<string, string>();
  for (const { courseSlug, title } of courses) {
    for (const name of [...Object.values(title), courseSlug]) {
      if (name) byName.set(tidy(name).toLowerCase(), courseSlug);
    }
  }
  return (text) => byName.get(tidy(text).toLowerCase()) ?? null;
}

/** Reads rows by themselves: nothing is asked of the database. */
export function parseRows(rows: readonly RawRow[], defaults: Defaults, world: World): ParsedRow[] {
  const findCourse = courseFinder(world);
  const byCode = new Map(world.organisations.map((each) => [each.code, each]));
  const byId = new Map(world.organisations.map((each) => [each.id, each]));
  const met = new Map<string, number>();

  return rows.map(({ line, cells, misfit }) => {
    const faults: RowFault[] = [];
    const wrong = (column: RowFault['column'], name: string, values: RowFault['values'] = {}) => {
      const value = column === 'row' ? '' : shortened(cells[column] ?? '');
      faults.push({ column, value, messageKey: `enrolling.fault.${name}`, values });
    };
    if (misfit) wrong('row', 'misfit', { ...misfit });
    for (const [column, most] of Object.entries(LONGEST) as [Column, number][]) {
      if ((cells[column]?.length ?? 0) > most) wrong(column, 'tooLong', { maximum: most });
    }
    const sound = faults.length === 0;

    const email = cells.email ?? null;
    if (email !== null && sound && !Email.safeParse(email).success) wrong('email', 'email');
    if (email === null && cells.number === undefined) wrong('email', 'nobody');

    const courseSlug = cells.course === undefined ? defaults.courseSlug : findCourse(cells.course);
    if (courseSlug === null) wrong('course', cells.course === undefined ? 'noCourse' : 'course');

    const organisation =
      cells.organisation === undefined
        ? byId.get(defaults.organisationId)
        : byCode.get(cells.organisation.toLowerCase());
    if (!organisation) wrong('organisation', 'organisation');

    const dueOn = cells.due === undefined ? defaults.dueOn : parseDay(cells.due);
    if (cells.due !== undefined && dueOn === null) wrong('due', 'due');
    if (dueOn !== null && organisation && dueOn < dayIn(organisation.timeZone, now())) {
      wrong('due', 'past');
    }

    const language = cells.language === undefined ? null : languageOf(cells.language);
    if (cells.language !== undefined && language === null) wrong('language', 'language');

    const who = email === null ? (cells.number ?? '').toUpperCase() : normaliseEmail(email);
    const earlier = met.get(`${who} ${courseSlug}`);
    if (earlier !== undefined && who !== '')
      wrong(email === null ? 'number' : 'email', 'repeated', { line: earlier });
    else met.set(`${who} ${courseSlug}`, line);

    return {
      line,
      email,
      name: cells.name === undefined ? null : tidy(cells.name),
      number: cells.number ?? null,
      courseSlug,
      dueOn,
      language,
      organisationId: organisation?.id ?? defaults.organisationId,
      faults,
    };
  });
}
