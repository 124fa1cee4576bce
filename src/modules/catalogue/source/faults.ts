import type { Mend } from '../faults/mends';
import type { Problem } from '../faults/problems';
import type { Fault } from '../types';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Collects what is wrong, all of it, before anything is done. */
export class FaultList {
  readonly #faults: Fault[] = [];
  readonly #known = new Set<string>();

  add(file: string, position: Position | null, problem: Problem, mend: Mend): void {
    const line = position?.line ?? null;
    const column = position?.column ?? null;
    const name = JSON.stringify([file, line, problem]);
    if (this.#known.has(name)) return;
    this.#known.add(name);
    this.#faults.push({ file, line, column, problem, mend });
  }

  get size(): number {
    return this.#faults.length;
  }

  /** In the order of files and lines. */
  sorted(): Fault[] {
    return [...this.#faults].sort(
      (a, b) =>
        a.file.localeCompare(b.file, 'en') ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0),
    );
  }
}

/** Number of single changes that make `b` of `a` (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** How to mend an unknown name: the nearest of the known ones, and all of them when they are few. */
export function suggest(name: string, known: readonly string[]): Mend {
  const nearest = known
    .map((each) => ({ each, far: distance(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, far }) => far <= Math.max(2, each.length / 3))
    .sort((a, b) => a.far - b.far)[0];
  if (nearest) return ['didYouMean', { name: nearest.each }];
  if (known.length === 0) return ['takeOut'];
  if (known.length <= 20) return ['useOneOf', { names: known.join(', ') }];
  return ['useExisting'];
}
