import { readFileSync } from 'node:fs';
import { processesOf } from '../../boot/kelas';

/** Kernel clock ticks a second, as /proc counts them: 100 on every Linux that runs Node. */
const TICKS = 100;

const NAMES: readonly (readonly [part: string, name: string])[] = [
  ['dist/web.js', 'web'],
  ['dist/worker.js', 'worker'],
  ['dist/engine.js', 'engine'],
  ['dist/pdf-renderer.js', 'pdf-renderer'],
  ['dist/redis-keeper.js', 'redis-keeper'],
  ['unixsocket:', 'redis'],
  ['start.mjs', 'supervisor'],
];

/** Process ids of a running Kelas, by name. */
export function findProcesses(data: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [pid, command] of processesOf(data)) {
    const name = NAMES.find(([part]) => command.includes(part))?.[1];
    if (name !== undefined) found.set(name, pid);
  }
  return found;
}

/** Milliseconds of processor time that a process has used, all its threads together. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

export interface Memory {
  /** Bytes in memory, as `top` shows them. */
  readonly rss: number;
  /** What it has for itself: of these the kernel can take nothing back. */
  readonly own: number;
  /** Its part of files in memory, such as the database: kept while there is room, and shared. */
  readonly files: number;
}

export function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const value = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0) * 1024;
  return { rss: value('Rss'), own: value('Pss_Anon'), files: value('Pss_File') };
}
