import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { openDataFolder } from '../../embedded/supervisor/data-folder';
import { readAddresses } from '../../embedded/supervisor/data-services';
import { type Config, ConfigError, loadConfig } from '../../platform/config';
import type { Command } from '../command';
import { withInstalledDatabase } from '../database';
import { courses } from './courses';
import { type Finding, mend } from './finding';
import { signingKeys } from './keys';
import { build, dataFolder, node, packages, redisProgram, settings } from './machine';
import { database, redis } from './services';

const SIGNS = { good: 'good', note: 'note', mend: 'MEND' } as const;

function tell({ state, what, todo }: Finding): void {
  console.log(`${SIGNS[state]}  ${what}`);
  if (todo !== undefined) console.log(`      ${state === 'mend' ? 'To mend it: ' : ''}${todo}`);
}

/** An error of a check is a finding too: the others still run. */
async function ask(
  what: string,
  todo: string,
  check: () => Promise<readonly Finding[]> | readonly Finding[],
): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    return [mend(`${what}: ${reason}`, todo)];
  }
}

const isUsed = ({ dataDir, mongodbUri }: Config): boolean =>
  mongodbUri !== undefined || existsSync(path.join(dataDir, 'db'));

/** Redis of the settings, or that of the Kelas that runs now. */
const redisOf = (config: Config): string | undefined => {
  if (config.redisUrl !== undefined) return config.redisUrl;
  if (!existsSync(config.dataDir) || readdirSync(config.dataDir).length === 0) return undefined;
  return readAddresses(openDataFolder(config.dataDir))?.redisUrl;
};

async function* examine(): AsyncGenerator<Finding> {
  yield node();
  yield* await ask('The packages cannot be read', 'run npm ci', () => [packages(), build()]);
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const fault of error.faults) yield mend(fault, 'see docs/operations.md for every setting');
    return;
  }
  yield* settings(config);
  yield* redisProgram(config);
  yield* await ask('The data folder cannot be used', 'see who owns it', () => dataFolder(config));
  if (isUsed(config)) {
    yield* await ask(
      'The database does not answer',
      config.mongodbUri === undefined
        ? 'start Kelas and see what it says; npm run engine -- check DIR examines the folder db'
        : 'see that MongoDB runs and that MONGODB_URI names it',
      () => withInstalledDatabase(config, ({ alone }) => database(alone), { asItIs: true }),
    );
  }
  if (isUsed(config)) {
    yield* await ask('The signing keys cannot be used', 'see docs/operations.md, Keys', () =>
      withInstalledDatabase(config, () => signingKeys(config), { asItIs: true }),
    );
  }
  yield* await ask('Redis cannot be asked', 'see that it runs, and its log', async () => {
    const url = redisOf(config);
    return url === undefined ? [] : redis(url, config.redisPrefix);
  });
  yield* await ask('The courses cannot be read', 'see who owns the folder', () => courses(config));
}

/** Looks at everything that Kelas stands on, and says what to do. */
export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor',
  summary: 'looks at everything that Kelas stands on, and says what to do',
  run: async (args) => {
    if (args.length > 0) {
      console.error('Usage: npm run kelas -- doctor');
      return 2;
    }
    let toMend = 0;
    for await (const finding of examine()) {
      tell(finding);
      if (finding.state === 'mend') toMend += 1;
    }
    console.log(toMend === 0 ? 'Nothing must be done' : `To mend: ${toMend}`);
    return toMend === 0 ? 0 : 1;
  },
};
