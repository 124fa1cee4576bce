import { rebuild } from '../modules/reporting';
import { loadConfig } from '../platform/config';
import type { Command } from './command';
import { withInstalledDatabase } from './database';

const rebuildCommand: Command = {
  name: 'reporting rebuild',
  usage: 'reporting rebuild',
  summary: 'makes the numbers of /staff again from facts, also while Kelas runs; again goes on',
  run: async (args) => {
    if (args.length > 0) {
      console.error('Usage: npm run kelas -- reporting rebuild');
      return 2;
    }
    const config = loadConfig();
    return withInstalledDatabase(config, async () => {
      const { enrolments, resumed } = await rebuild(config.timeZone);
      console.log(
        `${enrolments} enrolments counted${resumed ? ', going on where it was cut off' : ''}`,
      );
      return 0;
    });
  },
};

export const reportingCommands: readonly Command[] = [rebuildCommand];
