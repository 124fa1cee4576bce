import {
  type Localised,
  languageOf,
  type NumberQuestion,
  type PublishedVersion,
  textIn,
} from '../../catalogue';
import type { QuizPlace } from '../types';

/** The texts of a quiz in the language in which it is read. */
export interface Texts {
  text(localised: Localised): string;
  textOrNull(localised: Localised | null): string | null;
  /** What the unit of the answer is called. */
  unit(question: NumberQuestion): string | null;
  /** Language of what `text` answers. */
  langOf(localised: Localised): string;
}

export const textsFor = (
  { language }: Pick<QuizPlace, 'language'>,
  version: Pick<PublishedVersion, 'language'>,
): Texts => {
  const text = (localised: Localised) => textIn(localised, language, version.language);
  return {
    text,
    textOrNull: (localised) => (localised === null ? null : text(localised)),
    unit: ({ unit, unitNames }) => (unitNames ? text(unitNames) : unit),
    langOf: (localised) => languageOf(localised, language, version.language),
  };
};

/** HTML of a single paragraph without the paragraph, for places that take one line; otherwise null. */
export function lineOf(html: string): string | null {
  const inner = /^\s*<p>([\s\S]*)<\/p>\s*$/.exec(html)?.[1];
  return inner === undefined || /<(p|figure|ul|ol|table|div|pre|blockquote)\b/.test(inner)
    ? null
    : inner;
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
};

/** The words of cleaned HTML, for names and short lists; a picture gives its alternative text. */
export const wordsOf = (html: string): string =>
  html
    .replaceAll(/<img\b[^>]*?\balt="([^"]*)"[^>]*>/g, ' $1 ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|#39);/g, (_all, name: string) => NAMED[name] ?? '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\s+([.,;:?!])/g, '$1')
    .trim();

const GAP = /\[\[([^\]\s]+)\]\]/g;

export type Segment = { readonly html: string } | { readonly gapId: string };

/** The text of a gaps question in pieces: HTML and the places of the gaps. */
export function segmentsOf(html: string): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const match of html.matchAll(GAP)) {
    segments.push({ html: html.slice(from, match.index) }, { gapId: match[1] ?? '' });
    from = match.index + match[0].length;
  }
  segments.push({ html: html.slice(from) });
  return segments;
}

/** The text of a question on one line, with … for its gaps. */
export const summaryOf = (html: string): string => wordsOf(html.replaceAll(GAP, '…'));
