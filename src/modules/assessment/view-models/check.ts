import type { QuizPlace } from '../types';
import { type Opened, openedAt } from './open';
import { summaryOf, textsFor } from './texts';
import { type TimeLeft, timeLeft } from './time-left';

export interface CheckPage {
  readonly questions: readonly {
    readonly number: number;
    readonly href: string;
    readonly summary: string;
    readonly lang: string;
    readonly answered: boolean;
  }[];
  /** Numbers of the questions without an answer. */
  readonly unanswered: readonly number[];
  readonly firstUnanswered: { readonly number: number; readonly href: string } | null;
  readonly lastHref: string;
  readonly submitAction: string;
  /** Where the script still sends answers that wait on the device. */
  readonly saveUrl: string;
  /** null: as many as one likes. */
  readonly attemptsLeft: number | null;
  readonly timeLeft: TimeLeft | null;
}

/** For views/assessment/check.ejs, at GET `base`/check; null when no attempt is open. */
export async function checkPage(place: QuizPlace): Promise<CheckPage | null> {
  const opened = await openedAt(place);
  return opened && toCheckPage(place, opened);
}

/** The same for an attempt at hand. */
export function toCheckPage(place: QuizPlace, opened: Opened): CheckPage {
  const { row, quiz, given } = opened;
  const { text, langOf } = textsFor(place, quiz.version);
  const hrefOf = (number: number) => `${place.base}/question/${number}`;
  const questions = opened.questions.map((question, index) => ({
    number: index + 1,
    href: hrefOf(index + 1),
    summary: summaryOf(text(question.text)),
    lang: langOf(question.text),
    answered: given.answers.has(question.id),
  }));
  const unanswered = questions.filter(({ answered }) => !answered).map(({ number }) => number);
  const { attempts } = quiz.activity.quiz;
  return {
    questions,
    unanswered,
    firstUnanswered: questions.find(({ answered }) => !answered) ?? null,
    lastHref: hrefOf(questions.length),
    submitAction: `${place.base}/submit`,
    saveUrl: `${place.base}/answer`,
    attemptsLeft: attempts === null ? null : attempts - row.number,
    timeLeft: timeLeft(row, place.base),
  };
}
