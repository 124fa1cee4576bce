import { spawnSync } from 'node:child_process';

/** Programs that speak the protocol BullMQ needs, in the order of preference. */
const PROGRAMS = ['redis-server', 'valkey-server'];

/** Said when there is neither a program nor an address; one line. */
export const REDIS_MISSING =
  'Kelas needs redis. Install it (Debian, Ubuntu: apt-get install redis-server; Fedora: dnf install valkey; macOS: brew install redis) or set REDIS_URL to one that runs.';

/** Name of the first redis program on PATH that runs here, or null. */
export function findRedisProgram(): string | null {
  return PROGRAMS.find(runsHere) ?? null;
}

/** True when `program` is on PATH and answers to --version. */
export function runsHere(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}
