/** The signing keys cannot be used; the message says what to do. Nothing was changed. */
export class KeysError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeysError';
  }
}
