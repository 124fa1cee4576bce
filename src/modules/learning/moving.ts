import { findVersion, type PublishedVersion } from '../catalogue';
import { Enrolment, type EnrolmentRow, type EnrolmentStatus } from './model';
import { progressOf } from './progress';
import type { ActivityRecord } from './rule';

/** Those who are on the way. Who has completed a version stays with what they completed. */
export const MOVABLE: readonly EnrolmentStatus[] = ['active', 'invited', 'waiting'];

/** What moving to another version would do to someone. */
export interface MoveEffect {
  /** Ids of activities that are done now and would not be: gone, or asked for more. */
  readonly lost: readonly string[];
  readonly kept: number;
  /** Per cent. */
  readonly before: number;
  readonly after: number;
  /** The rule of the other version is met at once. */
  readonly completes: boolean;
}

/** Pure: from what was done and both versions. */
export function effectOfMove(
  from: PublishedVersion,
  to: PublishedVersion,
  done: readonly ActivityRecord[],
): MoveEffect {
  const [was, is] = [progressOf(from, done), progressOf(to, done)];
  const doneNow = [...was.activities].filter(([, state]) => state === 'done').map(([id]) => id);
  const lost = doneNow.filter((id) => is.activities.get(id) !== 'done');
  return {
    lost,
    kept: doneNow.length - lost.length,
    before: was.percent,
    after: is.percent,
    completes: is.met,
  };
}

/** One of those who could be moved. */
export interface Movable {
  readonly enrolmentId: string;
  readonly userId: string;
  readonly effect: MoveEffect;
}

/** All of them together. */
export interface MoveSum {
  readonly people: number;
  /** Who would lose something that is done. */
  readonly losing: number;
  readonly completing: number;
  /** By id of an activity, how many would lose it. */
  readonly lost: ReadonlyMap<string, number>;
}

type Row = Pick<EnrolmentRow, '_id' | 'userId' | 'done'>;
const FIELDS = { userId: 1, done: 1 } as const;

async function versions(fromId: string, toId: string) {
  const [from, to] = [await findVersion(fromId), await findVersion(toId)];
  if (!from || !to) throw new Error(`There is no version ${from ? toId : fromId}`);
  return { from, to };
}

/** A page of those who are on their way in a version, with what moving would do to each. */
export async function movablePage(
  fromId: string,
  toId: string,
  page: { skip: number; limit: number },
): Promise<Movable[]> {
  const { from, to } = await versions(fromId, toId);
  const rows = await Enrolment.find({ versionId: fromId, status: { $in: MOVABLE } }, FIELDS)
    .sort({ _id: 1 })
    .skip(page.skip)
    .limit(page.limit)
    .lean<Row[]>();
  return rows.map(({ _id, userId, done }) => ({
    enrolmentId: _id.toHexString(),
    userId,
    effect: effectOfMove(from, to, done),
  }));
}

/** Everyone who is on their way in a version, one by one. */
export async function* movableIn(fromId: string, toId: string): AsyncGenerator<Movable> {
  const { from, to } = await versions(fromId, toId);
  // Thousands have done the same things: each is computed once.
  const known = new Map<string, MoveEffect>();
  const rows = Enrolment.find({ versionId: fromId, status: { $in: MOVABLE } }, FIELDS)
    .lean<Row[]>()
    .cursor({ batchSize: 1_000 });
  for await (const { _id, userId, done } of rows) {
    const key = JSON.stringify(done);
    const effect = known.get(key) ?? effectOfMove(from, to, done);
    if (known.size < 5_000) known.set(key, effect);
    yield { enrolmentId: _id.toHexString(), userId, effect };
  }
}

/** What moving everyone would do. */
export async function sumOfMoves(fromId: string, toId: string): Promise<MoveSum> {
  const lost = new Map<string, number>();
  let [people, losing, completing] = [0, 0, 0];
  for await (const { effect } of movableIn(fromId, toId)) {
    people += 1;
    if (effect.lost.length > 0) losing += 1;
    if (effect.completes) completing += 1;
    for (const id of effect.lost) lost.set(id, (lost.get(id) ?? 0) + 1);
  }
  return { people, losing, completing, lost };
}
