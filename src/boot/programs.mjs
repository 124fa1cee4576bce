// Programs of the operating system that Kelas or its tests need: found on PATH, or installed by apt
// where that is possible (Debian or Ubuntu, as root).
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { runProgram } from './run-program.mjs';

export const REDIS = { programs: ['redis-server', 'valkey-server'], aptPackage: 'redis-server' };
export const CHROMIUM = {
  programs: ['chromium', 'chromium-browser', 'google-chrome'],
  aptPackage: 'chromium',
};
export const POPPLER = { programs: ['pdftotext'], aptPackage: 'poppler-utils' };

/**
 * Installs what is missing. What cannot be installed is left to those who need it, to be named in
 * their own words.
 * @param {{ programs: string[], aptPackage: string }[]} needed
 * @param {{ say: (line: string) => void }} options
 */
export async function ensurePrograms(needed, { say }) {
  const packages = needed
    .filter(({ programs }) => !programs.some(isOnPath))
    .map(({ aptPackage }) => aptPackage);
  if (packages.length === 0 || process.getuid?.() !== 0 || !isOnPath('apt-get')) return;
  say(`Installing ${packages.join(', ')} by apt`);
  const apt = (...args) =>
    runProgram('apt-get', ['-qq', '-y', ...args], { env: { DEBIAN_FRONTEND: 'noninteractive' } });
  const install = () => apt('install', '--no-install-recommends', ...packages);
  let result = await install();
  if (result.code !== 0) {
    await apt('update');
    result = await install();
  }
  if (result.code !== 0) say(`apt could not install them: ${lastLine(result.output)}`);
}

function isOnPath(program) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function lastLine(output) {
  return output.trim().split('\n').at(-1);
}
