/** One thing that was looked at. */
export interface Finding {
  /** `mend`: something must be done; `note`: someone may want to know. */
  readonly state: 'good' | 'note' | 'mend';
  readonly what: string;
  /** What to do; with `note` and `mend`. */
  readonly todo?: string;
}

/** `1 mail`, `2 mails`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

export const good = (what: string): Finding => ({ state: 'good', what });
export const note = (what: string, todo: string): Finding => ({ state: 'note', what, todo });
export const mend = (what: string, todo: string): Finding => ({ state: 'mend', what, todo });
