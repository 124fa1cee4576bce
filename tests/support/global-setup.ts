import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findRedisProgram, REDIS_MISSING } from '../../src/embedded/redis/find';
import { type ChildRun, startChild } from '../../src/embedded/supervisor/child';

const ROOT = path.resolve(__dirname, '../..');

/** What the teardown ends. */
export interface TestServices {
  readonly folder: string;
  readonly runs: ChildRun[];
}

declare global {
  var testServices: TestServices | undefined;
}

/**
 * Once for the whole run: a build of this source, one document engine and one redis-server, on
 * sockets in a temporary folder. Their addresses reach the tests by the environment.
 */
export default async function globalSetup(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-test-'));
  const runs: ChildRun[] = [];
  globalThis.testServices = { folder, runs };
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  build();
  const program = findRedisProgram();
  if (program === null) throw new Error(REDIS_MISSING);

  const start = async (door: string, args: string[]) => {
    const script = path.join(ROOT, 'dist', `${door}.js`);
    const run = startChild({ name: door, script, args, quiet: true });
    runs.push(run);
    const { uri } = await run.ready;
    if (uri === undefined) throw new Error(`${door} named no address`);
    return uri;
  };
  const redisFiles = ['--dir', path.join(folder, 'redis'), '--socket', path.join(folder, 'r.sock')];
  const [mongodbUri, redisUrl] = await Promise.all([
    start('engine', ['--dir', path.join(folder, 'db'), '--socket', path.join(folder, 'db.sock')]),
    start('redis-keeper', ['--program', program, ...redisFiles]),
  ]);
  process.env['KELAS_TEST_MONGODB_URI'] = mongodbUri;
  process.env['KELAS_TEST_REDIS_URL'] = redisUrl;
}

/** Tests of the rooms can be run while a door does not build; those of the doors see the last build. */
function build(): void {
  const { status } = spawnSync(process.execPath, [path.join(ROOT, 'src/boot/build.mjs')], {
    encoding: 'utf8',
  });
  if (status !== 0) console.error('src/ does not build (npm run build): the last build is used');
}
