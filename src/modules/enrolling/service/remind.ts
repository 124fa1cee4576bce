import { z } from 'zod';
import { audit } from '../../../platform/audit';
import { findAct } from '../../../platform/bulk';
import { Conflict } from '../../../platform/errors';
import { LANGUAGES, type Language } from '../../../platform/i18n';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { dayIn } from '../../organisations';
import { enrolmentReminded } from '../events';
import { type MessageTexts, Reminder } from '../model';

export const Texts: z.ZodType<MessageTexts> = z.object({
  en: z.string(),
  zh: z.string(),
  ms: z.string(),
  ta: z.string(),
});

/** Reminds someone, once a day whoever presses what. @throws Conflict `reminded` */
export async function remind(reminder: {
  enrolmentId: string;
  userId: string;
  by: string;
  actId: string;
  timeZone: string;
}): Promise<void> {
  const { timeZone, userId, ...rest } = reminder;
  const time = now();
  const made = await Reminder.updateOne(
    { userId, day: dayIn(timeZone, time) },
    { $setOnInsert: { ...rest, createdAt: time } },
    { upsert: true },
  );
  if (made.upsertedId === null) throw new Conflict('reminded', 'enrolling.remind.already');
  await audit({
    action: 'enrolling.remind',
    subject: { kind: 'enrolment', id: reminder.enrolmentId },
    after: { userId, actId: reminder.actId },
  });
  await publish(enrolmentReminded, { reminderId: made.upsertedId.toHexString() });
}

/** The words of a reminder in a language; null when the act that holds them is gone. */
export async function reminderText(actId: string, language: Language): Promise<string | null> {
  const act = await findAct(actId);
  const params = z.object({ texts: Texts }).safeParse(act?.params);
  return params.success ? params.data.texts[language] : null;
}

const PLACES = ['name', 'course', 'date'] as const;

/** Puts the reader's own name, course and day into a message: `{name}`, `{course}`, `{date}`. */
export const fillMessage = (
  text: string,
  values: Readonly<Record<(typeof PLACES)[number], string>>,
): string =>
  text.replaceAll(
    /\{(name|course|date)\}/g,
    (_match, name: (typeof PLACES)[number]) => values[name],
  );

/** What is proposed as a message, in every language. */
export const proposedTexts = (texts: (language: Language) => string): MessageTexts =>
  Object.fromEntries(LANGUAGES.map((language) => [language, texts(language)])) as MessageTexts;
