import { createHash } from 'node:crypto';
import { fillDraws, type Question, type QuizDefinition } from '../catalogue';

/** A question of an attempt, with the order in which its parts are shown. */
export interface Drawn {
  readonly questionId: string;
  /** Ids by list: `options`, `rights` (of a matching), `items` (of an ordering), or the id of a gap. */
  readonly orders: Readonly<Record<string, readonly string[]>>;
}

/** Numbers from 0 up to 1 that depend on the seed alone: SHA-256 over seed and counter. */
function numbersFrom(seed: string): () => number {
  let counter = 0;
  return () => {
    counter += 1;
    return createHash('sha256').update(`${seed} ${counter}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}

/** Fisher and Yates: each order is as likely as any other. */
function shuffled<T>(list: readonly T[], seed: string): T[] {
  const next = numbersFrom(seed);
  const keyed = [...list];
  for (let last = keyed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(next() * (last + 1));
    const [a, b] = [keyed[last] as T, keyed[other] as T];
    keyed[last] = b;
    keyed[other] = a;
  }
  return keyed;
}

/** Another order than the given one, for what is to be put in order. */
function disordered(ids: readonly string[], seed: string): string[] {
  const order = shuffled(ids, seed);
  const [first, ...others] = order;
  const same = order.every((id, index) => id === ids[index]);
  return same && first !== undefined ? [...others, first] : order;
}

const idsOf = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id);

function ordersOf(question: Question, seed: string, shuffleOptions: boolean): Drawn['orders'] {
  const optional = (ids: string[], name: string) =>
    shuffleOptions ? shuffled(ids, `${seed} ${name}`) : ids;
  switch (question.kind) {
    case 'one':
    case 'several':
      return { options: optional(idsOf(question.options), 'options') };
    case 'matching':
      // In the order of the file each would stand beside its own left side.
      return { rights: shuffled(idsOf([...question.pairs, ...question.distractors]), seed) };
    case 'ordering':
      return { items: disordered(idsOf(question.items), seed) };
    case 'gaps':
      return Object.fromEntries(
        question.gaps.flatMap((gap) =>
          'options' in gap ? [[gap.id, optional(idsOf(gap.options), gap.id)]] : [],
        ),
      );
    default:
      return {};
  }
}

function chosenFrom(quiz: QuizDefinition, seed: string): readonly Question[] {
  const { questions, draw } = quiz;
  const mixed = shuffled(questions, `${seed} questions`);
  if (draw === null) return quiz.shuffleQuestions ? mixed : questions;
  const filled = fillDraws(draw, mixed);
  // The catalogue publishes no quiz whose draws cannot be made.
  if ('unfilled' in filled) throw new Error(`Too few questions are tagged ${filled.unfilled}`);
  const ids = new Set(filled.ids);
  return (quiz.shuffleQuestions ? mixed : questions).filter(({ id }) => ids.has(id));
}

/** How many questions an attempt at a quiz has. */
export const questionCount = ({ draw, questions }: QuizDefinition): number =>
  draw === null ? questions.length : draw.reduce((sum, { count }) => sum + count, 0);

/** The questions of an attempt and every order in it. Pure: the same seed draws the same. */
export const drawQuestions = (quiz: QuizDefinition, seed: string): Drawn[] =>
  chosenFrom(quiz, seed).map((question) => ({
    questionId: question.id,
    orders: ordersOf(question, `${seed} ${question.id}`, quiz.shuffleOptions),
  }));
