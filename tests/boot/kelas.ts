import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';

const ROOT = path.resolve(__dirname, '../..');
const START = path.join(ROOT, 'src/boot/start.mjs');

/** A start takes about two seconds; a busy machine gets time. */
const READY_MS = 60_000;

/** One real run of `npm start`, on a data folder and a port of its own. */
export interface Kelas {
  readonly data: string;
  readonly port: number;
  readonly origin: string;
  readonly process: ChildProcess;
  /** What it has written so far. */
  output(): string;
  lastLine(): string;
  /** Resolves when the text was written; rejects when the process ended without. */
  says(text: string | RegExp): Promise<void>;
  /** Resolves with the exit code, or the name of the signal, when the process is gone. */
  readonly ended: Promise<number | string>;
}

export interface KelasOptions {
  readonly data: string;
  readonly port?: number;
  /** On top of the usual; `KELAS_DEMO: ''` leaves the demonstration set to the data folder. */
  readonly env?: Record<string, string>;
  /** How long it may take until it is ready. */
  readonly patienceMs?: number;
  /** `npm start` in a process group of its own, as in a terminal. */
  readonly byNpm?: boolean;
}

export async function startKelas(options: KelasOptions): Promise<Kelas> {
  const port = options.port ?? (await freePort());
  const [program, args] = options.byNpm ? ['npm', ['start']] : [process.execPath, [START]];
  const child = spawn(program, args, {
    cwd: ROOT,
    detached: options.byNpm === true,
    env: {
      ...withoutSettings(process.env),
      KELAS_DATA: options.data,
      PORT: String(port),
      KELAS_DEMO: 'false',
      // As under npm: should jest be killed, this Kelas ends as well.
      npm_lifecycle_event: 'start',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes: Buffer) => {
      written += bytes.toString('utf8');
    });
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code ?? -1));
  });
  let isOver = false;
  ended.then(() => {
    isOver = true;
  });
  return {
    data: options.data,
    port,
    origin: `http://127.0.0.1:${port}`,
    process: child,
    output: () => written,
    lastLine: () => written.trimEnd().split('\n').at(-1) ?? '',
    ended,
    says: (text) =>
      until(
        () => {
          if (written.search(text) >= 0) return true;
          if (isOver) throw new Error(`Kelas ended without saying ${text}:\n${written}`);
          return false;
        },
        `Kelas to say ${text}`,
        options.patienceMs,
      ),
  };
}

/** Starts Kelas and waits until it is ready. */
export async function startedKelas(options: KelasOptions): Promise<Kelas> {
  const kelas = await startKelas(options);
  await kelas.says(/Kelas is ready at .*\n/);
  return kelas;
}

/** Command lines, by process id, of all that belongs to this data folder. Linux only. */
export function processesOf(data: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const [command, environment] = ['cmdline', 'environ'].map((file) => {
      try {
        return readFileSync(`/proc/${name}/${file}`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    }) as [string, string];
    const isOurs =
      command.includes(data) ||
      environment.includes(`KELAS_DATA=${data} `) ||
      workingFolder(name).startsWith(data);
    if (command !== '' && isOurs) found.set(Number(name), command);
  }
  return found;
}

function workingFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** Process id of the one process of this folder whose command line holds `part`. */
export function processOf(data: string, part: string): number {
  const pids = [...processesOf(data)].filter(([, command]) => command.includes(part));
  if (pids.length !== 1) throw new Error(`${pids.length} processes with ${part}`);
  return pids[0]?.[0] ?? 0;
}

/** Resolves when nothing of this data folder runs any more. */
export function nothingLeft(data: string, withinMs = 10_000): Promise<void> {
  return until(() => processesOf(data).size === 0, 'all processes to end', withinMs);
}

/** Checks again and again until `condition` holds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = READY_MS,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs} ms for ${what}`);
    await after(25);
  }
}

/** The status of an answer, or null when nobody answers. */
export async function statusOf(url: string): Promise<number | null> {
  try {
    return (await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) })).status;
  } catch {
    return null;
  }
}

/** Below the ports that systems give to connections: nobody else takes it before it is listened on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Temporary folders that are removed, and whose processes are ended, after the tests of a file. */
export function useFolders(): (name?: string) => string {
  const made: string[] = [];
  afterAll(async () => {
    for (const folder of made) {
      for (const pid of processesOf(folder).keys()) process.kill(pid, 'SIGKILL');
      await nothingLeft(folder);
      rmSync(folder, { recursive: true, force: true });
    }
  });
  return (name = 'data') => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-boot-'));
    made.push(folder);
    return path.join(folder, name);
  };
}

function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(KELAS_|NODE_ENV$|JEST_|npm_)/.test(name)),
  );
}
