import type { z } from 'zod';
import { type FieldFault, Invalid } from '../errors';
import { hasText, type Translate } from '../i18n';

/** A form as it is shown: what was typed, and what is wrong with it. */
export interface FormState {
  values: Record<string, unknown>;
  faults: readonly FieldFault[];
}

export const emptyForm = (values: Record<string, unknown> = {}): FormState => ({
  values,
  faults: [],
});

/** Fields whose value is never sent back to the page. */
const SECRET = /password|token|secret|^_csrf$/i;

/** The form to show again: what was typed, without passwords, and the faults. */
export const formAgain = (body: unknown, error: Invalid): FormState => ({
  values: Object.fromEntries(
    Object.entries((body ?? {}) as Record<string, unknown>).filter(([name]) => !SECRET.test(name)),
  ),
  faults: error.faults,
});

/** A form as a view reads it: values by name, the faults for the summary, and by name for the fields. */
export interface FormView {
  values: Record<string, unknown>;
  errors: readonly { field: string; text: string }[];
  error: Readonly<Record<string, string>>;
}

export function formView(form: FormState, t: Translate): FormView {
  const errors = form.faults.map(({ field, messageKey, values }) => ({
    field,
    text: t(messageKey, values),
  }));
  return {
    values: form.values,
    errors,
    error: Object.fromEntries(errors.map(({ field, text }) => [field, text])),
  };
}

type Issue = z.core.$ZodIssue;

/**
 * The words for a fault. A schema may give a locale key as its message; otherwise the kind of the
 * fault decides.
 */
function faultOf(issue: Issue): FieldFault {
  const field = issue.path.join('.');
  if (hasText(issue.message)) return { field, messageKey: issue.message, values: valuesOf(issue) };
  return { field, messageKey: `platform.form.${kindOf(issue)}`, values: valuesOf(issue) };
}

function valuesOf(issue: Issue): Record<string, string | number> {
  if (issue.code === 'too_small') return { minimum: Number(issue.minimum) };
  if (issue.code === 'too_big') return { maximum: Number(issue.maximum) };
  return {};
}

function kindOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'required' : 'invalid';
    case 'too_small':
      if (issue.origin !== 'string') return 'tooSmall';
      return issue.minimum === 1 ? 'required' : 'tooShort';
    case 'too_big':
      return issue.origin === 'string' ? 'tooLong' : 'tooBig';
    case 'invalid_format':
      return issue.format === 'email' ? 'email' : 'invalid';
    case 'invalid_value':
      return 'choose';
    default:
      return 'invalid';
  }
}

/** Parses input of a request. @throws Invalid with a fault for each field; the first one of a field counts. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const faults = new Map<string, FieldFault>();
  for (const fault of result.error.issues.map(faultOf)) {
    if (!faults.has(fault.field)) faults.set(fault.field, fault);
  }
  throw new Invalid([...faults.values()]);
}
