import type { Question } from '../catalogue';
import type { AnswerValue } from './types';

/** Fields of a form by name; several of one name are a list. */
export type Fields = Readonly<Record<string, unknown>>;

/** Name of the field of one part: a left side of a matching, a gap. */
export const partField = (part: string): string => `answer.${part}`;

const one = (value: unknown): string => (typeof value === 'string' ? value : '');
const many = (value: unknown): string[] =>
  [value].flat().filter((each) => typeof each === 'string' && each !== '') as string[];

const parts = (fields: Fields, list: readonly { readonly id: string }[]) =>
  Object.fromEntries(list.map(({ id }) => [id, one(fields[partField(id)])]));

/** Moves an item one place up or down: `<item>:up`. Anything else moves nothing. */
function moved(order: readonly string[], move: string): string[] {
  const [item = '', way] = move.split(':');
  const from = order.indexOf(item);
  const to = way === 'up' ? from - 1 : from + 1;
  const other = order[to];
  if (from < 0 || other === undefined) return [...order];
  return order.map((id, index) => (index === from ? other : index === to ? item : id));
}

/**
 * What the fields of the question page say. Only read, not checked: it may be an answer that this
 * question cannot have.
 */
export function readAnswer(question: Question, fields: Fields): AnswerValue | null {
  const { kind } = question;
  const answer = one(fields['answer']);
  switch (kind) {
    case 'one':
      return { kind, option: answer };
    case 'several':
      return { kind, options: many(fields['answer']) };
    case 'true-false':
      return answer === 'true' || answer === 'false' ? { kind, value: answer === 'true' } : null;
    case 'number':
    case 'text':
      return { kind, text: answer };
    case 'matching':
      return { kind, pairs: parts(fields, question.pairs) };
    case 'gaps':
      return { kind, gaps: parts(fields, question.gaps) };
    case 'ordering':
      return { kind, order: moved(many(fields['answer']), one(fields['move'])) };
  }
}
