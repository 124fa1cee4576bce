import type { Point } from './nearest-neighbour';

/** A mango to learn from, with the label that Farah would give it. */
export interface TrainingMango extends Point {
  readonly id: string;
  readonly expert: boolean;
}

/** A mango to be sorted, with what was found when it was cut open. */
export interface NewMango extends Point {
  readonly id: string;
  readonly ripe: boolean;
}

/** Twelve to label. None is green and soft: that is the point of the figure. */
export const trainingMangoes: readonly TrainingMango[] = [
  { id: '1', x: 0.1, y: 0.15, expert: false },
  { id: '2', x: 0.9, y: 0.85, expert: true },
  { id: '3', x: 0.25, y: 0.3, expert: false },
  { id: '4', x: 0.75, y: 0.7, expert: true },
  { id: '5', x: 0.15, y: 0.45, expert: false },
  { id: '6', x: 0.95, y: 0.6, expert: true },
  { id: '7', x: 0.4, y: 0.2, expert: false },
  { id: '8', x: 0.65, y: 0.9, expert: true },
  { id: '9', x: 0.55, y: 0.55, expert: true },
  { id: '10', x: 0.8, y: 0.4, expert: true },
  { id: '11', x: 0.32, y: 0.5, expert: false },
  { id: '12', x: 0.6, y: 0.35, expert: false },
];

/** Three of the kind that stays green when ripe. */
export const missingMangoes: readonly TrainingMango[] = [
  { id: '13', x: 0.06, y: 0.7, expert: true },
  { id: '14', x: 0.24, y: 0.76, expert: true },
  { id: '15', x: 0.1, y: 0.94, expert: true },
];

/** Six that the model has never seen; E and F are of the kind that stays green. */
export const newMangoes: readonly NewMango[] = [
  { id: 'A', x: 0.85, y: 0.75, ripe: true },
  { id: 'B', x: 0.12, y: 0.28, ripe: false },
  { id: 'C', x: 0.72, y: 0.82, ripe: true },
  { id: 'D', x: 0.38, y: 0.32, ripe: false },
  { id: 'E', x: 0.11, y: 0.8, ripe: true },
  { id: 'F', x: 0.2, y: 0.86, ripe: true },
];

/** Which third a measurement lies in: 0 low, 1 middle, 2 high. */
export function third(value: number): 0 | 1 | 2 {
  if (value < 0.35) return 0;
  return value < 0.65 ? 1 : 2;
}

const GREEN = [104, 148, 62] as const;
const YELLOW = [250, 196, 66] as const;

/** The colour of a mango as a person sees it, for an SVG fill. */
export function skin(x: number): string {
  const mix = (index: 0 | 1 | 2) =>
    Math.round(GREEN[index] + (YELLOW[index] - GREEN[index]) * Math.min(1, Math.max(0, x)));
  return `rgb(${mix(0)} ${mix(1)} ${mix(2)})`;
}
