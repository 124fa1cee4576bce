import type {
  GapsQuestion,
  MatchingQuestion,
  NumberQuestion,
  OneQuestion,
  OrderingQuestion,
  Question,
  SeveralQuestion,
} from '../../catalogue';
import { partField } from '../answer-form';
import type { Drawn } from '../draw';
import type { AnswerValue } from '../types';
import { segmentsOf, type Texts, wordsOf } from './texts';

export interface Choice {
  readonly value: string;
  readonly text: string;
}

interface ChoiceInput {
  readonly kind: 'choice';
  readonly several: boolean;
  readonly options: readonly { readonly value: string; readonly html: string }[];
  readonly value: readonly string[];
}

interface TrueFalseInput {
  readonly kind: 'true-false';
  readonly value: 'true' | 'false' | '';
}

interface TypedInput {
  readonly kind: 'text' | 'number';
  readonly value: string;
  /** Shown behind the box; null where there is none, or it is to be typed. */
  readonly unit: string | null;
  /** Units that may be typed, the question's own first; empty where no choice is offered. */
  readonly units: readonly string[];
  readonly unitRequired: boolean;
  readonly digitsOnly: boolean;
}

interface MatchingInput {
  readonly kind: 'matching';
  readonly rows: readonly {
    readonly field: string;
    readonly leftHtml: string;
    readonly value: string;
  }[];
  readonly rights: readonly Choice[];
}

interface OrderingInput {
  readonly kind: 'ordering';
  readonly items: readonly { readonly id: string; readonly html: string; readonly words: string }[];
}

interface GapInput {
  readonly field: string;
  /** From 1, of the gaps of the question. */
  readonly number: number;
  readonly value: string;
  /** null: typed. */
  readonly options: readonly Choice[] | null;
}

type GapSegment = { readonly html: string } | { readonly gap: GapInput };

interface GapsInput {
  readonly kind: 'gaps';
  readonly segments: readonly GapSegment[];
  readonly count: number;
}

/** What is needed to show the place for an answer, with the answer in it. */
export type AnswerInput =
  | ChoiceInput
  | TrueFalseInput
  | TypedInput
  | MatchingInput
  | OrderingInput
  | GapsInput;

/** `list` in the order of `ids`. */
export function inOrder<T extends { readonly id: string }>(
  list: readonly T[],
  ids: readonly string[] | undefined,
): readonly T[] {
  const byId = new Map(list.map((each) => [each.id, each]));
  return ids ? ids.flatMap((id) => byId.get(id) ?? []) : list;
}

function toChoice(
  question: OneQuestion | SeveralQuestion,
  { orders }: Drawn,
  answer: AnswerValue | null,
  { text }: Texts,
): ChoiceInput {
  const chosen = answer?.kind === 'one' ? [answer.option] : [];
  return {
    kind: 'choice',
    several: question.kind === 'several',
    options: inOrder(question.options, orders['options']).map((option) => ({
      value: option.id,
      html: text(option.text),
    })),
    value: answer?.kind === 'several' ? answer.options : chosen,
  };
}

function toNumber(question: NumberQuestion, answer: AnswerValue | null, texts: Texts): TypedInput {
  const { units, unitRequired } = question;
  const unit = texts.unit(question);
  const typesUnit = unitRequired || units.length > 0;
  return {
    kind: 'number',
    value: answer?.kind === 'number' ? answer.text : '',
    unit: typesUnit ? null : unit,
    units: typesUnit ? [unit ?? [], ...units.map((each) => each.unit)].flat() : [],
    unitRequired,
    // The keys for digits have no minus sign on some phones.
    digitsOnly: !typesUnit && question.answer >= 0,
  };
}

function toMatching(
  question: MatchingQuestion,
  { orders }: Drawn,
  answer: AnswerValue | null,
  { text }: Texts,
): MatchingInput {
  const given = answer?.kind === 'matching' ? answer.pairs : {};
  const rights = [
    ...question.pairs.map(({ id, right }) => ({ id, text: right })),
    ...question.distractors,
  ];
  return {
    kind: 'matching',
    rows: question.pairs.map(({ id, left }) => ({
      field: partField(id),
      leftHtml: text(left),
      value: given[id] ?? '',
    })),
    rights: inOrder(rights, orders['rights']).map((right) => ({
      value: right.id,
      text: text(right.text),
    })),
  };
}

function toOrdering(
  question: OrderingQuestion,
  { orders }: Drawn,
  answer: AnswerValue | null,
  { text }: Texts,
): OrderingInput {
  const ids = answer?.kind === 'ordering' && answer.order.length > 0 ? answer.order : undefined;
  return {
    kind: 'ordering',
    items: inOrder(question.items, ids ?? orders['items']).map((item) => ({
      id: item.id,
      html: text(item.text),
      words: wordsOf(text(item.text)),
    })),
  };
}

function toGaps(
  question: GapsQuestion,
  { orders }: Drawn,
  answer: AnswerValue | null,
  { text }: Texts,
): GapsInput {
  const given = answer?.kind === 'gaps' ? answer.gaps : {};
  let number = 0;
  const inputOf = (gapId: string): GapInput[] => {
    const gap = question.gaps.find(({ id }) => id === gapId);
    if (!gap) return [];
    number += 1;
    const options =
      'options' in gap
        ? inOrder(gap.options, orders[gap.id]).map((option) => ({
            value: option.id,
            text: text(option.text),
          }))
        : null;
    return [{ field: partField(gap.id), number, value: given[gap.id] ?? '', options }];
  };
  return {
    kind: 'gaps',
    segments: segmentsOf(text(question.text)).flatMap((segment): GapSegment[] =>
      'html' in segment ? [segment] : inputOf(segment.gapId).map((gap) => ({ gap })),
    ),
    count: question.gaps.length,
  };
}

const trueFalse = (answer: AnswerValue | null): TrueFalseInput['value'] => {
  if (answer?.kind !== 'true-false') return '';
  return answer.value ? 'true' : 'false';
};

export function toInput(
  question: Question,
  drawn: Drawn,
  answer: AnswerValue | null,
  texts: Texts,
): AnswerInput {
  switch (question.kind) {
    case 'one':
    case 'several':
      return toChoice(question, drawn, answer, texts);
    case 'true-false':
      return { kind: 'true-false', value: trueFalse(answer) };
    case 'number':
      return toNumber(question, answer, texts);
    case 'text':
      return {
        kind: 'text',
        value: answer?.kind === 'text' ? answer.text : '',
        unit: null,
        units: [],
        unitRequired: false,
        digitsOnly: false,
      };
    case 'matching':
      return toMatching(question, drawn, answer, texts);
    case 'ordering':
      return toOrdering(question, drawn, answer, texts);
    case 'gaps':
      return toGaps(question, drawn, answer, texts);
  }
}
