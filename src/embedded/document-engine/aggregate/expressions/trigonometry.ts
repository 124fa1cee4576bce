import * as D from '../../bson/decimal';
import { decimal, double, toDouble } from '../../bson/number';
import { isNullish, isNumber, T, typeOf } from '../../bson/types';
import { location, typeMismatch } from '../../errors';
import { binary, type Make, type Operators, onNumber } from './common';

// A decimal is worked out as a double: its last digits differ from MongoDB's (see docs/engine.md).
const answer = (v: unknown, n: number): unknown =>
  typeOf(v) === T.decimal ? decimal(D.fromDoubleExact(n)) : double(n);

const finite = (n: number): boolean => Number.isFinite(n);
const unit = (n: number): boolean => n >= -1 && n <= 1;

const on = (
  op: string,
  fn: (n: number) => number,
  allowed: (n: number) => boolean = () => true,
): Make =>
  onNumber(op, (v) => {
    const n = toDouble(v);
    if (!Number.isNaN(n) && !allowed(n)) throw location(50989, `cannot apply ${op} to ${n}`);
    return answer(v, fn(n));
  });

export const TRIGONOMETRY: Operators = {
  $sin: on('$sin', Math.sin, finite),
  $cos: on('$cos', Math.cos, finite),
  $tan: on('$tan', Math.tan, finite),
  $asin: on('$asin', Math.asin, unit),
  $acos: on('$acos', Math.acos, unit),
  $atan: on('$atan', Math.atan),
  $sinh: on('$sinh', Math.sinh),
  $cosh: on('$cosh', Math.cosh),
  $tanh: on('$tanh', Math.tanh),
  $asinh: on('$asinh', Math.asinh),
  $acosh: on('$acosh', Math.acosh, (n) => n >= 1),
  $atanh: on('$atanh', Math.atanh, unit),
  $degreesToRadians: on('$degreesToRadians', (n) => n * (Math.PI / 180)),
  $radiansToDegrees: on('$radiansToDegrees', (n) => n * (180 / Math.PI)),
  $atan2: binary((a, b) => {
    if (isNullish(a) || isNullish(b)) return null;
    if (!isNumber(a) || !isNumber(b)) throw typeMismatch('$atan2 only supports numeric types');
    const n = Math.atan2(toDouble(a), toDouble(b));
    return answer(typeOf(a) === T.decimal ? a : b, n);
  }),
};
