import type { NumberQuestion } from '../../catalogue';
import { type Graded, graded, UNANSWERED } from './graded';

/** The digits of one value in whichever script: each Unicode block of digits begins at its zero. */
const westernDigits = (text: string): string =>
  text.replace(/[\u0be6-\u0bef]/g, (digit) => String(digit.charCodeAt(0) - 0x0be6));

/** Group and decimal separators as people type them; null when it is no number. */
function readDecimal(text: string): number | null {
  const grouped = (separator: string, decimal: string) =>
    Number(text.replaceAll(separator, '').replace(decimal, '.'));
  if (/^\d+(\.\d+)?$|^\.\d+$/.test(text)) return Number(text);
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) return grouped(',', '.');
  if (/^\d{1,3}(\.\d{3})+,\d+$|^\d{1,3}(\.\d{3}){2,}$/.test(text)) return grouped('.', ',');
  if (/^\d*,\d+$/.test(text)) return Number(text.replace(',', '.'));
  return null;
}

export interface Quantity {
  value: number;
  /** Empty when none was given. */
  unit: string;
}

/**
 * A number with its unit, as typed: spaces between digits, full-width and Tamil digits, a comma or a
 * point before the decimals. "1,250" is one thousand two hundred and fifty, "1,25" one and a quarter.
 */
export function readQuantity(typed: string): Quantity | null {
  const text = westernDigits(typed.normalize('NFKC')).replace(/[−–]/g, '-').trim();
  const match = /^([+-]?)\s*([\d.,\s’']*[\d])\s*(.*)$/u.exec(text);
  if (!match) return null;
  const [, sign = '', digits = '', unit = ''] = match;
  const value = readDecimal(digits.replace(/[\s’']/g, ''));
  if (value === null) return null;
  return { value: sign === '-' ? -value : value, unit: unit.trim() };
}

/** What the question's own unit is called, in whichever language somebody types it. */
const unitsOf = ({ unit, unitNames }: NumberQuestion): string[] =>
  unit === null ? [] : [...new Set([unit, ...Object.values(unitNames ?? {})])];

/** How many of the question's own unit one of the given unit is; null for a unit it does not know. */
function factorOf(question: NumberQuestion, unit: string): number | null {
  if (unit === '') return question.unitRequired && question.unit !== null ? null : 1;
  const known = [
    ...unitsOf(question).map((each) => ({ unit: each, factor: 1 })),
    ...question.units,
  ];
  // mW is not MW: letters count as written where that decides.
  const exact = known.find((each) => each.unit.normalize('NFKC') === unit);
  if (exact) return exact.factor;
  const alike = known.filter(
    (each) => each.unit.normalize('NFKC').toLowerCase() === unit.toLowerCase(),
  );
  const [factor, ...others] = new Set(alike.map((each) => each.factor));
  return factor === undefined || others.length > 0 ? null : factor;
}

/** Right when within the tolerance of the answer, both in the question's own unit. */
export function gradeNumber(question: NumberQuestion, typed: string): Graded {
  if (typed.trim() === '') return UNANSWERED;
  const quantity = readQuantity(typed);
  const factor = quantity && factorOf(question, quantity.unit);
  if (!quantity || factor === null) return graded(0);
  const distance = Math.abs(quantity.value * factor - question.answer);
  // What binary fractions cannot hold exactly is not the learner's error.
  const slack = 1e-9 * Math.max(1, Math.abs(question.answer));
  return graded(distance <= question.tolerance + slack ? 1 : 0);
}
