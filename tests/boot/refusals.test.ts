import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startKelas, useFolders } from './kelas';

const folder = useFolders();

/** A PATH with nothing on it but what `programs` names: its own scripts. */
function searchPath(programs: Record<string, string> = {}): string {
  const bin = folder('bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, path.join(bin, 'node'));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return bin;
}

test('without redis, a line says how to install it, and nothing is started', async () => {
  const data = folder();
  const kelas = await startKelas({ data, env: { PATH: searchPath() } });
  expect(await kelas.ended).toBe(1);
  expect(kelas.lastLine()).toMatch(
    /^Kelas needs redis\. Install it \(.*apt-get install redis-server/,
  );
  expect(existsSync(path.join(data, 'db'))).toBe(false);
});

test('on Debian as root, redis is installed by apt', async () => {
  const bin = searchPath({ 'apt-get': 'echo "$@" >> "$(dirname "$0")/asked"; exit 0' });
  const kelas = await startKelas({ data: folder(), env: { PATH: `${bin}` } });
  expect(await kelas.ended).toBe(1);
  expect(kelas.output()).toContain('Installing redis-server by apt\nKelas needs redis.');
});

test('in production, all settings that are missing are named at once', async () => {
  const kelas = await startKelas({
    data: folder(),
    env: { NODE_ENV: 'production', PORT: 'eighty' },
  });
  expect(await kelas.ended).toBe(1);
  for (const name of ['BASE_URL', 'SESSION_SECRET', 'KEYS_SECRET', 'SMTP_URL']) {
    expect(kelas.output()).toContain(`- ${name} is missing: `);
  }
  expect(kelas.output()).toContain('- PORT: ');
});

const PRODUCTION = {
  NODE_ENV: 'production',
  BASE_URL: 'https://learn.example.org',
  SESSION_SECRET: 'a secret of 32 characters or more',
  KEYS_SECRET: 'another secret of 32 characters or more',
  SMTP_URL: 'smtp://127.0.0.1:25',
};

test('the demonstration set, with its known passwords, is not shown to other machines', async () => {
  const data = folder();
  const kelas = await startKelas({ data, env: { HOST: '0.0.0.0', KELAS_DEMO: '' } });
  expect(await kelas.ended).toBe(1);
  expect(kelas.lastLine()).toMatch(
    /^The passwords of the demonstration set are known, .* 0\.0\.0\.0/,
  );
  expect(readdirSync(data)).toEqual(['run']);
});

test('a data folder with the demonstration set is not used in production', async () => {
  const data = folder();
  mkdirSync(data);
  writeFileSync(path.join(data, 'demonstration'), '');
  const kelas = await startKelas({ data, env: { ...PRODUCTION, KELAS_DEMO: 'false' } });
  expect(await kelas.ended).toBe(1);
  expect(kelas.lastLine()).toMatch(
    /^The passwords of the demonstration set are known, .* production/,
  );
});

test('a data folder that cannot be used is named', async () => {
  const data = folder('a-file');
  writeFileSync(data, '');
  const kelas = await startKelas({ data });
  expect(await kelas.ended).toBe(1);
  expect(kelas.lastLine()).toMatch(/^The data folder .*a-file cannot be used: /);
});

test('an address that is not of this machine is named', async () => {
  const kelas = await startKelas({ data: folder(), env: { HOST: '192.0.2.1' } });
  expect(await kelas.ended).toBe(1);
  expect(kelas.lastLine()).toBe('HOST 192.0.2.1 is not an address of this machine.');
});

test('a child that cannot run is not started for ever', async () => {
  const data = folder();
  mkdirSync(data);
  writeFileSync(path.join(data, 'db'), 'not a folder');
  const kelas = await startKelas({ data });
  expect(await kelas.ended).toBe(1);
  expect(kelas.output()).toMatch(/engine ended again and again \(.*\); Kelas ends/);
});
