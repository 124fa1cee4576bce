import { openHouse } from './container';
import { logger } from './platform/logger';
import { endInOrder, giveWay, reportReady } from './platform/process';
import { openHealthDoor } from './worker/health';
import { startWorkers } from './worker/workers';

/** Where web and worker share a machine, pages come before jobs; both go on whatever the other does. */
const NICENESS = 5;

async function main(): Promise<void> {
  giveWay(process.pid, NICENESS);
  const house = await openHouse();
  // Before the queues: it tells that redis is away.
  const health = await openHealthDoor(house.platform);
  const worker = await startWorkers(house.platform, house.rooms);
  endInOrder(async () => {
    health?.close();
    await worker.stop();
    await house.close();
  });
  reportReady();
}

main().catch((error: unknown) => {
  logger.fatal({ err: error }, 'the worker cannot start');
  process.exit(1);
});
