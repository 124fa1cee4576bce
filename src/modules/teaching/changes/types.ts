import type { CompletionRule, Localised } from '../../catalogue';

/** A text that reads otherwise in one language. */
export interface TextChange {
  readonly what:
    | 'title'
    | 'summary'
    | 'audience'
    | 'outcome'
    | 'text'
    | 'intro'
    | 'question'
    | 'option'
    | 'feedback';
  readonly language: string;
  /** HTML or plain text; null: there was, or is, none in this language. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What changed besides words; each has a text `teaching.changes.note.<kind>`. */
export type Note =
  | {
      readonly kind:
        | 'passMark'
        | 'attempts'
        | 'timeLimit'
        | 'minutes'
        | 'points'
        | 'hours'
        | 'level';
      readonly before: number | string | null;
      readonly after: number | string | null;
    }
  | { readonly kind: 'movedTo'; readonly module: Localised }
  | {
      readonly kind:
        | 'movedWithin'
        | 'shuffle'
        | 'review'
        | 'draw'
        | 'kind'
        | 'answer'
        | 'options'
        | 'skills'
        | 'provider'
        | 'trainers'
        | 'cover';
    }
  | {
      readonly kind: 'ruleAdded' | 'ruleRemoved';
      readonly leaf: Exclude<CompletionRule, { kind: 'all' | 'any' }>;
      readonly title: Localised;
    }
  | { readonly kind: 'ruleOrder' };

/** One thing of a course that is not what it was. */
export interface Change {
  readonly of: 'course' | 'rule' | 'module' | 'lesson' | 'quiz' | 'question';
  /** The author's id, which stays when words change. */
  readonly id: string;
  readonly title: Localised;
  readonly mark: 'added' | 'removed' | 'changed';
  readonly notes: readonly Note[];
  readonly texts: readonly TextChange[];
}
