import { openHouse } from './container';
import { loadDemonstration } from './demo/load';
import { firstAdministratorLink } from './modules/accounts';
import { logger } from './platform/logger';
import type { Platform } from './platform/platform';
import { endInOrder, reportReady } from './platform/process';
import { createApp } from './web/app';
import { serverOf } from './web/server';

const REST_CHECK_MS = 50;

/** Lines for the one who starts Kelas: how to sign in. */
async function signInNotes(platform: Platform): Promise<string[]> {
  const { config } = platform;
  if (config.demo) return loadDemonstration(platform);
  const link = await firstAdministratorLink({ config });
  if (link === null) return [];
  return [`There is no administrator yet. Become it with this link, once: ${link}`];
}

async function main(): Promise<void> {
  const house = await openHouse();
  const { config } = house;
  const app = createApp(house.platform, house.rooms);
  const notes = await signInNotes(house.platform);
  const server = serverOf(app, {
    requestTimeout: 30_000,
    headersTimeout: 10_000,
    keepAliveTimeout: 65_000,
  });
  endInOrder(async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      // A connection with a request is kept by its browser after the answer: closed when it rests.
      setInterval(() => server.closeIdleConnections(), REST_CHECK_MS).unref();
    });
    await house.close();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  reportReady({ url: config.baseUrl, notes });
  // Under npm start the supervisor says them.
  if (process.send === undefined) process.stdout.write(notes.map((note) => `${note}\n`).join(''));
}

main().catch((error: unknown) => {
  logger.fatal({ err: error }, 'web cannot start');
  process.exit(1);
});
