// Installs the packages of package-lock.json when node_modules does not hold them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { oneAtATime } from './one-at-a-time.mjs';
import { ROOT } from './paths.mjs';
import { runProgram } from './run-program.mjs';

/**
 * @param {{ development: boolean, say: (line: string) => void }} options `development`: with the
 *   packages that only tests and tools need
 */
export async function installPackages({ development, say }) {
  if (isInstalled(development)) return;
  await oneAtATime('install', async () => {
    if (isInstalled(development)) return;
    say('Installing the packages of package-lock.json (a minute or two)');
    const npm = process.env.npm_execpath;
    const args = ['ci', development ? '--include=dev' : '--omit=dev', '--no-audit', '--no-fund'];
    const { code, output } =
      npm === undefined
        ? await runProgram('npm', args)
        : await runProgram(process.execPath, [npm, ...args]);
    if (code !== 0) throw new Error(`The packages could not be installed:\n${output.trim()}`);
  });
}

/**
 * npm writes node_modules/.package-lock.json last, with what it has installed: an interrupted
 * install has none, and a lock file that changed since differs from it. Optional packages are left
 * out of the comparison, since npm leaves out those of other machines.
 */
function isInstalled(development) {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  return Object.entries(wanted).every(
    ([folder, { version, dev, optional, devOptional }]) =>
      folder === '' ||
      optional === true ||
      devOptional === true ||
      (dev === true && !development) ||
      installed[folder]?.version === version,
  );
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')).packages;
  } catch {
    return {};
  }
}
