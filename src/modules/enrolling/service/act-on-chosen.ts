import { z } from 'zod';
import { audit } from '../../../platform/audit';
import type { Scope } from '../../../platform/authz';
import { type BulkKind, findAct } from '../../../platform/bulk';
import { Conflict, NotFound } from '../../../platform/errors';
import { LANGUAGES, type Language } from '../../../platform/i18n';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { rolesOf } from '../../accounts';
import {
  type EnrolmentSummary,
  enrolmentsWithin,
  setDueDate,
  withdrawByStaff,
} from '../../learning';
import { type Day, dayIn, scopeOf } from '../../organisations';
import { enrolmentReminded } from '../events';
import { type MessageTexts, Reminder } from '../model';

const item = z.object({ enrolmentId: z.string() });
type Item = z.infer<typeof item>;

/** What the one who began an act may still do when it runs. */
const scopeNow = async (by: string): Promise<Scope> =>
  scopeOf({ id: by, grants: await rolesOf(by) }, 'union-staff');

/** The enrolments of the items. @throws NotFound when one is not in the scope (any more) */
async function known(scope: Scope, items: readonly { data: Item }[]): Promise<EnrolmentSummary[]> {
  const ids = items.map(({ data }) => data.enrolmentId);
  const found = await enrolmentsWithin(scope, ids);
  if (found.length < ids.length) throw new NotFound('enrolling.error.notYours');
  return found;
}

/** Sets the day by which people are to be done, or takes it away. */
export const dueKind: BulkKind<{ dueOn: Day | null; back: string }, Item> = {
  kind: 'enrolling.set-due',
  titleKey: 'enrolling.due.doing',
  mode: 'each',
  params: z.object({ dueOn: z.string().nullable(), back: z.string() }),
  item,
  backHref: ({ back }) => back,
  handle: async (items, { by, params }) => {
    const scope = await scopeNow(by);
    await known(scope, items);
    for (const { data } of items) {
      await setDueDate({ enrolmentId: data.enrolmentId, dueOn: params.dueOn, scope });
    }
  },
};

/** Takes people out of a course. */
export const withdrawKind: BulkKind<{ reason: string; back: string }, Item> = {
  kind: 'enrolling.withdraw',
  titleKey: 'enrolling.withdraw.doing',
  mode: 'each',
  params: z.object({ reason: z.string(), back: z.string() }),
  item,
  backHref: ({ back }) => back,
  handle: async (items, { by, params }) => {
    const scope = await scopeNow(by);
    await known(scope, items);
    for (const { data } of items) {
      await withdrawByStaff({ enrolmentId: data.enrolmentId, reason: params.reason, scope });
    }
  },
};

const Texts: z.ZodType<MessageTexts> = z.object({
  en: z.string(),
  zh: z.string(),
  ms: z.string(),
  ta: z.string(),
});

/** Reminds people of their course: each person once a day, whoever presses what. */
export const remindKind = (
  timeZone: string,
): BulkKind<{ texts: MessageTexts; back: string }, Item> => ({
  kind: 'enrolling.remind',
  titleKey: 'enrolling.remind.doing',
  mode: 'each',
  params: z.object({ texts: Texts, back: z.string() }),
  item,
  backHref: ({ back }) => back,
  handle: async (items, { by, actId }) => {
    for (const enrolment of await known(await scopeNow(by), items)) {
      const { enrolmentId } = enrolment;
      if (enrolment.status !== 'active') {
        throw new Conflict('not-open', 'enrolling.remind.notOpen');
      }
      await remind({
        enrolmentId,
        userId: enrolment.userId,
        by,
        actId,
        timeZone,
      });
    }
  },
});

async function remind(reminder: {
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
