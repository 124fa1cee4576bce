import { now } from '../../shared/clock';
import { shortId } from '../../shared/ids';
import { currentContext } from '../context';
import { isInTransaction } from '../db';
import type { EventDefinition } from './events';
import { Outbox } from './model';

/**
 * Writes an event beside the change that it tells of, in the same transaction, so that neither is
 * ever there without the other. The relay passes it on to the subscribed jobs.
 * @throws outside a transaction, or when the payload does not fit the event's schema.
 */
export const publish = <P>(event: EventDefinition<P>, payload: P): Promise<void> =>
  publishAll(event, [payload]);

/** The same for a fact that is true of many. */
export async function publishAll<P>(
  event: EventDefinition<P>,
  payloads: readonly P[],
): Promise<void> {
  if (!isInTransaction()) throw new Error(`${event.type} was published outside a transaction`);
  if (payloads.length === 0) return;
  const common = {
    type: event.type,
    requestId: currentContext()?.requestId ?? shortId(),
    status: 'waiting' as const,
    createdAt: now(),
    leasedUntil: new Date(0),
  };
  // Whole rows, so that mongoose need not make a document of each.
  await Outbox.insertMany(
    payloads.map((payload) => ({ ...common, payload: event.schema.parse(payload) })),
    { lean: true },
  );
}
