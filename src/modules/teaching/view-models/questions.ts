import { summaryOf, wordsOf } from '../../assessment';
import { type PublishedVersion, type Question, type QuizActivity, textIn } from '../../catalogue';
import type { QuestionStatsRow } from '../model';
import { discriminationOf, FEWEST, medianOf } from '../results/numbers';
import type { Reader } from './reader';

export interface ShownAnswer {
  readonly text: string;
  readonly right: boolean;
  readonly count: number;
  /** Of all attempts, 0 to 100. */
  readonly percent: number;
}

export interface ShownQuestion {
  readonly number: number;
  readonly id: string;
  readonly words: string;
  readonly lang: string;
  readonly attempts: number;
  readonly figures: readonly { readonly label: string; readonly value: string }[];
  readonly warning: string | null;
  readonly answers: readonly ShownAnswer[];
  readonly typed: readonly { readonly text: string; readonly count: number }[];
}

interface Part {
  key: string;
  text: string;
  right: boolean;
}

/** What can be chosen in a question, by the keys under which it was counted. */
function partsOf(
  question: Question,
  say: (text: Question['text']) => string,
  { t }: Reader,
): Part[] {
  switch (question.kind) {
    case 'one':
    case 'several':
      return question.options.map(({ id, text, correct }) => ({
        key: id,
        text: say(text),
        right: correct,
      }));
    case 'true-false':
      return [true, false].map((value) => ({
        key: String(value),
        text: t(`teaching.questions.${value}`),
        right: question.answer === value,
      }));
    case 'matching': {
      const rights = [
        ...question.pairs.map(({ id, right }) => ({ id, text: right })),
        ...question.distractors,
      ];
      return question.pairs.flatMap(({ id, left }) =>
        rights.map((right) => ({
          key: `${id} ${right.id}`,
          text: `${say(left)} → ${say(right.text)}`,
          right: right.id === id,
        })),
      );
    }
    case 'ordering':
      return question.items.map(({ id, text }) => ({
        key: id,
        text: t('teaching.questions.misplaced', { item: say(text) }),
        right: false,
      }));
    case 'gaps':
      return question.gaps.flatMap((gap, index) =>
        'options' in gap
          ? gap.options.map(({ id, text }) => ({
              key: `${gap.id} ${id}`,
              text: t('teaching.questions.gap', { number: index + 1, text: say(text) }),
              right: id === gap.answer,
            }))
          : [],
      );
    default:
      return [];
  }
}

/** Something is wrong with the question rather than with the learners. */
function warningOn(row: QuestionStatsRow, value: number | null, { t }: Reader): string | null {
  if (row.attempts < FEWEST) return t('teaching.questions.tooFew', { count: FEWEST });
  if (value !== null && value < 0) return t('teaching.questions.backwards');
  if (row.right / row.attempts < 0.3) return t('teaching.questions.hard');
  if (value !== null && value < 0.2) return t('teaching.questions.flat');
  return null;
}

const MOST_ANSWERS = 30;

function toQuestion(
  question: Question,
  index: number,
  row: QuestionStatsRow | undefined,
  version: PublishedVersion,
  reader: Reader,
): ShownQuestion {
  const { t, format, language } = reader;
  const say = (text: Question['text']) => wordsOf(textIn(text, language, version.language));
  const shown = {
    number: index + 1,
    id: question.id,
    words: summaryOf(textIn(question.text, language, version.language)),
    lang: question.text[language] === undefined ? version.language : language,
  };
  if (!row || row.attempts === 0) {
    return { ...shown, attempts: 0, figures: [], warning: null, answers: [], typed: [] };
  }
  const share = (count: number) => (100 * count) / row.attempts;
  const discrimination = discriminationOf(row);
  const seconds = medianOf(row);
  const figure = (key: string, value: string | null) => ({
    label: t(`teaching.questions.figure.${key}`),
    value: value ?? t('teaching.questions.unknown'),
  });
  return {
    ...shown,
    attempts: row.attempts,
    figures: [
      figure('right', format.percent(share(row.right))),
      ...(row.partly > 0 ? [figure('partly', format.percent(share(row.partly)))] : []),
      figure('wrong', format.percent(share(row.wrong))),
      figure('unanswered', format.percent(share(row.unanswered))),
      figure('discrimination', discrimination === null ? null : format.number(discrimination, 2)),
      figure(
        'time',
        seconds === null ? null : t('teaching.questions.seconds', { count: Math.round(seconds) }),
      ),
    ],
    warning: warningOn(row, discrimination, reader),
    answers: partsOf(question, say, reader)
      .map(({ key, text, right }) => {
        const count = row.chosen[key] ?? 0;
        return { text, right, count, percent: share(count) };
      })
      .filter(({ right, count }) => right || count > 0 || question.kind === 'one')
      .sort((a, b) => b.count - a.count)
      .slice(0, MOST_ANSWERS),
    // What a single person typed may say who it was.
    typed: row.typed.filter(({ count }) => count > 1).slice(0, 10),
  };
}

export const toQuestions = (
  version: PublishedVersion,
  { quiz }: QuizActivity,
  rows: readonly QuestionStatsRow[],
  reader: Reader,
): ShownQuestion[] => {
  const byId = new Map(rows.map((row) => [row.questionId, row]));
  return quiz.questions.map((question, index) =>
    toQuestion(question, index, byId.get(question.id), version, reader),
  );
};
