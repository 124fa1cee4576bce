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
export async function publish<P>(event: EventDefinition<P>, payload: P): Promise<void> {
  if (!isInTransaction()) throw new Error(`${event.type} was published outside a transaction`);
  await Outbox.create({
    type: event.type,
    payload: event.schema.parse(payload),
    requestId: currentContext()?.requestId ?? shortId(),
    status: 'waiting',
    createdAt: now(),
    leasedUntil: new Date(0),
  });
}
