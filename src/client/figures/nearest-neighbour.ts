/** A place on the map of mangoes: x from green (0) to yellow (1), y from hard (0) to soft (1). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A mango with the label that a person gave it. */
export interface Example extends Point {
  readonly ready: boolean;
}

/**
 * The label of the nearest example; of the earlier one when two are equally near.
 * undefined while there are no examples.
 */
export function classify(examples: readonly Example[], at: Point): boolean | undefined {
  let best: Example | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const example of examples) {
    const distance = (example.x - at.x) ** 2 + (example.y - at.y) ** 2;
    if (distance < least) {
      least = distance;
      best = example;
    }
  }
  return best?.ready;
}

/**
 * The part of the map that the examples make "ready", as an SVG path on a square of `size` units
 * with y growing downwards, cut into `cells` × `cells` squares. Empty when nothing is ready.
 */
export function readyArea(examples: readonly Example[], size: number, cells: number): string {
  const cell = size / cells;
  const readyAt = (column: number, row: number) =>
    classify(examples, { x: (column + 0.5) / cells, y: 1 - (row + 0.5) / cells }) === true;
  let path = '';
  for (let column = 0; column < cells; column++) {
    let row = 0;
    while (row < cells) {
      const from = row;
      while (row < cells && readyAt(column, row)) row++;
      if (row > from) {
        path += `M${column * cell} ${from * cell}h${cell}v${(row - from) * cell}h${-cell}z`;
      }
      row++;
    }
  }
  return path;
}
