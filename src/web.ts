import { createServer } from 'node:http';
import { createRooms } from './container';
import { loadConfig } from './platform/config';
import { connectDb, disconnectDb, ensureIndexes } from './platform/db';
import { logger } from './platform/logger';
import { createPlatform } from './platform/platform';
import { endInOrder, reportReady } from './platform/process';
import { createApp } from './web/app';

async function main(): Promise<void> {
  const config = loadConfig();
  logger.level = config.logLevel;
  if (config.mongodbUri === undefined) throw new Error('MONGODB_URI is not set; npm start sets it');
  await connectDb(config.mongodbUri);
  const platform = createPlatform(config);
  const app = createApp(platform, createRooms(platform));
  await ensureIndexes();
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
    app,
  );
  endInOrder(async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
    await platform.close();
    await disconnectDb();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  reportReady({ url: config.baseUrl });
}

main().catch((error: unknown) => {
  logger.fatal({ err: error }, 'web cannot start');
  process.exit(1);
});
