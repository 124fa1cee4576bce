import { type Doc, nameOf } from './bson/codec';
import { isObject } from './bson/types';
import type { Collection } from './catalog';

const MOST = 500;

/**
 * The shapes of queries that had to read a whole collection, or to sort in memory without bounds:
 * `getLog: 'scans'` shows them, so that a test can tell which index is missing.
 */
export class ScanLog {
  private readonly seen = new Map<string, number>();

  note(
    collection: Collection,
    request: { filter: Doc; sort?: Doc | null | undefined },
    stage: 'COLLSCAN' | 'SORT',
  ): void {
    const { filter, sort } = request;
    const order =
      sort && Object.keys(sort).length > 0 ? ` sort ${JSON.stringify(shapeOf(sort))}` : '';
    const shape = `${stage} ${collection.namespace} ${JSON.stringify(shapeOf(filter))}${order}`;
    const times = this.seen.get(shape) ?? 0;
    if (times > 0 || this.seen.size < MOST) this.seen.set(shape, times + 1);
  }

  lines(): string[] {
    return [...this.seen].map(([shape, times]) => `${shape} x${times}`);
  }

  clear(): void {
    this.seen.clear();
  }
}

/** Field names and operators without values: they may be personal. */
function shapeOf(v: unknown): unknown {
  if (isObject(v)) {
    const shape: Doc = {};
    for (const key of Object.keys(v))
      shape[key === '__proto__' ? 'proto' : nameOf(key)] = shapeOf(v[key]);
    return shape;
  }
  if (Array.isArray(v) && v.some(isObject)) return v.slice(0, 3).map(shapeOf);
  return 1;
}
