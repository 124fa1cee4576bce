import { readdirSync, readFileSync } from 'node:fs';
import { processesOf } from '../../boot/kelas';

/** Kernel clock ticks a second, as /proc counts them: 100 on every Linux that runs Node. */
const TICKS = 100;

const NAMES: readonly (readonly [part: string, name: string])[] = [
  ['dist/web.js', 'web'],
  ['dist/worker.js', 'worker'],
  ['dist/engine.js', 'engine'],
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

/** The fields of a process's line of the kernel behind its name: the state first, then its parent. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

const ticks = (...fields: readonly (string | undefined)[]): number =>
  (fields.reduce((sum, field) => sum + Number(field), 0) * 1000) / TICKS;

/** Milliseconds of processor time that a process has used, all its threads together. */
export function cpuOf(pid: number): number {
  const fields = statOf(pid);
  return ticks(fields[11], fields[12]);
}

/** The processes that a process has started and that still run. */
export const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => {
      try {
        return Number(statOf(other)[1]) === pid;
      } catch {
        return false;
      }
    });

/** The same of all processes that a process has started, those that have ended included. */
export function cpuOfChildren(pid: number): number {
  const fields = statOf(pid);
  return childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), ticks(fields[13], fields[14]));
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
