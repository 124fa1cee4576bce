/**
 * The process that stands between the supervisor and redis-server. redis knows nothing of an IPC
 * channel; this keeper holds one for it and ends redis in order when the channel closes, so that
 * redis never outlives the supervisor. Should the keeper itself be killed, the kernel tells redis
 * to end (setpriv --pdeathsig, on Linux); where that is missing, the next start ends it.
 *
 * Arguments: --program NAME --dir FOLDER --socket PATH. Says `{ type: 'ready', uri }` on IPC.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runsHere } from './find';
import { askRedis } from './talk';

const POLL_MS = 25;
/** A large append-only file is read in this time; afterwards the start counts as failed. */
const LOAD_MS = 120_000;
/** redis gets this long to write its last bytes. */
const STOP_MS = 5_000;
/** How much of redis's own log is kept for the case that it ends unexpectedly. */
const LAST_LINES = 12;

interface Settings {
  readonly program: string;
  readonly dir: string;
  readonly socket: string;
}

async function main(): Promise<void> {
  const settings = readArguments();
  mkdirSync(settings.dir, { recursive: true, mode: 0o700 });
  await endStray(settings);
  const redis = spawnRedis(settings);
  let stopping = false;
  const stop = () => {
    stopping = true;
    redis.kill('SIGTERM');
    setTimeout(() => redis.kill('SIGKILL'), STOP_MS).unref();
  };
  process.on('disconnect', stop);
  process.on('SIGTERM', stop);
  const lastLines = keepLastLines(redis);
  redis.once('error', (error) => fail(`${settings.program} cannot be run: ${error.message}`));
  redis.once('exit', (code, signal) => {
    rmSync(pidFile(settings), { force: true });
    if (stopping) process.exit(0);
    fail(`${settings.program} ended (${signal ?? code}):\n${lastLines().join('\n')}`);
  });
  if (process.send !== undefined && !process.connected) stop();
  await untilReady(settings.socket);
  process.send?.({ type: 'ready', uri: `unix:${settings.socket}` });
}

function readArguments(): Settings {
  const { values } = parseArgs({
    options: {
      program: { type: 'string' },
      dir: { type: 'string' },
      socket: { type: 'string' },
    },
  });
  const { program, dir, socket } = values;
  if (program === undefined || dir === undefined || socket === undefined) {
    fail('redis-keeper needs --program NAME --dir FOLDER --socket PATH');
  }
  return { program, dir, socket };
}

function spawnRedis({ program, dir, socket }: Settings): ChildProcess {
  const settings = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir,
    appendonly: 'yes',
    'aof-load-truncated': 'yes',
    save: '',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
  };
  const command = [
    ...(runsHere('setpriv') ? ['setpriv', '--pdeathsig', 'TERM'] : []),
    program,
    ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
  ];
  const [file = program, ...args] = command;
  const redis = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  if (redis.pid !== undefined) writeFileSync(pidFile({ dir }), `${redis.pid}\n`);
  return redis;
}

function keepLastLines(redis: ChildProcess): () => string[] {
  let kept = '';
  const keep = (bytes: Buffer) => {
    kept = `${kept}${bytes.toString('utf8')}`.split('\n').slice(-LAST_LINES).join('\n');
  };
  redis.stdout?.on('data', keep);
  redis.stderr?.on('data', keep);
  return () => kept.split('\n').filter((line) => line.trim() !== '');
}

async function untilReady(socket: string): Promise<void> {
  const deadline = Date.now() + LOAD_MS;
  while ((await askRedis(socket, 'PING')) !== '+PONG') {
    if (Date.now() > deadline) fail(`redis does not answer on ${socket}`);
    await after(POLL_MS);
  }
}

/** Ends a redis that a killed keeper left behind on this folder: two writers would spoil its file. */
async function endStray(settings: Settings): Promise<void> {
  const deadline = Date.now() + STOP_MS;
  while ((await askRedis(settings.socket, 'SHUTDOWN')) !== null && Date.now() < deadline) {
    await after(POLL_MS);
  }
  const pid = strayPid(settings);
  if (pid !== null) process.kill(pid, 'SIGKILL');
  rmSync(settings.socket, { force: true });
}

/** The process named in the pid file, when it still runs and is the redis of this very socket. */
function strayPid(settings: Settings): number | null {
  try {
    const pid = Number(readFileSync(pidFile(settings), 'utf8'));
    const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return title.includes(settings.socket) ? pid : null;
  } catch {
    return null;
  }
}

function pidFile({ dir }: Pick<Settings, 'dir'>): string {
  return path.join(dir, 'redis.pid');
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

main().catch((error: unknown) => fail(`redis cannot be started: ${String(error)}`));
