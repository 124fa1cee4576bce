import { loadConfig } from '../platform/config';
import { AppError } from '../platform/errors';
import { translatorOf } from '../platform/i18n';
import type { Command } from './command';
import { withInstalledDatabase } from './database';

/**
 * A command that works on the database. `read` makes sense of the words, or returns null when they
 * make none (exit code 2); `work` returns the lines to say. A fault that is the caller's to mend is
 * said in a line (exit code 1).
 */
export const onDatabase = <T>(
  about: Omit<Command, 'run'>,
  read: (args: readonly string[]) => T | null,
  work: (input: T) => Promise<readonly string[]>,
): Command => ({
  ...about,
  run: async (args) => {
    const input = read(args);
    if (input === null) {
      console.error(`Usage: npm run kelas -- ${about.usage}`);
      return 2;
    }
    return withInstalledDatabase(loadConfig(), async () => {
      try {
        for (const line of await work(input)) console.log(line);
        return 0;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        console.error(translatorOf('en')(error.messageKey, error.values));
        return 1;
      }
    });
  },
});
