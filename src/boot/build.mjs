// Builds src/ into dist/: one CommonJS file for each door, with the packages left outside.
import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** Packages that are only published as ES modules: bundled, so that every file in dist/ is CommonJS. */
const BUNDLED = ['intl-messageformat'];

/** dist name -> source file. Each is a process of its own. */
export const DOORS = {
  start: 'src/start.ts',
  web: 'src/web.ts',
  worker: 'src/worker.ts',
  cli: 'src/cli.ts',
  engine: 'src/embedded/document-engine/main.ts',
  'redis-keeper': 'src/embedded/redis/keeper.ts',
  'pdf-renderer': 'src/platform/pdf/renderer.ts',
};

export async function build() {
  const { build: bundle } = await import('esbuild');
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const outdir = path.join(root, 'dist');
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await bundle({
    absWorkingDir: root,
    entryPoints: DOORS,
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    external: Object.keys(dependencies).filter((name) => !BUNDLED.includes(name)),
    logLevel: 'warning',
  });
}
