import { ensureBuilt } from './build.mjs';
import { installPackages } from './install.mjs';

/**
 * What every command needs before it can do its work: the packages, and a build of this source.
 * Says a line for each step that has something to do; ends the process where one fails.
 * @param {{ development: boolean, say: (line: string) => void }} options
 */
export async function prepare({ development, say }) {
  try {
    await installPackages({ development, say });
    await ensureBuilt({ say });
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
