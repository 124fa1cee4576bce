import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Express } from 'express';
import mongoose from 'mongoose';
import { createRooms } from '../../src/container';
import { loadConfig } from '../../src/platform/config';
import { runInContext } from '../../src/platform/context';
import { connectDb, disconnectDb, ensureIndexes } from '../../src/platform/db';
import { logger } from '../../src/platform/logger';
import { type JobSink, Relay } from '../../src/platform/outbox';
import { createPlatform, type Platform, type Room } from '../../src/platform/platform';
import { setClock } from '../../src/shared/clock';
import { createApp } from '../../src/web/app';
import { Client } from './client';
import { mongodbUri, redisPrefix, redisUrl } from './services';

/** The whole site in this process, on the real engine and the real redis of the run. */
export interface TestApp {
  readonly app: Express;
  readonly platform: Platform;
  readonly rooms: readonly Room[];
  /** A new visitor with cookies of their own. */
  client(): Client;
  /** Runs the job of every event that waits, and of the events that these publish, in this process. */
  drain(): Promise<void>;
}

/** Runs each job `times` times one after the other: a second run must change nothing. */
const directly = (times: number): JobSink => ({
  async addAll(jobs) {
    for (const { job, jobId, requestId, payload } of jobs) {
      for (let attempt = 1; attempt <= times; attempt += 1) {
        const parsed = job.schema.parse(payload);
        await runInContext({ requestId, jobId }, () =>
          job.handle(parsed, { jobId, attempt, last: false }),
        );
      }
    }
  },
});

/** Starts the site before the tests of a file, on an empty database, and ends it after them. */
export function useApp(settings: Record<string, string> = {}): TestApp {
  let state: (TestApp & { dataDir: string }) | undefined;

  beforeAll(async () => {
    logger.level = process.env['TEST_LOG_LEVEL'] ?? 'fatal';
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'kelas-app-'));
    const config = loadConfig({
      NODE_ENV: 'test',
      KELAS_DATA: dataDir,
      MONGODB_URI: mongodbUri(`app-${randomBytes(4).toString('hex')}`),
      REDIS_URL: redisUrl(),
      REDIS_PREFIX: `${redisPrefix()}-${randomBytes(4).toString('hex')}`,
      SESSION_SECRET: 'a secret of the tests, long enough for them',
      KEYS_SECRET: 'another secret of the tests, for the keys',
      BASE_URL: 'http://127.0.0.1:3000',
      ...settings,
    });
    await connectDb(config.mongodbUri ?? '');
    const platform = createPlatform(config);
    const rooms = createRooms(platform);
    await ensureIndexes();
    const app = createApp(platform, rooms);
    const relay = new Relay(
      rooms.flatMap((room) => room.subscriptions),
      directly(2),
    );
    state = {
      app,
      platform,
      rooms,
      dataDir,
      client: () => new Client(app),
      drain: async () => {
        while ((await relay.relayOnce()) > 0);
      },
    };
  });

  afterAll(async () => {
    setClock();
    await mongoose.connection.dropDatabase();
    await state?.platform.close();
    await disconnectDb();
    if (state) await rm(state.dataDir, { recursive: true, force: true });
  });

  const started = (): TestApp => {
    if (!state) throw new Error('The site runs only inside tests');
    return state;
  };
  return {
    get app() {
      return started().app;
    },
    get platform() {
      return started().platform;
    },
    get rooms() {
      return started().rooms;
    },
    client: () => started().client(),
    drain: () => started().drain(),
  };
}
