import type { Doc } from '../bson/codec';
import type { Slice } from '../cooperate';
import type { Sorter } from '../sort';

interface Keyed {
  key: unknown[];
  doc: Doc;
}

const RUN = 1024;

/**
 * Sorts documents and keeps their order where they are equal. Long lists are sorted in short runs
 * that are then merged, with pauses in which other clients are served.
 */
export async function sortDocs(docs: Doc[], sorter: Sorter, slice: Slice): Promise<Doc[]> {
  const order = (a: Keyed, b: Keyed) => sorter.compareKeys(a.key, b.key);
  let runs: Keyed[][] = [];
  for (let i = 0; i < docs.length; i += RUN) {
    const run = docs.slice(i, i + RUN).map((doc) => ({ key: sorter.key(doc), doc }));
    runs.push(run.sort(order));
    if (slice.over()) await slice.next();
  }
  while (runs.length > 1) {
    const merged: Keyed[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const a = runs[i] as Keyed[];
      const b = runs[i + 1];
      merged.push(b ? await merge(a, b, order, slice) : a);
    }
    runs = merged;
  }
  return (runs[0] ?? []).map(({ doc }) => doc);
}

async function merge(
  a: Keyed[],
  b: Keyed[],
  order: (x: Keyed, y: Keyed) => number,
  slice: Slice,
): Promise<Keyed[]> {
  const out = new Array<Keyed>(a.length + b.length);
  let i = 0;
  let k = 0;
  for (let n = 0; n < out.length; n++) {
    const x = a[i];
    const y = b[k];
    if (x && (!y || order(x, y) <= 0)) {
      out[n] = x;
      i += 1;
    } else {
      out[n] = y as Keyed;
      k += 1;
    }
    if ((n & 1023) === 1023 && slice.over()) await slice.next();
  }
  return out;
}
