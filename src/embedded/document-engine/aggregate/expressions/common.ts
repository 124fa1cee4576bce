import { toDouble } from '../../bson/number';
import { isNullish, isNumber } from '../../bson/types';

/** Truth as expressions and `$exists` see it: false, null, missing and zero are not true. */
export function isTruthy(v: unknown): boolean {
  if (typeof v === 'boolean') return v;
  if (isNullish(v)) return false;
  return isNumber(v) ? toDouble(v) !== 0 : true;
}
