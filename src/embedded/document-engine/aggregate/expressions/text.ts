import type { Decimal128 } from 'bson';
import { toBig, toDouble } from '../../bson/number';
import { T, typeOf } from '../../bson/types';

/** A date as MongoDB writes it: with milliseconds and Z. */
export const isoDate = (d: Date): string => d.toISOString();

/** A number as MongoDB writes it: a double that is whole without a point, in powers of ten from 1e16 on. */
export function numberText(v: unknown): string {
  const t = typeOf(v);
  if (t === T.long) return String(toBig(v));
  if (t === T.decimal) return (v as Decimal128).toString();
  const n = toDouble(v);
  if (Object.is(n, -0)) return '-0';
  const size = Math.abs(n);
  if (n === 0 || !Number.isFinite(n) || (size >= 1e-4 && size < 1e16)) return String(n);
  // The shortest digits that read back as the same number; an exponent of two digits at least.
  return n.toExponential().replace(/([+-])(\d)$/, '$10$2');
}
