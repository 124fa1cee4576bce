import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { findRedisProgram, REDIS_MISSING } from '../../src/embedded/redis/find';
import { type ChildRun, startChild } from '../../src/embedded/supervisor/child';

const ROOT = path.resolve(__dirname, '../..');

/** What the teardown ends. */
export interface TestServices {
  readonly runs: ChildRun[];
  readonly folders: string[];
}

declare global {
  var testServices: TestServices | undefined;
}

/**
 * Once for the whole run: one document engine and one redis-server, built from the source of this
 * moment, on sockets in a temporary folder. Their addresses reach the tests by the environment.
 */
export default async function globalSetup(): Promise<void> {
  const data = mkdtempSync(path.join(os.tmpdir(), 'kelas-test-'));
  const doors = path.join(ROOT, '.cache', `tests-${process.pid}`);
  const services: TestServices = { runs: [], folders: [data, doors] };
  globalThis.testServices = services;
  process.once('exit', () => {
    for (const folder of services.folders) rmSync(folder, { recursive: true, force: true });
  });
  const { status } = spawnSync(process.execPath, [path.join(ROOT, 'src/boot/build.mjs')], {
    stdio: 'inherit',
  });
  if (status !== 0) console.error('dist/ is not what src/ is now: what runs from it may fail');
  await buildDoors(doors);
  const program = findRedisProgram();
  if (program === null) throw new Error(REDIS_MISSING);

  const start = async (name: string, args: string[]) => {
    const run = startChild({ name, script: path.join(doors, `${name}.js`), args });
    services.runs.push(run);
    const { uri } = await run.ready;
    if (uri === undefined) throw new Error(`${name} names no address`);
    return uri;
  };
  const redisArgs = ['--program', program, '--dir', path.join(data, 'redis')];
  const [redisUrl, mongodbUri] = await Promise.all([
    start('redis-keeper', [...redisArgs, '--socket', path.join(data, 'redis.sock')]),
    start('engine', ['--dir', path.join(data, 'db'), '--socket', path.join(data, 'db.sock')]).catch(
      (error: Error) => console.error(error.message),
    ),
  ]);
  process.env['KELAS_TEST_REDIS_URL'] = redisUrl;
  if (mongodbUri !== undefined) process.env['KELAS_TEST_MONGODB_URI'] = mongodbUri;
}

async function buildDoors(outdir: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      ...(existsSync(path.join(ROOT, 'src/embedded/document-engine/main.ts')) && {
        engine: 'src/embedded/document-engine/main.ts',
      }),
      'redis-keeper': 'src/embedded/redis/keeper.ts',
    },
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    packages: 'external',
    logLevel: 'warning',
  });
}
