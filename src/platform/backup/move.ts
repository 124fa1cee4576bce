import type { mongo } from 'mongoose';
import { CollectionWriter, createIndexes, digestOf, requireSame } from './collection-writer';
import { Digest, isSame } from './digest';
import { BackupError, type CollectionStart, type End } from './format';
import { listCollections, rawDocuments } from './write';

/** Where a move notes how far it has come, in the database that it fills; gone at its end. */
const JOURNAL = 'kelas_move';

type JournalRow = { _id: string; source?: string } & Partial<End>;
/** The row that says whose move it is. */
const OWNER = ' move';

export interface Move {
  /** Nobody may write to it meanwhile. */
  readonly source: mongo.Db;
  readonly target: mongo.Db;
  /** The same for every try of one move: a target that another one has begun is refused. */
  readonly id: string;
  readonly say: (line: string) => void;
  /** Runs when all is there and compared, and again should it be cut off. */
  readonly atEnd: () => Promise<void>;
}

export interface Moved {
  readonly collections: number;
  readonly documents: number;
}

/**
 * Copies a database into another one, with all indexes, and compares counts and hashes of everything
 * at the end. Cut off at any point it goes on with the first collection that had not arrived; one that
 * changed in the source since is copied again.
 * @throws BackupError when the target holds anything else
 */
export async function moveDatabase({ source, target, id, say, atEnd }: Move): Promise<Moved> {
  const journal = target.collection<JournalRow>(JOURNAL);
  await begin(target, id);
  const starts = await listCollections(source);
  let documents = 0;
  for (const start of starts) {
    const noted = await journal.findOne({ _id: start.name });
    const sent = noted && (noted as unknown as End);
    const done = sent && (await isStill(source, target, start.name, sent));
    const { count } = done ? sent : await copy(source, target, start);
    say(`${start.name}: ${count} documents${done ? ', which were there' : ''}`);
    documents += count;
  }
  await dropStrangers(target, starts);
  for (const { name } of starts) {
    const sent = await journal.findOne({ _id: name });
    if (!sent) throw new BackupError(`The collection ${name} was not sent.`);
    await requireSame(target, name, sent as unknown as End);
  }
  say('Counts and hashes of all collections are the same; making the indexes');
  // Last: an index that removes what is out of date must not change the comparison.
  for (const start of starts) await createIndexes(target, start);
  await requireIndexes(target, starts);
  await atEnd();
  await journal.drop();
  return { collections: starts.length, documents };
}

/** Takes the target for this move, or finds that it is ours already. */
async function begin(target: mongo.Db, id: string): Promise<void> {
  const journal = target.collection<JournalRow>(JOURNAL);
  const owner = await journal.findOne({ _id: OWNER });
  if (owner?.source === id) return;
  const names = await target.listCollections({}, { nameOnly: true }).toArray();
  const held = owner ? JOURNAL : names.map(({ name }) => name).find((name) => !isSystem(name));
  if (held !== undefined)
    throw new BackupError(
      `The database ${target.databaseName} there is not empty (${held}): choose another name, or empty it. Nothing was changed.`,
    );
  await journal.insertOne({ _id: OWNER, source: id });
}

/** True when what an earlier try has sent is what stands on both sides. */
async function isStill(
  source: mongo.Db,
  target: mongo.Db,
  name: string,
  sent: End,
): Promise<boolean> {
  return isSame(sent, await digestOf(source, name)) && isSame(sent, await digestOf(target, name));
}

const isSystem = (name: string): boolean => name.startsWith('system.');

async function copy(source: mongo.Db, target: mongo.Db, start: CollectionStart): Promise<End> {
  const { name } = start;
  const journal = target.collection<JournalRow>(JOURNAL);
  await journal.deleteOne({ _id: name });
  const writer = await CollectionWriter.open(target, start);
  const digest = new Digest();
  for await (const bytes of rawDocuments(source, name)) {
    digest.add(bytes);
    // The driver may use its bytes again for what it reads next.
    await writer.add(Buffer.from(bytes));
  }
  await writer.flush();
  const sent = digest.end();
  await journal.insertOne({ _id: name, ...sent });
  return sent;
}

/** What an earlier try has brought, and the source no longer has. */
async function dropStrangers(target: mongo.Db, starts: readonly CollectionStart[]): Promise<void> {
  const own = new Set([JOURNAL, ...starts.map(({ name }) => name)]);
  for (const { name } of await target.listCollections({}, { nameOnly: true }).toArray())
    if (!own.has(name) && !isSystem(name)) await target.dropCollection(name);
}

async function requireIndexes(target: mongo.Db, starts: readonly CollectionStart[]): Promise<void> {
  const arrived = new Map((await listCollections(target)).map((each) => [each.name, each.indexes]));
  for (const { name, indexes } of starts)
    if (arrived.get(name)?.length !== indexes.length)
      throw new BackupError(`Indexes of the collection ${name} are missing there.`);
}
