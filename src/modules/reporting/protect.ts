/** Smaller numbers of people are not shown to who may not see the people. */
const LEAST = 5;

/** What is shown of a figure: null is "not shown". */
export type Shown = number | null;

/**
 * What may be shown of the parts of a total that is shown: no part under five, and none that could
 * be found by taking the others from the total. Where a small part is hidden, larger ones are hidden
 * with it, in their order, until the hidden sum leaves open which number from 0 to 4 each small part
 * is; where the parts are too few for that, none is shown. What is hidden follows from places and
 * from the hidden sum alone, which a reader knows anyway: whoever knows this rule learns no more.
 */
export function protectParts(parts: readonly number[]): Shown[] {
  const hidden = new Set(parts.flatMap((part, i) => (part < LEAST ? [i] : [])));
  if (hidden.size === 0) return [...parts];
  const room = (LEAST - 1) * hidden.size;
  let sum = parts.reduce((all, part) => (part < LEAST ? all + part : all), 0);
  let count = 0;
  const isOpen = () => count > 0 && sum >= LEAST * count + room;
  for (const [i, part] of parts.entries()) {
    if (isOpen()) break;
    if (part < LEAST) continue;
    hidden.add(i);
    count += 1;
    sum += part;
  }
  const open = isOpen();
  return parts.map((part, i) => (open && !hidden.has(i) ? part : null));
}

export interface Figures {
  enrolled: number;
  /** Did something in the last seven days. */
  active: number;
  completed: number;
  overdue: number;
  certificates: number;
}

export type ShownFigures = Record<keyof Figures, Shown>;

/**
 * What may be shown of the figures of one group: none under five, and none that is five or more but
 * leaves fewer than five others, who would be known by taking one from the other.
 */
export function protectFigures(figures: Figures): ShownFigures {
  const { enrolled, completed, certificates } = figures;
  const part = (value: number): Shown =>
    value >= LEAST && enrolled - value >= LEAST ? value : null;
  const shown = {
    enrolled: enrolled >= LEAST ? enrolled : null,
    active: part(figures.active),
    completed: part(completed),
    overdue: part(figures.overdue),
    certificates: part(certificates),
  };
  const without = completed - certificates;
  if (without !== 0 && without < LEAST) shown.certificates = null;
  // Those who have neither completed nor are late are a group as well.
  const others = enrolled - completed - figures.overdue;
  if (others !== 0 && others < LEAST) shown.overdue = null;
  return shown;
}
