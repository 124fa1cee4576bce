import type { mongo } from 'mongoose';
import { isInTransaction, readOne } from './transaction';

type Source = Parameters<typeof readOne>[0] & {
  readonly collection: {
    find(filter: object, options: mongo.FindOptions): { toArray(): Promise<mongo.BSON.Document[]> };
  };
};

interface Asked<T> {
  readonly id: string;
  readonly key: unknown;
  readonly resolve: (found: T | null | Promise<T | null>) => void;
  readonly reject: (error: unknown) => void;
}

/** As many fit into the first answer of the database. */
const MOST = 100;

/**
 * A reader of single documents by `_id`, as they are stored (see `readOne`). What all requests of one
 * moment ask for goes over the wire as one question: of a small read, the way there and back is the cost.
 * Every caller gets a document of their own, unless it is said that nobody changes what they get.
 * Inside a transaction each read goes alone, in it.
 * @param keyOf how the `_id` is stored whose text is given
 */
export function readerTogether<T>(
  source: Source,
  keyOf: (id: string) => unknown,
  projection?: Readonly<Record<string, 1>>,
  { shared = false }: { shared?: boolean } = {},
): (id: string) => Promise<T | null> {
  let waiting: Asked<T>[] = [];

  const alone = (id: string) =>
    readOne<T>(source, { _id: keyOf(id) } as mongo.Filter<mongo.BSON.Document>, projection);

  const answer = async (asked: ReadonlyMap<string, Asked<T>>) => {
    try {
      const found = await source.collection
        .find(
          { _id: { $in: [...asked.values()].map(({ key }) => key) } },
          { limit: asked.size, ...(projection && { projection }) },
        )
        .toArray();
      const byId = new Map(found.map((row) => [String(row['_id']), row as T]));
      for (const { id, resolve } of asked.values()) resolve(byId.get(id) ?? null);
    } catch (error) {
      for (const { reject } of asked.values()) reject(error);
    }
  };

  const flush = () => {
    const all = waiting;
    waiting = [];
    let batch = new Map<string, Asked<T>>();
    for (const one of all) {
      // Two who ask for the same must not share one object.
      if (batch.has(one.id)) one.resolve(alone(one.id));
      else batch.set(one.id, one);
      if (batch.size === MOST) {
        void answer(batch);
        batch = new Map();
      }
    }
    if (batch.size > 0) void answer(batch);
  };

  const asked = new Map<string, Promise<T | null>>();
  const together = (id: string) =>
    new Promise<T | null>((resolve, reject) => {
      // After the requests that came in with this one have been begun.
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ id, key: keyOf(id), resolve, reject });
    });

  return (id) => {
    if (isInTransaction()) return alone(id);
    if (!shared) return together(id);
    let same = asked.get(id);
    if (!same) {
      // Emptied before the question goes out: who asks later must see what was written meanwhile.
      if (asked.size === 0) setImmediate(() => asked.clear());
      same = together(id);
      asked.set(id, same);
    }
    return same;
  };
}
