import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const BOOT = path.resolve(__dirname, '../../src/boot');

const LOCKED = {
  '': {},
  'node_modules/express': { version: '5.3.0' },
  'node_modules/jest': { version: '30.5.2', dev: true },
  'node_modules/esbuild-for-another-machine': { version: '0.28.2', optional: true },
};

/** Stands for npm, which would go to the network: notes how it was called, and does what it is told. */
const NPM = `
const fs = require('node:fs');
fs.writeFileSync('called', process.argv.slice(2).join(' '));
if (fs.existsSync('broken')) { console.error('no network'); process.exit(1); }
`;

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A clone with the real src/boot, where `installed` is what npm has noted in node_modules. */
function clone(installed: object | null): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-install-'));
  made.push(folder);
  cpSync(BOOT, path.join(folder, 'src/boot'), { recursive: true });
  writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify({ packages: LOCKED }));
  writeFileSync(path.join(folder, 'npm.cjs'), NPM);
  mkdirSync(path.join(folder, 'node_modules'));
  if (installed !== null) {
    const note = path.join(folder, 'node_modules/.package-lock.json');
    writeFileSync(note, JSON.stringify({ packages: installed }));
  }
  return folder;
}

function install(folder: string, development: boolean) {
  const script = `
    import { installPackages } from './src/boot/install.mjs';
    await installPackages({ development: ${development}, say: console.log }).catch((error) => {
      console.log(error.message);
      process.exit(1);
    });`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, npm_execpath: path.join(folder, 'npm.cjs') },
  });
  const called = path.join(folder, 'called');
  return { status, stdout, npm: existsSync(called) ? readFileSync(called, 'utf8') : null };
}

const { 'node_modules/express': express, 'node_modules/jest': tool } = LOCKED;

test.each([
  ['what is locked', { 'node_modules/express': express, 'node_modules/jest': tool }, true],
  ['what production needs, in production', { 'node_modules/express': express }, false],
])('nothing is installed where node_modules holds %s', (_, installed, development) => {
  expect(install(clone(installed), development)).toEqual({ status: 0, stdout: '', npm: null });
});

test.each([
  ['is empty', null, true],
  ['was left by an interrupted install', null, false],
  ['lacks a tool', { 'node_modules/express': express }, true],
  ['holds another version', { 'node_modules/express': { version: '5.2.0' } }, false],
])('all is installed where node_modules %s', (_, installed, development) => {
  const { status, stdout, npm } = install(clone(installed), development);
  expect(status).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(npm).toBe(`ci ${development ? '--include=dev' : '--omit=dev'} --no-audit --no-fund`);
});

test('the words of npm are shown when it cannot install', () => {
  const folder = clone(null);
  writeFileSync(path.join(folder, 'broken'), '');
  const { status, stdout } = install(folder, true);
  expect(status).toBe(1);
  expect(stdout).toContain('The packages could not be installed:\nno network\n');
});
