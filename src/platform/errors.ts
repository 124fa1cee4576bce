export type ErrorValues = Record<string, string | number>;

/**
 * A fault that is told to the person. `code` is stable and for machines; `messageKey` is the
 * locale key of the words, filled with `values`. Services throw these and know nothing of HTTP.
 */
export class AppError extends Error {
  readonly code: string;
  readonly messageKey: string;
  readonly values: ErrorValues;

  constructor(code: string, messageKey: string, values: ErrorValues = {}) {
    super(`${code} (${messageKey})`);
    this.name = new.target.name;
    this.code = code;
    this.messageKey = messageKey;
    this.values = values;
  }
}

/** There is no such record, or none that this person may know of. */
export class NotFound extends AppError {
  constructor(messageKey = 'platform.error.notFound.text', values?: ErrorValues) {
    super('not-found', messageKey, values);
  }
}

/** The record is known to the person, the act is not theirs. */
export class Forbidden extends AppError {
  constructor(messageKey = 'platform.error.forbidden.text', values?: ErrorValues) {
    super('forbidden', messageKey, values);
  }
}

/** One must sign in first. */
export class SignInRequired extends AppError {
  constructor() {
    super('sign-in-required', 'platform.error.signIn.text');
  }
}

/** The state has changed, or does not allow the act. */
export class Conflict extends AppError {
  constructor(code: string, messageKey: string, values?: ErrorValues) {
    super(code, messageKey, values);
  }
}

/** It was here and is no more, such as a used link. */
export class Gone extends AppError {
  constructor(code: string, messageKey: string, values?: ErrorValues) {
    super(code, messageKey, values);
  }
}

/** A service that Kelas needs does not answer; later it will. */
export class Unavailable extends AppError {
  constructor(messageKey = 'platform.error.unavailable.text', values?: ErrorValues) {
    super('unavailable', messageKey, values);
  }
}

/** Too many tries; `retryAfter` in seconds. */
export class TooManyRequests extends AppError {
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super('too-many-requests', 'platform.error.tooMany.text', {
      minutes: Math.max(1, Math.ceil(retryAfter / 60)),
    });
    this.retryAfter = retryAfter;
  }
}

export interface FieldFault {
  /** Name of the form field; dots for nested ones. */
  field: string;
  /** Locale key. */
  messageKey: string;
  values: ErrorValues;
}

/** Input that does not fit; each fault names its field. */
export class Invalid extends AppError {
  readonly faults: readonly FieldFault[];

  constructor(faults: readonly FieldFault[]) {
    super('invalid', 'platform.error.invalid.text');
    this.faults = faults;
  }
}

/** One fault of one field, found by a service: shown beside the field like a fault of form. */
export const invalidField = (
  field: string,
  messageKey: string,
  values: ErrorValues = {},
): Invalid => new Invalid([{ field, messageKey, values }]);
