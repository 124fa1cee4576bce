import type { Question } from '../../catalogue';
import { type Given, givenIn, type Quiz, questionsIn, quizOf } from '../attempt';
import type { AttemptRow } from '../model';
import { openRow } from '../queries';
import type { QuizPlace } from '../types';

/** The open attempt at a quiz with all that its pages are made of. */
export interface Opened {
  readonly row: AttemptRow;
  readonly quiz: Quiz;
  readonly questions: readonly Question[];
  readonly given: Given;
}

export async function openedAt(place: QuizPlace): Promise<Opened | null> {
  const row = await openRow(place);
  if (!row) return null;
  const quiz = await quizOf(row.versionId, row.activityId);
  return { row, quiz, questions: questionsIn(row, quiz), given: await givenIn(row._id) };
}
