/**
 * Where the tests find the engine and the redis of this run (started by global-setup.ts). Each jest
 * worker has a database and a key prefix of its own; test files of one worker run after each other.
 */

const worker = process.env['JEST_WORKER_ID'] ?? '1';

/** Address of this worker's database. `name` makes a second one, for a test that needs two. */
export function mongodbUri(name = 'kelas'): string {
  const [address = '', options = ''] = fromSetup('KELAS_TEST_MONGODB_URI').split('?');
  const origin = address.replace(/^(mongodb:\/\/[^/]+).*$/, '$1');
  const query = options.includes('directConnection=') ? options : 'directConnection=true';
  return `${origin}/test-${worker}-${name}?${query}`;
}

/** Address of the redis of this run: shared, so every key must begin with `redisPrefix()`. */
export function redisUrl(): string {
  return fromSetup('KELAS_TEST_REDIS_URL');
}

/** The key prefix of this worker. */
export function redisPrefix(): string {
  return `test-${worker}`;
}

function fromSetup(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests through jest`);
  return value;
}
