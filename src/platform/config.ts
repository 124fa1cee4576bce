import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ROOT } from './paths';

const port = z.coerce.number().int().min(1).max(65_535);
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const url = (protocols: RegExp, example: string) =>
  z.string().regex(protocols, `must look like ${example}`);

const Environment = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(3000),
  WORKER_PORT: port.optional(),
  KELAS_DATA: z.string().min(1).default('data'),
  KELAS_COURSES: z.string().min(1).default('courses'),
  BASE_URL: url(/^https?:\/\/[^/\s]+$/, 'https://learn.example.org, without a path').optional(),
  MONGODB_URI: url(/^mongodb(\+srv)?:\/\//, 'mongodb://host:27017/kelas?replicaSet=rs0').optional(),
  REDIS_URL: url(
    /^(rediss?:\/\/|unix:\/)/,
    'redis://host:6379 or unix:/path/to/redis.sock',
  ).optional(),
  REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'may hold only a-z, 0-9 and -')
    .default('kelas'),
  SMTP_URL: url(/^smtps?:\/\//, 'smtps://user:password@host:465').optional(),
  MAIL_FROM: z.string().min(3).default('Kelas <kelas@localhost>'),
  SESSION_SECRET: z.string().min(32, 'must have 32 characters or more').optional(),
  KEYS_SECRET: z.string().min(32, 'must have 32 characters or more').optional(),
  PDF_CERTIFICATE: z.string().min(1).optional(),
  PDF_CERTIFICATE_PASSWORD: z.string().optional(),
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
  METRICS_TOKEN: z.string().min(16, 'must have 16 characters or more').optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).optional(),
  TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'must be a name such as Asia/Singapore')
    .default('Asia/Singapore'),
  KELAS_DEMO: flag.optional(),
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export interface Config {
  readonly mode: 'production' | 'development' | 'test';
  readonly host: string;
  readonly port: number;
  /** Undefined: the worker listens nowhere. */
  readonly workerPort: number | undefined;
  /** Absolute. Everything that Kelas keeps lies in this folder. */
  readonly dataDir: string;
  /** Absolute. Where the course folders stand. */
  readonly coursesDir: string;
  /** Origin under which people reach the site, without a slash at its end. */
  readonly baseUrl: string;
  /** Undefined: the supervisor starts the embedded document engine. */
  readonly mongodbUri: string | undefined;
  /** Undefined: the supervisor starts redis-server. */
  readonly redisUrl: string | undefined;
  readonly redisPrefix: string;
  /** Undefined: mail is written into the data folder. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** Undefined outside production: the supervisor makes one and keeps it in the data folder. */
  readonly sessionSecret: string | undefined;
  /** Encrypts the signing keys. Undefined outside production: kept in the data folder as well. */
  readonly keysSecret: string | undefined;
  /** A P12 or PEM file with one's own key for signing PDF; undefined: Kelas makes one. */
  readonly pdfCertificate:
    | { readonly file: string; readonly password: string | undefined }
    | undefined;
  /** Number of proxies in front whose X-Forwarded-* headers are believed. */
  readonly trustProxy: number;
  readonly metricsToken: string | undefined;
  /** `info` in production; elsewhere a person reads along, and `warn` is enough. */
  readonly logLevel: string;
  /** IANA name; the zone in which dates are shown and certificates are dated. */
  readonly timeZone: string;
  /** True when the demonstration set is in use: its sign-ins and /dev/mail are shown. */
  readonly demo: boolean;
  /** What KELAS_DEMO says; undefined: the supervisor decides by what is in the data folder. */
  readonly demoWanted: boolean | undefined;
}

/** Names every fault of the environment at once, a line each. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The settings are not right:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

const REQUIRED_IN_PRODUCTION = {
  BASE_URL: 'the address under which people reach the site, such as https://learn.example.org',
  SESSION_SECRET: 'a random text of 32 characters or more that signs the session cookies',
  KEYS_SECRET:
    'a random text of 32 characters or more that encrypts the keys which sign certificates; keep it',
  SMTP_URL: 'the mail server, such as smtps://user:password@mail.example.org:465',
} as const;

/** Settings that may stand in a file, named by `<NAME>_FILE`, as container engines hand out secrets. */
const SECRETS = [
  'SESSION_SECRET',
  'KEYS_SECRET',
  'PDF_CERTIFICATE_PASSWORD',
  'SMTP_URL',
  'MONGODB_URI',
  'REDIS_URL',
  'METRICS_TOKEN',
] as const;

/** Puts what the files hold in the place of their names; `faults` names those that cannot be read. */
function readSecrets(given: Record<string, string | undefined>): string[] {
  const faults: string[] = [];
  for (const name of SECRETS) {
    const file = given[`${name}_FILE`];
    if (file === undefined) continue;
    if (given[name] !== undefined) {
      faults.push(`${name} and ${name}_FILE are both set: only one may be`);
      continue;
    }
    try {
      const value = readFileSync(file, 'utf8').trim();
      if (value === '') faults.push(`${name}_FILE: ${file} is empty`);
      else given[name] = value;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      faults.push(`${name}_FILE: ${file} cannot be read (${code})`);
    }
  }
  return faults;
}

/**
 * Reads the settings from `env` once; a secret may be in a file that `<NAME>_FILE` names.
 * @throws ConfigError with every fault, each naming its variable.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const unread = readSecrets(given);
  const parsed = Environment.safeParse(given);
  const faults = parsed.success
    ? unread
    : [
        ...unread,
        ...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
      ];
  if (given['NODE_ENV'] === 'production') {
    for (const [name, meaning] of Object.entries(REQUIRED_IN_PRODUCTION)) {
      if (given[name] === undefined && given[`${name}_FILE`] === undefined)
        faults.push(`${name} is missing: ${meaning}`);
    }
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  const settings = parsed.data;
  const mode = settings.NODE_ENV;
  return Object.freeze({
    mode,
    host: settings.HOST,
    port: settings.PORT,
    workerPort: settings.WORKER_PORT,
    dataDir: path.resolve(ROOT, settings.KELAS_DATA),
    coursesDir: path.resolve(ROOT, settings.KELAS_COURSES),
    baseUrl: settings.BASE_URL ?? `http://${settings.HOST}:${settings.PORT}`,
    mongodbUri: settings.MONGODB_URI,
    redisUrl: settings.REDIS_URL,
    redisPrefix: settings.REDIS_PREFIX,
    smtpUrl: settings.SMTP_URL,
    mailFrom: settings.MAIL_FROM,
    sessionSecret: settings.SESSION_SECRET,
    keysSecret: settings.KEYS_SECRET,
    pdfCertificate:
      settings.PDF_CERTIFICATE === undefined
        ? undefined
        : {
            file: path.resolve(ROOT, settings.PDF_CERTIFICATE),
            password: settings.PDF_CERTIFICATE_PASSWORD,
          },
    trustProxy: settings.TRUST_PROXY,
    metricsToken: settings.METRICS_TOKEN,
    logLevel: settings.LOG_LEVEL ?? (mode === 'production' ? 'info' : 'warn'),
    timeZone: settings.TIME_ZONE,
    demo: settings.KELAS_DEMO ?? false,
    demoWanted: settings.KELAS_DEMO,
  });
}

/**
 * The environment for web and worker: that of this process, with `extra` on top. The supervisor
 * names the secrets and both data services itself, so their files are not read again.
 */
export const environmentWith = (extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const { SESSION_SECRET_FILE, KEYS_SECRET_FILE, MONGODB_URI_FILE, REDIS_URL_FILE, ...inherited } =
    process.env;
  return { ...inherited, ...extra };
};
