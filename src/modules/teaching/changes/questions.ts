import { isDeepStrictEqual } from 'node:util';
import type { Localised, Question, QuizDefinition } from '../../catalogue';
import { byId, compareIds, textChanges } from './texts';
import type { Change, Note, TextChange } from './types';

/** What a question offers to choose from or to put together, by id. */
function partsOf(question: Question): { id: string; text: Localised }[] {
  switch (question.kind) {
    case 'one':
    case 'several':
      return question.options.map(({ id, text }) => ({ id, text }));
    case 'matching':
      return [
        ...question.pairs.flatMap(({ id, left, right }) => [
          { id: `${id} left`, text: left },
          { id: `${id} right`, text: right },
        ]),
        ...question.distractors.map(({ id, text }) => ({ id, text })),
      ];
    case 'ordering':
      return question.items.map(({ id, text }) => ({ id, text }));
    case 'gaps':
      return question.gaps.flatMap((gap) =>
        'options' in gap
          ? gap.options.map(({ id, text }) => ({ id: `${gap.id} ${id}`, text }))
          : [],
      );
    default:
      return [];
  }
}

/** What makes an answer right, without any words. */
function answerOf(question: Question): unknown {
  switch (question.kind) {
    case 'one':
    case 'several':
      return question.options.filter(({ correct }) => correct).map(({ id }) => id);
    case 'true-false':
      return question.answer;
    case 'number':
      return [question.answer, question.tolerance, question.unit, question.units];
    case 'text':
      return question.accepted;
    case 'ordering':
      return question.items.map(({ id }) => id);
    case 'matching':
      return question.pairs.map(({ id }) => id);
    case 'gaps':
      return question.gaps.map((gap) => ('options' in gap ? gap.answer : gap.accepted));
  }
}

function feedbacksOf(question: Question): Map<string, Localised> {
  const { correct, incorrect, general } = question.feedback;
  const own = Object.entries({ correct, incorrect, general });
  const ofOptions =
    question.kind === 'one' || question.kind === 'several'
      ? question.options.map(({ id, feedback }) => [`option ${id}`, feedback] as const)
      : [];
  return new Map(
    [...own, ...ofOptions].flatMap(([key, text]) => (text === null ? [] : [[key, text] as const])),
  );
}

function changedQuestion(before: Question, after: Question): Change[] {
  const notes: Note[] = [];
  const texts: TextChange[] = [...textChanges('question', before.text, after.text)];
  if (before.kind !== after.kind) notes.push({ kind: 'kind' });
  else if (!isDeepStrictEqual(answerOf(before), answerOf(after))) notes.push({ kind: 'answer' });
  if (before.points !== after.points) {
    notes.push({ kind: 'points', before: before.points, after: after.points });
  }
  const [old, fresh] = [byId(partsOf(before)), byId(partsOf(after))];
  const ids = compareIds([...old.keys()], [...fresh.keys()]);
  if (ids.moved.length > 0 && before.kind === after.kind) notes.push({ kind: 'options' });
  for (const id of new Set([...old.keys(), ...fresh.keys()])) {
    texts.push(...textChanges('option', old.get(id)?.text ?? null, fresh.get(id)?.text ?? null));
  }
  const [told, tells] = [feedbacksOf(before), feedbacksOf(after)];
  for (const key of new Set([...told.keys(), ...tells.keys()])) {
    texts.push(...textChanges('feedback', told.get(key) ?? null, tells.get(key) ?? null));
  }
  if (notes.length === 0 && texts.length === 0) return [];
  return [{ of: 'question', id: after.id, title: after.text, mark: 'changed', notes, texts }];
}

/** What became of the questions of a quiz. */
export function questionChanges(before: QuizDefinition, after: QuizDefinition): Change[] {
  const [old, fresh] = [byId(before.questions), byId(after.questions)];
  const whole = (question: Question, mark: 'added' | 'removed'): Change => ({
    of: 'question',
    id: question.id,
    title: question.text,
    mark,
    notes: [],
    texts: [],
  });
  return [
    ...after.questions.flatMap((question) => {
      const was = old.get(question.id);
      return was ? changedQuestion(was, question) : [whole(question, 'added')];
    }),
    ...before.questions
      .filter(({ id }) => !fresh.has(id))
      .map((question) => whole(question, 'removed')),
  ];
}

/** What changed in the rules of a quiz. */
export function quizNotes(before: QuizDefinition, after: QuizDefinition): Note[] {
  const notes: Note[] = [];
  const value = (
    kind: 'passMark' | 'attempts' | 'timeLimit',
    was: number | null,
    is: number | null,
  ) => {
    if (was !== is) notes.push({ kind, before: was, after: is });
  };
  value('passMark', before.passMark, after.passMark);
  value('attempts', before.attempts, after.attempts);
  value('timeLimit', before.timeLimitMinutes, after.timeLimitMinutes);
  const shuffles = ({ shuffleQuestions, shuffleOptions }: QuizDefinition) => [
    shuffleQuestions,
    shuffleOptions,
  ];
  if (!isDeepStrictEqual(shuffles(before), shuffles(after))) notes.push({ kind: 'shuffle' });
  if (!isDeepStrictEqual(before.review, after.review)) notes.push({ kind: 'review' });
  if (!isDeepStrictEqual(before.draw, after.draw)) notes.push({ kind: 'draw' });
  return notes;
}
