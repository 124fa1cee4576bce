import { audit, pruneAudit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { invalidField, NotFound } from '../../../platform/errors';
import { logger } from '../../../platform/logger';
import type { RetentionRule } from '../../../platform/retention';
import { DAY, now } from '../../../shared/clock';
import { RetentionRun, RetentionSetting, type RetentionSettingRow } from '../model';

/** The audit log: seven years, as accounts are kept. Never less than one. */
export const auditRule = (secret: string): RetentionRule => ({
  key: 'audit',
  days: 7 * 365 + 2,
  least: 365,
  most: 36_525,
  apply: (until) => pruneAudit(secret, until),
});

/** The day that it is in a time zone. */
export const todayIn = (timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now());

/** What holds now, what will hold, and what the last run did. */
export interface RetentionState {
  rule: RetentionRule;
  days: number;
  /** Since when; null: it was never set. */
  since: string | null;
  next: { days: number; startsOn: string } | null;
  run: { at: Date; removed: number } | null;
}

async function settingsOf(key: string): Promise<RetentionSettingRow[]> {
  return RetentionSetting.find({ key })
    .sort({ startsOn: -1, _id: -1 })
    .limit(50)
    .lean<RetentionSettingRow[]>();
}

export async function retentionOf(rule: RetentionRule, timeZone: string): Promise<RetentionState> {
  const today = todayIn(timeZone);
  const settings = await settingsOf(rule.key);
  const present = settings.find(({ startsOn }) => startsOn <= today);
  const next = settings.findLast(({ startsOn }) => startsOn > today);
  const run = await RetentionRun.findById(rule.key).lean();
  return {
    rule,
    days: present?.days ?? rule.days,
    since: present?.startsOn ?? null,
    next: next ? { days: next.days, startsOn: next.startsOn } : null,
    run: run && { at: run.at, removed: run.removed },
  };
}

/**
 * Sets how long something is kept from a day on, which is never in the past.
 * @throws NotFound; Invalid on `days` or `startsOn`
 */
export async function setRetention(
  rules: readonly RetentionRule[],
  wish: { key: string; days: number; startsOn: string },
  timeZone: string,
): Promise<void> {
  const rule = rules.find(({ key }) => key === wish.key);
  if (!rule) throw new NotFound();
  if (wish.days < rule.least || wish.days > rule.most) {
    throw invalidField('days', 'admin.retention.range', { least: rule.least, most: rule.most });
  }
  if (wish.startsOn < todayIn(timeZone)) throw invalidField('startsOn', 'admin.retention.past');
  await inTransaction(async () => {
    const before = await retentionOf(rule, timeZone);
    await RetentionSetting.create({ ...wish, createdAt: now() });
    await audit({
      action: 'admin.set-retention',
      subject: { kind: 'retention', id: rule.key },
      before: { days: before.days },
      after: { days: wish.days, startsOn: wish.startsOn },
    });
  });
}

/** Forgets what is older than it may be, rule by rule. One that fails does not stop the others. */
export async function applyRetention(
  rules: readonly RetentionRule[],
  timeZone: string,
): Promise<void> {
  const faults: unknown[] = [];
  for (const rule of rules) {
    try {
      const { days } = await retentionOf(rule, timeZone);
      const removed = await rule.apply(new Date(now().getTime() - days * DAY));
      await RetentionRun.updateOne(
        { _id: rule.key },
        { $set: { at: now(), removed } },
        { upsert: true },
      );
    } catch (error) {
      logger.warn({ err: error, rule: rule.key }, 'old records could not be forgotten');
      faults.push(error);
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, 'Some old records are still there');
}
