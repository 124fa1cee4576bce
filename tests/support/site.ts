import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import mongoose from 'mongoose';
import { type ChildRun, startChild } from '../../src/embedded/supervisor/child';
import { createOrganisation } from '../../src/modules/organisations';
import { connectDb, disconnectDb, ensureIndexes } from '../../src/platform/db';
import { type FileStorage, localStorage } from '../../src/platform/storage';
import { freePort } from '../boot/kelas';
import { mongodbUri, redisPrefix, redisUrl } from './services';

const DIST = path.resolve(__dirname, '../../dist');
const WORD = 'the secret of a site that lives as long as its tests';

/** Web and worker as processes of their own, on the engine and the redis of the run. */
export interface Site {
  readonly url: string;
  /** The same files as the site's own, for factories. */
  readonly platform: { readonly storage: FileStorage };
  /** Folder of its files and mails. */
  readonly dataDir: string;
}

/**
 * Starts the built site before the tests of a file, with the courses of this repository published
 * and the organisation that awards their certificates; ends it after them. The test itself is
 * connected to the same database, for what people of the site cannot do by its pages.
 */
export function useSite(settings: Record<string, string> = {}): Site {
  let state: (Site & { runs: ChildRun[] }) | undefined;

  beforeAll(async () => {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'kelas-site-'));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const database = mongodbUri(`site-${randomBytes(4).toString('hex')}`);
    const env = {
      ...process.env,
      NODE_ENV: 'development',
      KELAS_DATA: dataDir,
      KELAS_DEMO: 'false',
      HOST: '127.0.0.1',
      PORT: String(port),
      BASE_URL: url,
      MONGODB_URI: database,
      REDIS_URL: redisUrl(),
      REDIS_PREFIX: `${redisPrefix()}-${randomBytes(4).toString('hex')}`,
      SESSION_SECRET: WORD,
      KEYS_SECRET: WORD,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'error',
      ...settings,
    };
    await connectDb(database);
    await ensureIndexes();
    await createOrganisation({
      code: 'kelas-centre',
      name: 'Kelas Centre',
      kind: 'agency',
      timeZone: 'Asia/Singapore',
    });
    const runs = ['web', 'worker'].map((name) =>
      startChild({ name, script: path.join(DIST, `${name}.js`), env }),
    );
    const storage = localStorage(path.join(dataDir, 'files'));
    state = { url, dataDir, runs, platform: { storage } };
    await Promise.all(runs.map((run) => run.ready));
  }, 120_000);

  afterAll(async () => {
    await Promise.all((state?.runs ?? []).map((run) => run.stop(10_000)));
    await mongoose.connection.dropDatabase();
    await disconnectDb();
    if (state) await rm(state.dataDir, { recursive: true, force: true });
  });

  const started = (): Site => {
    if (!state) throw new Error('The site runs only inside tests');
    return state;
  };
  return {
    get url() {
      return started().url;
    },
    get dataDir() {
      return started().dataDir;
    },
    get platform() {
      return started().platform;
    },
  };
}
