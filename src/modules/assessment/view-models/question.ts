import type { FormState } from '../../../platform/http';
import { readAnswer } from '../answer-form';
import type { QuizPlace } from '../types';
import { type AnswerInput, toInput } from './answer-input';
import { type Opened, openedAt } from './open';
import { lineOf, textsFor } from './texts';
import { type TimeLeft, timeLeft } from './time-left';

export interface QuestionPage {
  readonly title: string;
  readonly titleLang: string;
  /** Language of the question and of its answers. */
  readonly contentLang: string;
  readonly number: number;
  readonly count: number;
  readonly attemptId: string;
  readonly questionId: string;
  readonly action: string;
  /** Address to go back to from the first question; null where "back" is the question before. */
  readonly backHref: string | null;
  readonly isLast: boolean;
  /** The question on one line; null where it takes more and stands in `proseHtml`. */
  readonly lineHtml: string | null;
  readonly proseHtml: string | null;
  readonly input: AnswerInput;
  readonly answered: boolean;
  readonly timeLeft: TimeLeft | null;
  /** What is wrong with what was sent. */
  readonly faults: FormState['faults'];
}

/**
 * For views/assessment/question.ejs, at GET `base`/question/:n; null when no attempt is open or there
 * is no such question.
 * @param form what was typed and refused
 */
export async function questionPage(
  place: QuizPlace,
  number: number,
  form?: FormState,
): Promise<QuestionPage | null> {
  const opened = await openedAt(place);
  return opened && toQuestionPage(place, opened, number, form);
}

/** The same for an attempt at hand. */
export function toQuestionPage(
  place: QuizPlace,
  { row, quiz, questions, given }: Opened,
  number: number,
  form?: FormState,
): QuestionPage | null {
  const question = questions[number - 1];
  const drawn = row.drawn[number - 1];
  if (!question || !drawn) return null;
  const texts = textsFor(place, quiz.version);
  const saved = given.answers.get(question.id) ?? null;
  const html = texts.text(question.text);
  // The sentence of a gaps question holds the places for the answers.
  const isGaps = question.kind === 'gaps';
  const line = isGaps ? null : lineOf(html);
  return {
    title: texts.text(quiz.activity.title),
    titleLang: texts.langOf(quiz.activity.title),
    contentLang: texts.langOf(question.text),
    number,
    count: questions.length,
    attemptId: row._id.toHexString(),
    questionId: question.id,
    action: `${place.base}/answer`,
    backHref: number === 1 ? place.base : null,
    isLast: number === questions.length,
    lineHtml: line,
    proseHtml: line === null && !isGaps ? html : null,
    input: toInput(question, drawn, form ? readAnswer(question, form.values) : saved, texts),
    answered: saved !== null,
    timeLeft: timeLeft(row, place.base),
    faults: form?.faults ?? [],
  };
}
