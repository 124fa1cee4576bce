/** An enrolment code as it is stored, from what someone typed: `abcd 2345` is `ABCD2345`. */
export const normaliseCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Dash_Punctuation}]/gu, '');

/** A code as people read it out: in groups of four. */
export const formatCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-');
