import type { mongo } from 'mongoose';

/**
 * A change of what is stored. Numbers count up by one; one that is in use is never changed, another
 * one follows it. It works on collections as they were when it was written, so it names them and
 * imports no model.
 */
export interface Migration {
  /** From 1, without gaps. */
  readonly number: number;
  /** What it does, as `<room>: <change>`; kept beside the number in the database. */
  readonly name: string;
  /**
   * The newest migration that a program must know to work on what this one leaves. Less than
   * `number` while it only adds (the version before goes on beside it), `number` itself when it
   * takes away what the version before still reads. See docs/operations.md, "Changes of stored data".
   */
  readonly needs: number;
  /** May be cut off at any point and begun anew; the second run changes nothing. */
  run(db: mongo.Db): Promise<void>;
}

const BATCH = 1_000;

/** Gives documents that lack `field` what `fields` holds, a thousand at a time, by `_id`. */
export async function addMissing(
  db: mongo.Db,
  collection: string,
  field: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const rows = db.collection(collection);
  let after: unknown = null;
  for (;;) {
    const ids = await rows
      .find(after === null ? {} : { _id: { $gt: after as mongo.ObjectId } })
      .project<{ _id: mongo.ObjectId }>({ _id: 1 })
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray();
    const last = ids.at(-1);
    if (!last) return;
    await rows.updateMany(
      { _id: { $in: ids.map(({ _id }) => _id) }, [field]: { $exists: false } },
      { $set: fields },
    );
    after = last._id;
  }
}

/** Takes an index away that is there. */
export async function dropIndex(db: mongo.Db, collection: string, name: string): Promise<void> {
  const found = await db.listCollections({ name: collection }).toArray();
  if (found.length === 0) return;
  const indexes = await db.collection(collection).indexes();
  if (indexes.some((index) => index.name === name)) await db.collection(collection).dropIndex(name);
}
