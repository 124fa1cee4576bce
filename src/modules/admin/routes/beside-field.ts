import { Conflict, invalidField } from '../../../platform/errors';

/**
 * Says what is in the way beside a field of the form that was sent.
 * @param fieldOf the field that a conflict is about, by its code; undefined: it is not of the form
 * @throws Invalid
 */
export async function besideField<T>(
  fieldOf: (code: string) => string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const field = error instanceof Conflict ? fieldOf(error.code) : undefined;
    if (!(error instanceof Conflict) || field === undefined) throw error;
    throw invalidField(field, error.messageKey, error.values);
  }
}
