import { MINUTE, now } from '../../../shared/clock';
import { GRACE_MS } from '../attempt';
import type { AttemptRow } from '../model';

/** The end of the time as a page shows it. */
export interface TimeLeft {
  readonly deadlineAt: Date;
  /** Whole minutes, rounded down. */
  readonly minutes: number;
  /** For the clock of the script: until the time is over, and then until nothing is taken any more. */
  readonly milliseconds: number;
  readonly graceMilliseconds: number;
  /** Where to go then: the attempt is sent in there. */
  readonly href: string;
}

/** null for an attempt without a time limit. */
export function timeLeft({ deadlineAt }: Pick<AttemptRow, 'deadlineAt'>, base: string) {
  if (deadlineAt === null) return null;
  const milliseconds = Math.max(0, deadlineAt.getTime() - now().getTime());
  return {
    deadlineAt,
    minutes: Math.floor(milliseconds / MINUTE),
    milliseconds,
    graceMilliseconds: GRACE_MS,
    href: `${base}/check`,
  } satisfies TimeLeft;
}
