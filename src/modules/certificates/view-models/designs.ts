import { type CourseListing, textIn } from '../../catalogue';
import type { Organisation } from '../../organisations';
import { DESIGNS, nameOfOwn } from '../design';
import type { DesignChoiceRow, OwnDesignRow } from '../design-model';
import { SAMPLES } from '../sample';
import type { Reader } from './public';

const PAGE = '/staff/certificates/designs';

/** A4 in points: of ours, and of the older ones of others, most of which lie like this. */
const LYING = { width: 842, height: 595 };
const STANDING = { width: 595, height: 842 };

export function toDesignsPage(
  found: {
    organisations: readonly Organisation[];
    own: readonly OwnDesignRow[];
    choices: readonly DesignChoiceRow[];
    courses: readonly CourseListing[];
  },
  { t, language }: Pick<Reader, 't' | 'language'>,
) {
  const courses = found.courses.map(({ courseSlug, title, language: own }) => ({
    value: courseSlug,
    text: textIn(title, language, own),
  }));
  const courseOf = new Map(courses.map(({ value, text }) => [value, text]));
  const nameOf = new Map(found.organisations.map(({ id, name }) => [id, name]));
  const designs = [
    ...DESIGNS.map((name) => ({
      name,
      title: t(`certificates.design.${name}`),
      by: null,
      size: name === 'upright-1' ? STANDING : LYING,
    })),
    ...found.own.map((row) => ({
      name: nameOfOwn(row),
      title: row.name,
      by: nameOf.get(row.organisationId) ?? null,
      size: row.size ?? LYING,
    })),
  ];
  const titleOf = new Map(designs.map(({ name, title }) => [name, title]));
  return {
    courses: [{ value: '', text: t('certificates.design.everyCourse') }, ...courses],
    designs: designs.map((design) => ({
      ...design,
      previews: SAMPLES.map(({ holderName }, sample) => ({
        src: `${PAGE}/${design.name}/preview.svg?sample=${sample}`,
        alt: t('certificates.design.previewAlt', { design: design.title, name: holderName }),
      })),
    })),
    options: designs.map(({ name, title }) => ({ value: name, text: title })),
    organisations: found.organisations.map(({ id, name }) => ({ value: id, text: name })),
    choices: found.choices.map((row) => ({
      organisation: nameOf.get(row.organisationId) ?? '',
      course:
        row.courseSlug === ''
          ? t('certificates.design.everyCourse')
          : (courseOf.get(row.courseSlug) ?? row.courseSlug),
      design: titleOf.get(row.design) ?? row.design,
    })),
  };
}
