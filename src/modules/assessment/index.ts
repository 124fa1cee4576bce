import type { FormState } from '../../platform/http';
import type {
  ActivityResult,
  AnswerSaved,
  DueAttempt,
  OpenAttempt,
  QuizPlace,
  SubmittedAttempt,
} from './types';

export * from './types';

/** Begins an attempt, or finds the one that is open. @throws NotFound, Conflict `no-attempts-left` */
export declare function startAttempt(
  place: Pick<QuizPlace, 'enrolmentId' | 'userId' | 'versionId' | 'activityId'>,
): Promise<OpenAttempt>;

/** The open attempt at a quiz, or null. */
export declare function findOpenAttempt(
  place: Pick<QuizPlace, 'enrolmentId' | 'userId' | 'activityId'>,
): Promise<OpenAttempt | null>;

/**
 * Saves an answer. The same `answerId` again changes nothing.
 * @throws NotFound, Invalid (field `answer`), Conflict `attempt-submitted`, Conflict `attempt-over-time`
 */
export declare function saveAnswer(answer: {
  attemptId: string;
  userId: string;
  questionId: string;
  answerId: string;
  value: unknown;
}): Promise<{ answerId: string; repeated: boolean }>;

/** Saves what the form of the question page sent (POST `base`/answer), by a page or by a script. */
export declare function saveAnswerForm(form: {
  enrolmentId: string;
  activityId: string;
  userId: string;
  body: unknown;
}): Promise<AnswerSaved>;

/** Marks an attempt, once. Joins an open transaction. @throws NotFound */
export declare function submitAttempt(attempt: {
  attemptId: string;
  userId: string;
}): Promise<SubmittedAttempt>;

export declare function resultsOf(enrolmentId: string): Promise<ActivityResult[]>;

/** Open attempts whose time is over, the oldest first. */
export declare function dueAttempts(time: Date, limit?: number): Promise<DueAttempt[]>;

/** For views/assessment/start.ejs, at GET `base`. */
export declare function startPage(place: QuizPlace): Promise<object>;
/** For views/assessment/question.ejs, at GET `base`/question/:n; null when no attempt is open or there is no such question. */
export declare function questionPage(
  place: QuizPlace,
  number: number,
  form?: FormState,
): Promise<object | null>;
/** For views/assessment/check.ejs, at GET `base`/check; null when no attempt is open. */
export declare function checkPage(place: QuizPlace): Promise<object | null>;
/** For views/assessment/review.ejs, at GET `base`/review/:attemptId. @throws NotFound */
export declare function reviewPage(place: QuizPlace, attemptId: string): Promise<object>;
