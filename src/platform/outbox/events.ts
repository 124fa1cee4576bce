import type { z } from 'zod';

/** A fact that a room tells to the rooms above it. Payloads carry ids, never personal data. */
export interface EventDefinition<P = unknown> {
  /** `<subject>.<past participle>`, such as `enrolment.completed`. */
  readonly type: string;
  readonly schema: z.ZodType<P>;
}

export const defineEvent = <P>(type: string, schema: z.ZodType<P>): EventDefinition<P> => ({
  type,
  schema,
});
