/** Kelas cannot be started, for a reason that the person who starts it can mend. One line. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refusal';
  }
}

/** The `code` of an error of the operating system (`EADDRINUSE`), or `''`. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
