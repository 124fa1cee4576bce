/** What a person answered, by the kind of question. Ids are those of the quiz. */
export type AnswerValue =
  | { readonly kind: 'one'; readonly option: string }
  | { readonly kind: 'several'; readonly options: readonly string[] }
  | { readonly kind: 'true-false'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** Id of the chosen right side by the id of the left. */
  | { readonly kind: 'matching'; readonly pairs: Readonly<Record<string, string>> }
  | { readonly kind: 'ordering'; readonly order: readonly string[] }
  /** What was typed, or the id of the chosen option, by the id of the gap. */
  | { readonly kind: 'gaps'; readonly gaps: Readonly<Record<string, string>> };

/** An attempt that is open. */
export interface OpenAttempt {
  readonly attemptId: string;
  /** 1 for the first attempt of this enrolment at this quiz. */
  readonly number: number;
  readonly startedAt: Date;
  /** null: without a time limit. */
  readonly deadlineAt: Date | null;
  /** True when the time is over: it takes no answers any more and is to be submitted. */
  readonly overdue: boolean;
  /** The question to go on with, from 1. */
  readonly nextQuestion: number;
}

export interface SubmittedAttempt {
  readonly attemptId: string;
  readonly enrolmentId: string;
  readonly activityId: string;
  readonly number: number;
  /** Whole per cent, rounded down. */
  readonly mark: number;
  readonly passed: boolean;
  readonly submittedAt: Date;
  /** True for the one call that submitted it; false for each that found it submitted. */
  readonly first: boolean;
}

/** Where an enrolment stands at one quiz. Quizzes that were never begun are not listed. */
export interface ActivityResult {
  readonly activityId: string;
  /** Attempts begun, an open one included. */
  readonly attemptsUsed: number;
  /** null: as many as one likes. */
  readonly attemptsLeft: number | null;
  /** Best mark in whole per cent; null before the first was submitted. */
  readonly mark: number | null;
  readonly passed: boolean;
  /** Of the last one submitted. */
  readonly submittedAt: Date | null;
  /** True while an attempt is open. */
  readonly open: boolean;
}

/** An open attempt whose time is over. */
export interface DueAttempt {
  readonly attemptId: string;
  readonly enrolmentId: string;
  readonly activityId: string;
  readonly userId: string;
}

/** What the pages of a quiz need to know of where they stand. */
export interface QuizPlace {
  readonly enrolmentId: string;
  readonly userId: string;
  readonly activityId: string;
  /** Id of the version of the enrolment. */
  readonly versionId: string;
  /** Path under which the quiz is mounted, such as `/learn/<enrolmentId>/<activityId>`. */
  readonly base: string;
  /** Language in which the learner reads the course. */
  readonly language: string;
  /** Where "back to the course" leads, and to what goes on after the quiz. */
  readonly course: { readonly title: string; readonly href: string };
  readonly next: { readonly title: string; readonly href: string } | null;
  /** What one may do after the review, besides going on. */
  readonly invitation: { readonly text: string; readonly href: string } | null;
}

/** What was done with a form of the question page. */
export interface AnswerSaved {
  readonly answerId: string;
  /** True when this answer had been saved before. */
  readonly repeated: boolean;
  /** Where the person wanted to go, below `base`: `question/3` or `check`. */
  readonly next: string;
}
