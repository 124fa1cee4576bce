import { Types } from 'mongoose';
import { z } from 'zod';
import { now } from '../../shared/clock';
import { audit } from '../audit';
import { inTransaction, isDuplicateKey, isInTransaction } from '../db';
import { defineEvent, publish } from '../outbox';
import type { BulkKind } from './kind';
import { Act, ActItem, type ActRow } from './model';

/** An act waits for the worker; told once for each turn. */
export const actDue = defineEvent(
  'bulk.due',
  z.object({ actId: z.string(), turn: z.number().int() }),
);

/** The page on which whoever began the act follows it. */
export const actHref = (actId: string): string => `/acts/${actId}`;

export const subjectOf = (actId: string) => ({ kind: 'bulk-act', id: actId });

const CHUNK = 1_000;

/** What an act is done to: given at once, or so many to expect, found by the kind when it begins. */
type Items<T> = readonly { label: string; data: T }[] | { readonly expected: number };

/**
 * Begins an act over `items`: kept when this resolves, and done by the worker.
 * @param request.onceKey begun twice with the same key (two tabs, a double click) it is done once,
 * and both get the same act
 */
export async function startBulk<P, T>(
  kind: BulkKind<P, T>,
  request: {
    by: string;
    /** Of the organisation on whose behalf; default: none. */
    organisationPath?: readonly string[];
    params: P;
    items: Items<T>;
    onceKey?: string;
  },
): Promise<{ actId: string }> {
  const { onceKey = null } = request;
  const before = onceKey === null ? null : await Act.findOne({ onceKey }, { _id: 1 }).lean();
  if (before) return { actId: before._id.toHexString() };
  try {
    return await inTransaction(() => insert(kind, { ...request, onceKey }));
  } catch (error) {
    if (!isDuplicateKey(error) || isInTransaction()) throw error;
    const winner = await Act.findOne({ onceKey }, { _id: 1 }).lean();
    if (!winner) throw error;
    return { actId: winner._id.toHexString() };
  }
}

/** Writes items with the numbers that follow `after`. */
export const addItems = <P, T>(
  kind: BulkKind<P, T>,
  actId: Types.ObjectId,
  items: readonly { readonly label: string; readonly data: T }[],
  after: number,
): Promise<unknown> =>
  ActItem.insertMany(
    items.map(({ label, data }, index) => ({
      actId,
      number: after + index + 1,
      label,
      data: kind.item.parse(data),
      createdAt: now(),
    })),
    { lean: true },
  );

async function insert<P, T>(
  kind: BulkKind<P, T>,
  request: {
    by: string;
    organisationPath?: readonly string[];
    params: P;
    items: Items<T>;
    onceKey: string | null;
  },
): Promise<{ actId: string }> {
  const _id = new Types.ObjectId();
  const actId = _id.toHexString();
  const time = now();
  const given = 'expected' in request.items ? null : request.items;
  if (given === null && !kind.gather) throw new Error(`${kind.kind} does not find items by itself`);
  const params = kind.params.parse(request.params);
  const row: ActRow = {
    _id,
    kind: kind.kind,
    by: request.by,
    organisationPath: [...(request.organisationPath ?? [])],
    params,
    total: 'expected' in request.items ? request.items.expected : request.items.length,
    done: 0,
    failed: 0,
    state: 'waiting',
    gathered: given !== null,
    turn: 1,
    faults: [],
    onceKey: request.onceKey,
    createdAt: time,
    startedAt: null,
    finishedAt: null,
    touchedAt: time,
  };
  await Act.create([row]);
  for (let from = 0; from < (given?.length ?? 0); from += CHUNK) {
    await addItems(kind, _id, given?.slice(from, from + CHUNK) ?? [], from);
  }
  await audit({
    action: 'bulk.start',
    subject: subjectOf(actId),
    userId: request.by,
    after: { kind: kind.kind, total: row.total, params: kind.audited?.(params) ?? params },
  });
  await publish(actDue, { actId, turn: 1 });
  return { actId };
}
