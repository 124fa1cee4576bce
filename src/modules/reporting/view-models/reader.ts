import type { Visitor } from '../../../platform/http';
import type { Format, Language, Translate } from '../../../platform/i18n';
import { findCourse, textIn } from '../../catalogue';
import { findOrganisations, nameIn, type Organisation } from '../../organisations';
import { EVERYWHERE } from '../counts';
import type { Part } from '../policy';
import type { Shown } from '../protect';

/** Who reads a page or a report. */
export interface Reader {
  readonly language: Language;
  readonly t: Translate;
  readonly format: Format;
}

export const readerOf = ({ preferences, t, format }: Visitor): Reader => ({
  language: preferences.language,
  t,
  format,
});

/** What a course is called; its slug when it is open to nobody any more. */
export async function courseName(slug: string, { language }: Reader): Promise<string> {
  const course = await findCourse(slug);
  return course ? textIn(course.title, language, course.language) : slug;
}

export const placeName = (organisation: Organisation | null, { language, t }: Reader): string =>
  organisation ? nameIn(organisation, language) : t('reporting.everywhere');

/** A figure as it is read; one that is not shown says so. */
export const figure = (value: Shown, { format, t }: Reader): string =>
  value === null ? t('reporting.notShown') : format.number(value);

/**
 * Names of organisations, of those only that lie inside the part that the reader may see: an employer
 * does not learn to which union someone belongs.
 */
export async function homesWithin(
  homeIds: readonly string[],
  parts: readonly Part[],
  reader: Reader,
): Promise<Map<string, string>> {
  const ids = [...new Set(homeIds)];
  const names = new Map<string, string>();
  for (let from = 0; from < ids.length; from += 500) {
    for (const organisation of (await findOrganisations(ids.slice(from, from + 500))).values()) {
      const isInside = parts.some(
        ({ node }) => node === EVERYWHERE || organisation.path.includes(node),
      );
      if (isInside) names.set(organisation.id, placeName(organisation, reader));
    }
  }
  return names;
}

/** `/staff…` with what is asked for; nothing for what is empty. */
export function address(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}
