import type {
  Gap,
  GapsQuestion,
  MatchingQuestion,
  NumberQuestion,
  OneQuestion,
  OrderingQuestion,
  Question,
  SeveralQuestion,
  TextQuestion,
} from '../../catalogue';
import type { Drawn } from '../draw';
import type { QuestionResult } from '../model';
import type { Shown } from '../review-rules';
import type { AnswerValue } from '../types';
import { inOrder } from './answer-input';
import { lineOf, segmentsOf, type Texts } from './texts';

type State = 'correct' | 'wrong' | null;

export interface ReviewedOption {
  readonly value: string;
  readonly html: string;
  readonly chosen: boolean;
  readonly state: State;
  /** Not chosen, and right: shown only with the right answers. */
  readonly missed: boolean;
  readonly noteHtml: string | null;
}

/** One part of an answer: a pair, a place, a gap, or the whole of a typed answer. */
export interface ReviewedPart {
  /** What it answers; null where the place in the list says it. */
  readonly labelHtml: string | null;
  /** null: nothing was given. */
  readonly givenHtml: string | null;
  readonly given: string | null;
  readonly state: State;
  /** The right answer where it may be seen and was not given; texts and numbers are told in words. */
  readonly right: string | null;
}

type GapSegment = { readonly html: string } | { readonly part: ReviewedPart };

export type AnswerReview =
  | {
      readonly kind: 'choice';
      readonly several: boolean;
      readonly options: readonly ReviewedOption[];
      readonly unanswered: boolean;
    }
  | {
      readonly kind: 'true-false';
      readonly chosen: boolean | null;
      readonly state: State;
      /** null where it may not be seen. */
      readonly right: boolean | null;
    }
  | { readonly kind: 'typed'; readonly part: ReviewedPart }
  | { readonly kind: 'matching'; readonly parts: readonly ReviewedPart[] }
  | {
      readonly kind: 'ordering';
      readonly parts: readonly ReviewedPart[];
      readonly rightHtml: readonly string[] | null;
      readonly unanswered: boolean;
    }
  | {
      readonly kind: 'gaps';
      readonly segments: readonly GapSegment[];
      readonly rights: readonly { readonly number: number; readonly text: string }[];
    };

interface Context {
  readonly drawn: Drawn;
  readonly answer: AnswerValue | null;
  /** Which parts are right; null where that may not be seen. */
  readonly parts: QuestionResult['parts'] | null;
  readonly verdict: QuestionResult['verdict'] | null;
  readonly shown: Shown;
  readonly texts: Texts;
}

const stateOf = (right: boolean | undefined): State =>
  right === undefined ? null : right ? 'correct' : 'wrong';

const stateOfVerdict = ({ verdict }: Context): State => {
  if (verdict === null || verdict === 'unanswered') return null;
  return verdict === 'right' ? 'correct' : 'wrong';
};

function toChoice(question: OneQuestion | SeveralQuestion, context: Context): AnswerReview {
  const { drawn, answer, parts, shown, texts } = context;
  const single = answer?.kind === 'one' ? [answer.option] : [];
  const chosen = answer?.kind === 'several' ? answer.options : single;
  return {
    kind: 'choice',
    several: question.kind === 'several',
    unanswered: chosen.length === 0,
    options: inOrder(question.options, drawn.orders['options']).map((option) => {
      const isChosen = chosen.includes(option.id);
      const missed = !isChosen && option.correct && shown.answers;
      const saysWhy = shown.feedback && (isChosen || shown.answers) && option.feedback !== null;
      const note = saysWhy && option.feedback ? texts.text(option.feedback) : null;
      return {
        value: option.id,
        html: texts.text(option.text),
        chosen: isChosen,
        state: missed ? 'correct' : isChosen && parts ? stateOf(parts[option.id]) : null,
        missed,
        noteHtml: note && (lineOf(note) ?? note),
      };
    }),
  };
}

const typedPart = (given: string | null, right: string | null, context: Context): AnswerReview => {
  const state = stateOfVerdict(context);
  return {
    kind: 'typed',
    part: {
      labelHtml: null,
      givenHtml: null,
      given,
      state,
      right: context.shown.answers && state !== 'correct' ? right : null,
    },
  };
};

function toNumber(question: NumberQuestion, context: Context): AnswerReview {
  const { answer } = context;
  const right = [String(question.answer), context.texts.unit(question) ?? []].flat().join(' ');
  return typedPart(answer?.kind === 'number' ? answer.text : null, right, context);
}

const firstOf = (accepted: TextQuestion['accepted'], { text }: Texts): string =>
  text(
    Object.fromEntries(
      Object.entries(accepted).map(([language, list]) => [language, list[0] ?? '']),
    ),
  );

function toMatching(question: MatchingQuestion, context: Context): AnswerReview {
  const { answer, parts, shown, texts } = context;
  const given = answer?.kind === 'matching' ? answer.pairs : {};
  const rights = [
    ...question.pairs.map(({ id, right }) => ({ id, text: right })),
    ...question.distractors,
  ];
  return {
    kind: 'matching',
    parts: question.pairs.map(({ id, left, right }) => {
      const chosen = rights.find((each) => each.id === given[id]);
      return {
        labelHtml: texts.text(left),
        givenHtml: null,
        given: chosen ? texts.text(chosen.text) : null,
        state: chosen && parts ? stateOf(parts[id]) : null,
        right: shown.answers && chosen?.id !== id ? texts.text(right) : null,
      };
    }),
  };
}

function toOrdering(question: OrderingQuestion, context: Context): AnswerReview {
  const { answer, parts, shown, texts, verdict } = context;
  const order = answer?.kind === 'ordering' ? answer.order : [];
  const showsRight = shown.answers && verdict !== 'right';
  return {
    kind: 'ordering',
    unanswered: order.length === 0,
    parts: inOrder(question.items, order).map(({ id, text }, place) => ({
      labelHtml: null,
      givenHtml: texts.text(text),
      given: null,
      state: parts ? stateOf(question.items[place]?.id === id) : null,
      right: null,
    })),
    rightHtml: showsRight ? question.items.map(({ text }) => texts.text(text)) : null,
  };
}

function toGaps(question: GapsQuestion, context: Context): AnswerReview {
  const { answer, parts, shown, texts } = context;
  const filled = answer?.kind === 'gaps' ? answer.gaps : {};
  const textOfOption = (gap: Gap, id: string | undefined): string | null => {
    if (id === undefined || !('options' in gap)) return id ?? null;
    const option = gap.options.find((each) => each.id === id);
    return option ? texts.text(option.text) : null;
  };
  const rightOf = (gap: Gap): string =>
    'options' in gap ? (textOfOption(gap, gap.answer) ?? '') : firstOf(gap.accepted, texts);
  const ordered = segmentsOf(texts.text(question.text));
  const gapsInText = ordered.flatMap((segment) => ('gapId' in segment ? [segment.gapId] : []));
  const partOf = (gap: Gap): ReviewedPart => ({
    labelHtml: null,
    givenHtml: null,
    given: textOfOption(gap, filled[gap.id]),
    state: parts && filled[gap.id] !== undefined ? stateOf(parts[gap.id] ?? false) : null,
    right: null,
  });
  return {
    kind: 'gaps',
    segments: ordered.flatMap((segment): GapSegment[] => {
      if ('html' in segment) return [segment];
      const gap = question.gaps.find(({ id }) => id === segment.gapId);
      return gap ? [{ part: partOf(gap) }] : [];
    }),
    rights: shown.answers
      ? inOrder(question.gaps, gapsInText)
          .map((gap, index) => ({ gap, number: index + 1, text: rightOf(gap) }))
          .filter(({ gap }) => context.parts?.[gap.id] !== true)
          .map(({ number, text }) => ({ number, text }))
      : [],
  };
}

/** An answer as the review shows it: by words and icons, as far as the rules allow. */
export function toAnswerReview(question: Question, context: Context): AnswerReview {
  const { answer, shown, texts } = context;
  switch (question.kind) {
    case 'one':
    case 'several':
      return toChoice(question, context);
    case 'true-false':
      return {
        kind: 'true-false',
        chosen: answer?.kind === 'true-false' ? answer.value : null,
        state: stateOfVerdict(context),
        right: shown.answers ? question.answer : null,
      };
    case 'number':
      return toNumber(question, context);
    case 'text':
      return typedPart(
        answer?.kind === 'text' ? answer.text : null,
        firstOf(question.accepted, texts),
        context,
      );
    case 'matching':
      return toMatching(question, context);
    case 'ordering':
      return toOrdering(question, context);
    case 'gaps':
      return toGaps(question, context);
  }
}
