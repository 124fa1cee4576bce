import { openHouse } from './container';
import { logger } from './platform/logger';
import { endInOrder, reportReady } from './platform/process';
import { startWorkers } from './worker/workers';

async function main(): Promise<void> {
  const house = await openHouse();
  const worker = await startWorkers(house.platform, house.rooms);
  endInOrder(async () => {
    await worker.stop();
    await house.close();
  });
  reportReady();
}

main().catch((error: unknown) => {
  logger.fatal({ err: error }, 'the worker cannot start');
  process.exit(1);
});
