import { LANGUAGES, translatorOf } from '../../platform/i18n';
import type { CourseListing } from './queries';
import { skillName } from './skills';
import type { Level, Localised } from './types';

/** Lengths of a course by its minutes. */
export const LENGTHS = ['short', 'medium', 'long'] as const;
export type Length = (typeof LENGTHS)[number];

/** Up to one hour; up to four; more. */
export const lengthOf = (minutes: number): Length =>
  minutes <= 60 ? 'short' : minutes <= 240 ? 'medium' : 'long';

export interface Criteria {
  readonly words: string;
  readonly level: readonly Level[];
  readonly length: readonly Length[];
  readonly language: readonly string[];
  readonly skill: readonly string[];
}

export const FILTERS = ['level', 'length', 'language', 'skill'] as const;
export type Filter = (typeof FILTERS)[number];

/** Without width, case and the accents of Latin letters. */
const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '');

const all = (text: Localised): string => Object.values(text).join('\n');

/** What is searched, the weightiest first; in every language, whatever language one reads in. */
function fieldsOf(course: CourseListing): readonly string[] {
  const skills = course.skills.flatMap((skill) => [
    skill,
    ...LANGUAGES.map((language) => skillName(skill, translatorOf(language))),
  ]);
  return [
    all(course.title),
    skills.join('\n'),
    all(course.summary),
    course.outcomes.map(all).join('\n'),
  ].map(fold);
}

const folded = new WeakMap<CourseListing, readonly string[]>();

function searchable(course: CourseListing): readonly string[] {
  let fields = folded.get(course);
  if (!fields) {
    fields = fieldsOf(course);
    folded.set(course, fields);
  }
  return fields;
}

/** How well a course fits the words: 0 when one of them is nowhere in it. */
function weigh(course: CourseListing, words: readonly string[]): number {
  const fields = searchable(course);
  let weight = 1;
  for (const word of words) {
    const found = fields.findIndex((field) => field.includes(word));
    if (found < 0) return 0;
    weight += fields.length - found;
  }
  return weight;
}

const VALUES: Record<Filter, (course: CourseListing) => readonly string[]> = {
  level: ({ level }) => [level],
  length: ({ minutes }) => [lengthOf(minutes)],
  language: ({ languages }) => languages,
  skill: ({ skills }) => skills,
};

const passes = (course: CourseListing, filter: Filter, wanted: readonly string[]): boolean =>
  wanted.length === 0 || VALUES[filter](course).some((value) => wanted.includes(value));

export interface Found {
  /** The best fit first; without words in the order of the titles. */
  readonly courses: readonly CourseListing[];
  /** For each filter, how many courses each value would show with the other filters as they are. */
  readonly counts: Readonly<Record<Filter, ReadonlyMap<string, number>>>;
}

/** Finds courses. Values of one filter add to each other, filters narrow each other. */
export function searchCourses(courses: readonly CourseListing[], criteria: Criteria): Found {
  const words = fold(criteria.words).split(/\s+/u).filter(Boolean);
  const weighed = courses
    .map((course) => ({ course, weight: weigh(course, words) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ course }) => course);
  const count = (filter: Filter): Map<string, number> => {
    const others = FILTERS.filter((each) => each !== filter);
    const counts = new Map<string, number>();
    for (const course of weighed) {
      if (!others.every((other) => passes(course, other, criteria[other]))) continue;
      for (const value of VALUES[filter](course)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return counts;
  };
  return {
    courses: weighed.filter((course) =>
      FILTERS.every((filter) => passes(course, filter, criteria[filter])),
    ),
    counts: {
      level: count('level'),
      length: count('length'),
      language: count('language'),
      skill: count('skill'),
    },
  };
}
