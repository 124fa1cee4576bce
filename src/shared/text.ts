/** NFC, without control characters, runs of white space as one space, trimmed: for names and titles. */
export const tidy = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();

/** The form of an e-mail address under which accounts are unique. */
export const normaliseEmail = (email: string): string =>
  email.normalize('NFKC').trim().toLowerCase();
