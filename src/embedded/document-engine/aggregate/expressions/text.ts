import type { Decimal128 } from 'bson';
import { toBig, toDouble } from '../../bson/number';
import { T, typeOf } from '../../bson/types';

/** A date as MongoDB writes it: with milliseconds and Z. */
export const isoDate = (d: Date): string => d.toISOString();

/** A number as MongoDB writes it: a double that is whole without a point. */
export function numberText(v: unknown): string {
  const t = typeOf(v);
  if (t === T.long) return String(toBig(v));
  if (t === T.decimal) return (v as Decimal128).toString();
  const n = toDouble(v);
  return Object.is(n, -0) ? '-0' : String(n);
}
