// Builds src/ into dist/: one CommonJS file for each door with the packages left outside, and the
// browser's files in dist/public.
import './check-node.mjs';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildClient } from './build-client.mjs';
import { oneAtATime } from './one-at-a-time.mjs';
import { CACHE, DIST, ROOT } from './paths.mjs';

/** Packages that are only published as ES modules: bundled, so that every file in dist/ is CommonJS. */
const BUNDLED = ['intl-messageformat'];

/** dist name -> source file. Each is a process of its own, except lifeline, which all of them load. */
const DOORS = {
  start: 'src/start.ts',
  web: 'src/web.ts',
  worker: 'src/worker.ts',
  cli: 'src/cli.ts',
  engine: 'src/embedded/document-engine/main.ts',
  'redis-keeper': 'src/embedded/redis/keeper.ts',
  lifeline: 'src/embedded/supervisor/lifeline.ts',
  'pdf-renderer': 'src/platform/pdf/renderer.ts',
};

/** File in dist/ that names the inputs of the build. */
const STAMP = 'built-from';

/** True when dist/ was built from exactly these files. */
export function isBuilt() {
  return builtFrom() === hashOfInputs();
}

function builtFrom() {
  const file = path.join(DIST, STAMP);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function hashOfInputs() {
  const hash = createHash('sha256');
  const files = readdirSync(path.join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .concat(path.join(ROOT, 'package-lock.json'))
    .sort();
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Into a folder beside first: a build that fails leaves the last good one in place. */
async function build(inputs) {
  const fresh = path.join(CACHE, 'build');
  const old = path.join(CACHE, 'build-old');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await Promise.all([buildDoors(fresh), buildClient({ outdir: fresh })]);
  await writeFile(path.join(fresh, STAMP), inputs);
  await rm(old, { recursive: true, force: true });
  if (existsSync(DIST)) await rename(DIST, old);
  await rename(fresh, DIST);
  await rm(old, { recursive: true, force: true });
}

async function buildDoors(outdir) {
  const { build: bundle } = await import('esbuild');
  const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  await bundle({
    absWorkingDir: ROOT,
    entryPoints: DOORS,
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    // Positions are enough for a trace; the text of all files would stay in the memory of each process.
    sourcesContent: false,
    external: Object.keys(dependencies).filter((name) => !BUNDLED.includes(name)),
    logLevel: 'warning',
  });
}

if (process.argv[1] === import.meta.filename) {
  await oneAtATime('build', async () => {
    const inputs = hashOfInputs();
    if (builtFrom() !== inputs) await build(inputs);
  }).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
