import { loadConfig } from '../platform/config';
import { ensureIndexes } from '../platform/db';
import { migrate as runMigrations } from '../platform/migrations';
import type { Command } from './command';
import { withInstalledDatabase } from './database';

export const migrate: Command = {
  name: 'migrate',
  usage: 'migrate',
  summary: 'brings stored data to this version, as every start does',
  run: async (args) => {
    if (args.length > 0) {
      console.error('Usage: npm run kelas -- migrate');
      return 2;
    }
    const done = await withInstalledDatabase(
      loadConfig(),
      async () => {
        const run = await runMigrations();
        await ensureIndexes();
        return run;
      },
      { asItIs: true },
    );
    for (const { number, name } of done) console.log(`${number}  ${name}`);
    console.log(done.length === 0 ? 'Stored data is up to date' : 'Stored data is now up to date');
    return 0;
  },
};
