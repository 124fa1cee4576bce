import { rebuildResults } from '../modules/teaching';
import { loadConfig } from '../platform/config';
import type { Command } from './command';
import { withInstalledDatabase } from './database';

const rebuildCommand: Command = {
  name: 'teaching rebuild',
  usage: 'teaching rebuild',
  summary: 'makes the results of /teach again from attempts and facts, also while Kelas runs',
  run: async (args) => {
    if (args.length > 0) {
      console.error('Usage: npm run kelas -- teaching rebuild');
      return 2;
    }
    return withInstalledDatabase(loadConfig(), async () => {
      const { attempts, versions } = await rebuildResults();
      console.log(`${attempts} attempts counted, ${versions} versions of courses looked through`);
      return 0;
    });
  },
};

export const teachingCommands: readonly Command[] = [rebuildCommand];
