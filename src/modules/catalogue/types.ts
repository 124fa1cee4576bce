import type { Mend } from './faults/mends';
import type { Problem } from './faults/problems';

/** A text by language: `{ en: 'Hello', zh: '…' }`. The language of the course itself is always there. */
export type Localised = Readonly<Record<string, string>>;

/** Several texts by language, such as the accepted answers to a question. */
export type LocalisedList = Readonly<Record<string, readonly string[]>>;

export const LEVELS = ['beginner', 'intermediate', 'advanced'] as const;
export type Level = (typeof LEVELS)[number];

/** What must be done to complete a course; defaults are resolved, so that each leaf stands for one activity. */
export type CompletionRule =
  | { readonly kind: 'all'; readonly of: readonly CompletionRule[] }
  | { readonly kind: 'any'; readonly count: number; readonly of: readonly CompletionRule[] }
  | { readonly kind: 'viewed'; readonly activityId: string }
  | { readonly kind: 'submitted'; readonly activityId: string }
  /** `mark` in per cent, from 0 to 100. */
  | { readonly kind: 'passed'; readonly activityId: string; readonly mark: number };

/** A picture of a course under an address that never changes its content. */
export interface CourseImage {
  /** `/courses/<slug>/assets/<hash>.<ext>` */
  readonly url: string;
  readonly width: number | null;
  readonly height: number | null;
}

export interface LessonActivity {
  readonly id: string;
  readonly kind: 'lesson';
  readonly title: Localised;
  readonly minutes: number;
  /** Rendered and cleaned; to be shown inside `k-prose`. */
  readonly html: Localised;
}

export interface QuizActivity {
  readonly id: string;
  readonly kind: 'quiz';
  readonly title: Localised;
  readonly minutes: number;
  readonly quiz: QuizDefinition;
}

export type Activity = LessonActivity | QuizActivity;

export interface CourseModule {
  readonly id: string;
  readonly title: Localised;
  readonly summary: Localised;
  readonly activities: readonly Activity[];
}

/** When the learner sees a thing: after any attempt, after one that passed, after the last that is allowed. */
export const REVIEW_MOMENTS = [
  'after-attempt',
  'after-pass',
  'after-last-attempt',
  'never',
] as const;
export type ReviewMoment = (typeof REVIEW_MOMENTS)[number];

export interface QuizDefinition {
  /** HTML, cleaned. */
  readonly intro: Localised | null;
  /** Per cent. */
  readonly passMark: number;
  /** null: as many as one likes. */
  readonly attempts: number | null;
  readonly timeLimitMinutes: number | null;
  readonly shuffleQuestions: boolean;
  readonly shuffleOptions: boolean;
  readonly review: {
    readonly marks: ReviewMoment;
    readonly feedback: ReviewMoment;
    /** The right answers. */
    readonly answers: ReviewMoment;
  };
  /** Random draw by tag; null: every question. */
  readonly draw: readonly { readonly tag: string; readonly count: number }[] | null;
  readonly questions: readonly Question[];
}

interface QuestionBase {
  readonly id: string;
  readonly tags: readonly string[];
  readonly points: number;
  /** HTML, cleaned. In a question of kind `gaps` it holds `[[gap-id]]` once for each gap. */
  readonly text: Localised;
  /** HTML, cleaned. */
  readonly feedback: {
    readonly correct: Localised | null;
    readonly incorrect: Localised | null;
    readonly general: Localised | null;
  };
}

export interface ChoiceOption {
  readonly id: string;
  /** HTML of one line, cleaned. */
  readonly text: Localised;
  readonly correct: boolean;
  /** HTML, cleaned. */
  readonly feedback: Localised | null;
}

export interface OneQuestion extends QuestionBase {
  readonly kind: 'one';
  readonly options: readonly ChoiceOption[];
}

export interface SeveralQuestion extends QuestionBase {
  readonly kind: 'several';
  readonly grading: 'partial' | 'all-or-nothing';
  readonly options: readonly ChoiceOption[];
}

export interface TrueFalseQuestion extends QuestionBase {
  readonly kind: 'true-false';
  readonly answer: boolean;
}

export interface NumberQuestion extends QuestionBase {
  readonly kind: 'number';
  readonly answer: number;
  /** Largest difference from `answer` that still counts, in the unit of `answer`. */
  readonly tolerance: number;
  readonly unit: string | null;
  /** What `unit` is called in each language; not there in versions from before it had translations. */
  readonly unitNames?: Localised | null;
  /** Other units: a number in `unit` times `factor` is the number in the unit of `answer`. */
  readonly units: readonly { readonly unit: string; readonly factor: number }[];
  readonly unitRequired: boolean;
}

export interface TextQuestion extends QuestionBase {
  readonly kind: 'text';
  /** By language; an answer in any of them counts. The first is the one that is shown. */
  readonly accepted: LocalisedList;
}

export interface MatchingQuestion extends QuestionBase {
  readonly kind: 'matching';
  /** `left` is HTML of one line, cleaned; `right` is plain text. The right side of a pair has its id. */
  readonly pairs: readonly {
    readonly id: string;
    readonly left: Localised;
    readonly right: Localised;
  }[];
  /** Right sides that belong to none. */
  readonly distractors: readonly { readonly id: string; readonly text: Localised }[];
}

export interface OrderingQuestion extends QuestionBase {
  readonly kind: 'ordering';
  /** In the right order; HTML of one line, cleaned. */
  readonly items: readonly { readonly id: string; readonly text: Localised }[];
}

export interface TypedGap {
  readonly id: string;
  readonly accepted: LocalisedList;
}

export interface ChosenGap {
  readonly id: string;
  /** Plain text. */
  readonly options: readonly { readonly id: string; readonly text: Localised }[];
  /** Id of the right option. */
  readonly answer: string;
}

export type Gap = TypedGap | ChosenGap;

export interface GapsQuestion extends QuestionBase {
  readonly kind: 'gaps';
  readonly gaps: readonly Gap[];
}

export type Question =
  | OneQuestion
  | SeveralQuestion
  | TrueFalseQuestion
  | NumberQuestion
  | TextQuestion
  | MatchingQuestion
  | OrderingQuestion
  | GapsQuestion;

/** What a course folder says, rendered: the part of a version that never changes. */
export interface CourseContent {
  readonly slug: string;
  /** The language in which the course was written. */
  readonly language: string;
  /** Languages in which all of it can be read, that of the course first. */
  readonly languages: readonly string[];
  readonly title: Localised;
  readonly summary: Localised;
  readonly level: Level;
  readonly audience: Localised;
  readonly outcomes: readonly Localised[];
  readonly skills: readonly string[];
  /** Code of the organisation that awards the certificate. */
  readonly provider: string;
  readonly trainers: readonly { readonly name: string }[];
  readonly cover: CourseImage | null;
  readonly licence: string | null;
  readonly certificate: {
    readonly hours: number;
    readonly showMark: boolean;
    /** Months after which it must be earned again; undefined: valid for ever. */
    readonly validMonths?: number | undefined;
  };
  readonly completion: CompletionRule;
  /** Of all activities together. */
  readonly minutes: number;
  readonly modules: readonly CourseModule[];
}

/** A version that people can enrol in. It never changes. */
export interface PublishedVersion extends Omit<CourseContent, 'slug'> {
  readonly id: string;
  readonly courseSlug: string;
  /** 1, 2, 3 … within the course. */
  readonly number: number;
  readonly publishedAt: Date;
}

/** What is wrong in a course folder, and how to mend it. */
export interface Fault {
  /** Path from the course folder, with `/`. */
  readonly file: string;
  /** From 1; null when the fault is the file itself. */
  readonly line: number | null;
  readonly column: number | null;
  readonly problem: Problem;
  readonly mend: Mend;
}
