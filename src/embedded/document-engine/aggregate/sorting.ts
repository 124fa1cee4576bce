import type { Doc } from '../bson/codec';
import type { Slice } from '../cooperate';
import type { Sorter } from '../sort';

const RUN = 1024;

type Order<V> = (a: V, b: V) => number;

/** Sorts documents and keeps their order where they are equal. */
export async function sortDocs(docs: Doc[], sorter: Sorter, slice: Slice): Promise<Doc[]> {
  const keyed: { key: unknown[]; doc: Doc }[] = [];
  for (const doc of docs) {
    keyed.push({ key: sorter.key(doc), doc });
    if (keyed.length % RUN === 0 && slice.over()) await slice.next();
  }
  const sorted = await sortItems(keyed, (a, b) => sorter.compareKeys(a.key, b.key), slice);
  return sorted.map(({ doc }) => doc);
}

/**
 * A stable sort of short runs that are then merged, with pauses in which other clients are served.
 */
export async function sortItems<V>(items: V[], order: Order<V>, slice: Slice): Promise<V[]> {
  let runs: V[][] = [];
  for (let i = 0; i < items.length; i += RUN) {
    runs.push(items.slice(i, i + RUN).sort(order));
    if (slice.over()) await slice.next();
  }
  while (runs.length > 1) {
    const merged: V[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const a = runs[i] as V[];
      const b = runs[i + 1];
      merged.push(b ? await merge(a, b, order, slice) : a);
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<V>(a: V[], b: V[], order: Order<V>, slice: Slice): Promise<V[]> {
  const out = new Array<V>(a.length + b.length);
  let i = 0;
  let k = 0;
  for (let n = 0; n < out.length; n++) {
    const left = k === b.length || (i < a.length && order(a[i] as V, b[k] as V) <= 0);
    out[n] = left ? (a[i++] as V) : (b[k++] as V);
    if ((n & 1023) === 1023 && slice.over()) await slice.next();
  }
  return out;
}
