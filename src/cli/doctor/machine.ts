import { existsSync, readFileSync } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { findRedisProgram, REDIS_MISSING } from '../../embedded/redis/find';
import type { Config } from '../../platform/config';
import { DIST, ROOT } from '../../platform/paths';
import { type Finding, good, mend, note } from './finding';

const OLDEST_NODE = [20, 19] as const;
const DOORS = ['web', 'worker', 'engine', 'redis-keeper', 'pdf-renderer'];
const GIGABYTE = 1e9;

export function node(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  return isOld
    ? mend(`Node.js is ${version}`, 'install 20.19 or later: https://nodejs.org/en/download')
    : good(`Node.js ${version}`);
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** What package.json names, in the version of the lock file. */
export function packages(root = ROOT): Finding {
  const { dependencies } = readJson(path.join(root, 'package.json')) as {
    dependencies: Record<string, string>;
  };
  const lock = readJson(path.join(root, 'package-lock.json')) as {
    packages: Record<string, { version?: string }>;
  };
  const wrong = Object.keys(dependencies).filter((name) => {
    const file = path.join(root, 'node_modules', name, 'package.json');
    if (!existsSync(file)) return true;
    const { version } = readJson(file) as { version: string };
    return version !== lock.packages[`node_modules/${name}`]?.version;
  });
  return wrong.length > 0
    ? mend(
        `Packages are missing or of another version: ${wrong.join(', ')}`,
        'run npm ci, or npm start, which does it',
      )
    : good(`${Object.keys(dependencies).length} packages, as package-lock.json names them`);
}

export function build(dist = DIST): Finding {
  const missing = [
    ...DOORS.map((door) => `${door}.js`),
    path.join('public', 'manifest.json'),
  ].filter((file) => !existsSync(path.join(dist, file)));
  return missing.length > 0
    ? mend(`The build is not whole: ${missing.join(', ')}`, 'run npm run build')
    : good('The build is there');
}

/** Settings that are allowed, but seldom meant. */
export function settings(config: Config): Finding[] {
  if (config.mode !== 'production') {
    return [
      note(
        `The settings are right, for ${config.mode}`,
        'for a site that people use set NODE_ENV=production',
      ),
    ];
  }
  const findings = [good('The settings are right, for production')];
  if (!config.baseUrl.startsWith('https://'))
    findings.push(
      mend(
        `BASE_URL is ${config.baseUrl}: sign-in cookies are sent over https only`,
        'put a proxy with TLS in front and name its https address',
      ),
    );
  else if (config.trustProxy === 0)
    findings.push(
      mend(
        'BASE_URL is https and TRUST_PROXY is 0: everybody seems to come from the proxy',
        'set TRUST_PROXY to the number of proxies in front',
      ),
    );
  return findings;
}

export function redisProgram(config: Config): Finding[] {
  if (config.redisUrl !== undefined) return [];
  const program = findRedisProgram();
  return [program === null ? mend('There is no redis', REDIS_MISSING) : good(`${program} is here`)];
}

export async function dataFolder(config: Config): Promise<Finding[]> {
  const { dataDir } = config;
  if ((await stat(dataDir).catch(() => null)) === null)
    return [note(`There is no data folder ${dataDir} yet`, 'npm start makes it')];
  const canWrite = await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!canWrite)
    return [
      mend(
        `The data folder ${dataDir} cannot be written to`,
        `give it to the user that runs Kelas (uid ${process.getuid?.() ?? 'unknown'}) with chown -R`,
      ),
    ];
  const { bavail, bsize, blocks } = await statfs(dataDir);
  return [space(dataDir, bavail * bsize, blocks * bsize)];
}

/** Sizes in bytes. */
export function space(dataDir: string, free: number, whole: number): Finding {
  const left = `The data folder ${dataDir} can be written to and has ${(free / GIGABYTE).toFixed(1)} GB left`;
  const more = 'make room, or move the folder to a larger disk and name it with KELAS_DATA';
  if (free < GIGABYTE) return mend(left, more);
  return free < whole * 0.05 ? note(left, more) : good(left);
}
