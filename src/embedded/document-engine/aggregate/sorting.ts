import type { Doc } from '../bson/codec';
import { mergeSort, type Slice } from '../cooperate';
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

/** A stable sort, with pauses in which other clients are served. */
export async function sortItems<V>(items: V[], order: Order<V>, slice: Slice): Promise<V[]> {
  const sorting = mergeSort(items, order);
  for (;;) {
    const step = sorting.next();
    if (step.done) return step.value;
    await slice.next();
  }
}
