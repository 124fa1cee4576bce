import { Relay } from '../platform/outbox';
import type { Platform, Room } from '../platform/platform';
import { JobWorkers, Queues } from '../platform/queue';
import { createRedis, type Redis } from '../platform/redis';

/** The running half of the worker: relay, schedules and the workers of every queue. */
export interface RunningWorker {
  /** Takes no new work and resolves when the work at hand is done. */
  stop(): Promise<void>;
}

/** Starts everything that the rooms have for the worker; waits for redis as long as it takes. */
export async function startWorkers(
  platform: Platform,
  rooms: readonly Room[],
): Promise<RunningWorker> {
  const { config, metrics } = platform;
  const clients: Redis[] = [];
  const connect = () => {
    const client = createRedis(config.redisUrl ?? '', { failFast: false });
    clients.push(client);
    return client;
  };
  // The relay tries again by itself: an event must not hang in a client that waits for redis.
  const sending = createRedis(config.redisUrl ?? '', { failFast: true });
  const queues = new Queues(sending, config.redisPrefix);
  const workers = new JobWorkers(
    rooms.flatMap((room) => room.jobs),
    {
      connect,
      prefix: config.redisPrefix,
      onResult: (job, ok, ms) => metrics.job(job, ok, ms / 1000),
    },
  );
  const relay = new Relay(
    rooms.flatMap((room) => room.subscriptions),
    queues,
  );
  await workers.ready();
  await queues.setSchedules(
    rooms.flatMap((room) => room.schedules),
    config.timeZone,
  );
  relay.start();
  return {
    stop: async () => {
      await relay.stop();
      await workers.close();
      await queues.close();
      for (const client of [...clients, sending]) client.disconnect();
    },
  };
}
