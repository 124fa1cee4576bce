import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ConfigError, environmentWith, loadConfig } from '../../src/platform/config';

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('settings', () => {
  test('nothing is needed outside production', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      mode: 'development',
      host: '127.0.0.1',
      port: 3000,
      baseUrl: 'http://127.0.0.1:3000',
      mongodbUri: undefined,
      demo: false,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('production names every missing setting at once', () => {
    const faults = faultsOf({ NODE_ENV: 'production' });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'BASE_URL',
      'SESSION_SECRET',
      'KEYS_SECRET',
      'SMTP_URL',
    ]);
    expect(faults.every((fault) => fault.includes('is missing'))).toBe(true);
  });

  test('wrong and missing settings stand in one list', () => {
    const faults = faultsOf({
      NODE_ENV: 'production',
      PORT: '99999',
      SESSION_SECRET: 'short',
      TIME_ZONE: 'Mars/Olympus',
      BASE_URL: 'https://learn.example.org/kelas',
    });
    for (const name of ['PORT', 'SESSION_SECRET', 'TIME_ZONE', 'BASE_URL', 'SMTP_URL']) {
      expect(faults.some((fault) => fault.startsWith(name))).toBe(true);
    }
  });

  test('an empty setting is a missing one', () => {
    expect(loadConfig({ PORT: '', REDIS_URL: '' })).toMatchObject({
      port: 3000,
      redisUrl: undefined,
    });
  });

  test('a fault never repeats the value: it may be a secret', () => {
    expect(faultsOf({ SESSION_SECRET: 'hunter2' }).join(' ')).not.toContain('hunter2');
  });
});

describe('secrets in files', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-secrets-'));
  const fileWith = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('each secret may stand in a file, with the newline that editors add', () => {
    const config = loadConfig({
      NODE_ENV: 'production',
      BASE_URL: 'https://learn.example.org',
      SESSION_SECRET_FILE: fileWith('session', `${'s'.repeat(40)}\n`),
      KEYS_SECRET_FILE: fileWith('keys', 'k'.repeat(40)),
      PDF_CERTIFICATE: '/run/secrets/union.p12',
      PDF_CERTIFICATE_PASSWORD_FILE: fileWith('password', 'open sesame\n'),
      SMTP_URL_FILE: fileWith('smtp', 'smtps://user:word@mail.example.org:465\n'),
      MONGODB_URI_FILE: fileWith('mongodb', 'mongodb://db/kelas?replicaSet=rs0'),
      REDIS_URL_FILE: fileWith('redis', 'redis://:word@redis:6379'),
      METRICS_TOKEN_FILE: fileWith('metrics', 'a token that is long enough'),
    });
    expect(config).toMatchObject({
      sessionSecret: 's'.repeat(40),
      keysSecret: 'k'.repeat(40),
      pdfCertificate: { file: '/run/secrets/union.p12', password: 'open sesame' },
      smtpUrl: 'smtps://user:word@mail.example.org:465',
      mongodbUri: 'mongodb://db/kelas?replicaSet=rs0',
      redisUrl: 'redis://:word@redis:6379',
      metricsToken: 'a token that is long enough',
    });
  });

  test('a file that is not there, is empty, or stands beside the setting is named', () => {
    const faults = faultsOf({
      SESSION_SECRET_FILE: path.join(folder, 'nowhere'),
      SMTP_URL_FILE: fileWith('empty', '\n'),
      REDIS_URL: 'redis://one:6379',
      REDIS_URL_FILE: fileWith('two', 'redis://two:6379'),
      METRICS_TOKEN_FILE: fileWith('short', 'hunter2'),
    });
    expect(faults).toEqual([
      expect.stringMatching(/^SESSION_SECRET_FILE: .*nowhere cannot be read \(ENOENT\)$/),
      expect.stringMatching(/^SMTP_URL_FILE: .*empty is empty$/),
      'REDIS_URL and REDIS_URL_FILE are both set: only one may be',
      'METRICS_TOKEN: must have 16 characters or more',
    ]);
    expect(faults.join(' ')).not.toContain('hunter2');
  });

  test('web and worker get the values that the supervisor names, not the files beside them', () => {
    const before = { ...process.env };
    process.env['SESSION_SECRET_FILE'] = fileWith('own', 'o'.repeat(40));
    process.env['REDIS_URL_FILE'] = fileWith('own-redis', 'redis://own:6379');
    try {
      const child = environmentWith({ SESSION_SECRET: 'x'.repeat(40) });
      expect(loadConfig({ ...child, REDIS_URL: 'redis://own:6379' })).toMatchObject({
        sessionSecret: 'x'.repeat(40),
        redisUrl: 'redis://own:6379',
      });
    } finally {
      process.env = before;
    }
  });
});
