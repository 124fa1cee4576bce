import path from 'node:path';
import { loadAssets } from './assets';
import type { BulkKind } from './bulk/kind';
import type { Config } from './config';
import {
  type Csrf,
  createCsrf,
  createRenderer,
  type Place,
  type Renderer,
  type Route,
} from './http';
import { createKeys, type Keys, keysSettings } from './keys';
import { createMailer, type Mailer } from './mail';
import { createMetrics, type Metrics } from './metrics';
import type { Subscription } from './outbox';
import { DIST } from './paths';
import { createPdfRenderer, type PdfRenderer } from './pdf';
import type { PersonalData } from './personal';
import type { JobDefinition, Schedule } from './queue';
import { RateLimits } from './rate-limit';
import { createRedis, type Redis } from './redis';
import type { RetentionRule } from './retention';
import { type FileStorage, localStorage } from './storage';
import type { TreeRecords } from './tree';

/** What every room stands on. */
export interface Platform {
  readonly config: Config;
  readonly mailer: Mailer;
  readonly storage: FileStorage;
  readonly rateLimits: RateLimits;
  readonly renderer: Renderer;
  readonly pdf: PdfRenderer;
  readonly keys: Keys;
  readonly csrf: Csrf;
  readonly metrics: Metrics;
  /** Fails at once while redis is away. */
  readonly redis: Redis;
  /** True when cookies are only for https. */
  readonly secureCookies: boolean;
  close(): Promise<void>;
}

/** A room as the doors see it. */
export interface Room {
  readonly name: string;
  readonly routes: readonly Route[];
  readonly jobs: readonly JobDefinition[];
  readonly subscriptions: readonly Subscription[];
  readonly schedules: readonly Schedule[];
  /** Long acts over many items that it does. */
  readonly bulk?: readonly BulkKind[];
  /** What it keeps about people. */
  readonly personal?: PersonalData;
  /** What it does when an organisation moves in the tree. */
  readonly tree?: TreeRecords;
  /** How long it keeps things. */
  readonly retention?: readonly RetentionRule[];
  /** Places that it adds to the navigation. */
  readonly navigation?: readonly Place[];
  /** What must be there before a door opens; safe to run in several processes at once. */
  readonly prepare?: () => Promise<void>;
}

const present = (value: string | undefined, name: string): string => {
  if (value === undefined) throw new Error(`${name} is not set; npm start sets it`);
  return value;
};

/** Builds the platform of a process. The database is connected apart, before. */
export function createPlatform(config: Config): Platform {
  const redis = createRedis(present(config.redisUrl, 'REDIS_URL'), { failFast: true });
  const secureCookies = config.mode === 'production';
  const csrf = createCsrf({
    secret: present(config.sessionSecret, 'SESSION_SECRET'),
    secure: secureCookies,
    sessionOf: (req) => (req.user ? req.sessionID : undefined),
  });
  const pdf = createPdfRenderer();
  const assets = loadAssets(path.join(DIST, 'public'));
  return {
    config,
    mailer: createMailer(config),
    storage: localStorage(path.join(config.dataDir, 'files')),
    rateLimits: new RateLimits(redis, config.redisPrefix),
    renderer: createRenderer({ assets, csrf, baseUrl: config.baseUrl, demo: config.demo }),
    pdf,
    keys: createKeys(keysSettings(config, present(config.keysSecret, 'KEYS_SECRET'))),
    csrf,
    metrics: createMetrics(),
    redis,
    secureCookies,
    close: async () => {
      redis.disconnect();
      await pdf.close();
    },
  };
}
