import path from 'node:path';
import { isBuilt } from './build.mjs';
import { installPackages } from './install.mjs';
import { ROOT } from './paths.mjs';
import { endPrograms, runProgram } from './run-program.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * What every command needs before it can do its work: the packages, and a build of this source.
 * Says a line for each step that has something to do; ends the process where one fails.
 * @param {{ development: boolean, say: (line: string) => void }} options
 */
export async function prepare({ development, say }) {
  const interrupted = () => {
    endPrograms();
    process.exit(1);
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    await installPackages({ development, say });
    await ensureBuilt({ say });
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
  for (const signal of SIGNALS) process.off(signal, interrupted);
}

/** In a process of its own, which takes esbuild's helper process with it. */
export async function ensureBuilt({ say }) {
  if (isBuilt()) return;
  say('Building');
  const script = path.join(ROOT, 'src/boot/build.mjs');
  const { code, output } = await runProgram(process.execPath, [script]);
  if (code !== 0) throw new Error(`The build failed:\n${output.trim()}`);
}
