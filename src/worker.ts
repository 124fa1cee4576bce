import { createRooms } from './container';
import { loadConfig } from './platform/config';
import { connectDb, disconnectDb, ensureIndexes } from './platform/db';
import { logger } from './platform/logger';
import { createPlatform } from './platform/platform';
import { endInOrder, reportReady } from './platform/process';
import { startWorkers } from './worker/workers';

async function main(): Promise<void> {
  const config = loadConfig();
  logger.level = config.logLevel;
  if (config.mongodbUri === undefined) throw new Error('MONGODB_URI is not set; npm start sets it');
  await connectDb(config.mongodbUri);
  const platform = createPlatform(config);
  const rooms = createRooms(platform);
  await ensureIndexes();
  const worker = await startWorkers(platform, rooms);
  endInOrder(async () => {
    await worker.stop();
    await platform.close();
    await disconnectDb();
  });
  reportReady();
}

main().catch((error: unknown) => {
  logger.fatal({ err: error }, 'the worker cannot start');
  process.exit(1);
});
