// npm run bench [-- NAME]: prepares quietly, then measures; every figure stands beside a control of the same run.
import './check-node.mjs';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import { prepare } from './prepare.mjs';

/** Without a name: the whole system. */
const BENCHES = {
  system: async (words) => (await built('tests/bench/system.ts')).main(words),
  certificates: async (words) => (await built('tests/bench/certificates.ts')).main(words),
  engine: async () => (await import(path.join(ROOT, 'tests/bench/engine.mjs'))).run(),
};

/** A bench that uses the rooms themselves, as one CommonJS file with the packages left outside. */
async function built(source) {
  const { build } = await import('esbuild');
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
  );
  const outfile = path.join(CACHE, 'bench', `${path.basename(source, '.ts')}.cjs`);
  await build({
    absWorkingDir: ROOT,
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: Object.keys({ ...dependencies, ...devDependencies }).filter(
      (name) => name !== 'intl-messageformat',
    ),
    logLevel: 'warning',
  });
  return createRequire(import.meta.url)(outfile);
}

const [first, ...rest] = process.argv.slice(2);
const isOption = first === undefined || first.startsWith('--');
const name = isOption ? 'system' : first;
const words = isOption ? process.argv.slice(2) : rest;

if (!Object.hasOwn(BENCHES, name)) {
  console.error(`Usage: npm run bench [-- ${Object.keys(BENCHES).join(' | ')}]`);
  process.exit(2);
}
await prepare({ development: true, say: (line) => console.error(line) });
await BENCHES[name](words);
