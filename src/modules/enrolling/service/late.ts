import type { Scope } from '../../../platform/authz';
import { now } from '../../../shared/clock';
import { type EnrolmentSummary, lateWithin } from '../../learning';
import { dayIn } from '../../organisations';
import { MOST_CHOSEN } from '../schemas';

/** Those in the scope who are late today, the longest first; as many as one form takes. */
export const lateIn = (scope: Scope, timeZone: string): Promise<EnrolmentSummary[]> =>
  lateWithin(scope, dayIn(timeZone, now()), MOST_CHOSEN);
