import { ConfigError, loadConfig } from '../../src/platform/config';

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
