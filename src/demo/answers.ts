import type { AnswerValue } from '../modules/assessment';
import type { Gap, Question } from '../modules/catalogue';
import type { Chance } from './random';

const first = (text: Readonly<Record<string, readonly string[]>>): string =>
  Object.values(text)[0]?.[0] ?? '';

const rightGap = (gap: Gap): string => ('options' in gap ? gap.answer : first(gap.accepted));

/** What someone who knows the answer gives. */
function right(question: Question): AnswerValue {
  switch (question.kind) {
    case 'one':
      return { kind: 'one', option: question.options.find(({ correct }) => correct)?.id ?? '' };
    case 'several':
      return {
        kind: 'several',
        options: question.options.filter(({ correct }) => correct).map(({ id }) => id),
      };
    case 'true-false':
      return { kind: 'true-false', value: question.answer };
    case 'number':
      return { kind: 'number', text: `${question.answer} ${question.unit ?? ''}`.trim() };
    case 'text':
      return { kind: 'text', text: first(question.accepted) };
    case 'matching':
      return {
        kind: 'matching',
        pairs: Object.fromEntries(question.pairs.map(({ id }) => [id, id])),
      };
    case 'ordering':
      return { kind: 'ordering', order: question.items.map(({ id }) => id) };
    case 'gaps':
      return {
        kind: 'gaps',
        gaps: Object.fromEntries(question.gaps.map((gap) => [gap.id, rightGap(gap)])),
      };
  }
}

/** What someone gives who does not. */
function wrong(question: Question, chance: Chance): AnswerValue {
  switch (question.kind) {
    case 'one':
      return {
        kind: 'one',
        option: chance.pick(question.options.filter(({ correct }) => !correct)).id,
      };
    case 'several':
      return {
        kind: 'several',
        options: chance
          .shuffle(question.options)
          .slice(0, 2)
          .map(({ id }) => id),
      };
    case 'true-false':
      return { kind: 'true-false', value: !question.answer };
    case 'number':
      return { kind: 'number', text: String(question.answer * 10 + 7) };
    case 'text':
      return { kind: 'text', text: chance.pick(['a computer', '?', 'the internet']) };
    case 'matching': {
      const [head, ...rest] = question.pairs.map(({ id }) => id);
      const turned = [...rest, head ?? ''];
      return {
        kind: 'matching',
        pairs: Object.fromEntries(question.pairs.map(({ id }, i) => [id, turned[i] ?? ''])),
      };
    }
    case 'ordering':
      return { kind: 'ordering', order: question.items.map(({ id }) => id).reverse() };
    case 'gaps':
      return {
        kind: 'gaps',
        gaps: Object.fromEntries(
          question.gaps.map((gap) => [
            gap.id,
            'options' in gap
              ? (gap.options.find(({ id }) => id !== gap.answer)?.id ?? '')
              : 'computers',
          ]),
        ),
      };
  }
}

/** An answer by someone who is right with the given probability. */
export const answerOf = (question: Question, skill: number, chance: Chance): AnswerValue =>
  chance.happens(skill) ? right(question) : wrong(question, chance);
