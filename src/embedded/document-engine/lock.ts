import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Another engine works in the folder. */
class FolderInUse extends Error {}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** When a process started, where the system tells: process numbers are used again. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/**
 * Takes the data folder for this process; answers how to give it back. The lock of a process that
 * was killed is taken over.
 */
export function lockFolder(dir: string): () => void {
  const file = path.join(dir, 'engine.lock');
  const mine = `${process.pid} ${startOf(process.pid)}`;
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, mine);
      closeSync(handle);
      return () => {
        if (readFileSync(file, 'utf8') === mine) unlinkSync(file);
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid, start] = readOwner(file);
    if (pid > 0 && alive(pid) && (start === '' || start === startOf(pid)))
      throw new FolderInUse(
        `The data folder ${dir} is in use by another document engine (process ${pid}). ` +
          'Stop that one, or choose another folder.',
      );
    try {
      unlinkSync(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new FolderInUse(`The data folder ${dir} could not be locked.`);
}

function readOwner(file: string): [number, string] {
  try {
    const [pid = '', start = ''] = readFileSync(file, 'utf8').split(' ');
    return [Number(pid), start];
  } catch {
    return [0, ''];
  }
}
