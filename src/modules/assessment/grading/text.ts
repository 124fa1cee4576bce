import type { LocalisedList, TextQuestion } from '../../catalogue';
import { type Graded, graded, UNANSWERED } from './graded';

/**
 * A short text without what is not its meaning: width and composition (Unicode NFKC), case, accents
 * of Latin letters (in Tamil a mark is a vowel and stays), punctuation, repeated spaces. A text of
 * punctuation alone stays as it is.
 */
export function normaliseText(text: string): string {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .trim();
  const words = plain
    .replace(/['’`]/g, '')
    .replace(/\p{P}+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  return words === '' ? plain : words;
}

/** True when the text is one of those that are accepted, in whichever language. */
export function isAccepted(accepted: LocalisedList, typed: string): boolean {
  const given = normaliseText(typed);
  return Object.values(accepted).some((list) => list.some((each) => normaliseText(each) === given));
}

export function gradeText(question: TextQuestion, typed: string): Graded {
  if (typed.trim() === '') return UNANSWERED;
  return graded(isAccepted(question.accepted, typed) ? 1 : 0);
}
