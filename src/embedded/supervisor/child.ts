import { type ChildProcess, fork } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';

/**
 * Bounds of a heap in MB. Left to itself, Node lets each process gather 48 MB of young objects before
 * it looks, and take gigabytes before it tries harder: on a small machine all of them share it.
 */
export interface Heap {
  /** Of new objects: what is smaller is looked through more often. */
  readonly young: number;
  /** Of those that stay: far above the need, so that only a fault meets it. */
  readonly old: number;
}

/** How one of the doors of Kelas is run as a process of its own. */
export interface ChildSpec {
  /** The name in messages: `web`, `redis`. */
  readonly name: string;
  /** The built door, absolute; `lifeline.js` stands beside it. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Variables on top of the supervisor's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** How much memory its JavaScript may take; what Node thinks right when it is not given. */
  readonly heap?: Heap;
  /** True: what it writes on standard output is not for people. */
  readonly quiet?: boolean;
}

/** What a child says on IPC when it serves. */
export interface Ready {
  readonly type: 'ready';
  /** The address of a data service. */
  readonly uri?: string;
  /** Lines for the person at the terminal, such as how to sign in. */
  readonly notes?: readonly string[];
}

/** One run of a child, from its start to its end. */
export interface ChildRun {
  /** Resolves with the child's own message; rejects when it ends before it is ready. */
  readonly ready: Promise<Ready>;
  /** Resolves when the process is gone, with the reason in words. */
  readonly ended: Promise<string>;
  /** Asks it to end (SIGTERM), makes it end after `patienceMs`, resolves when it is gone. */
  stop(patienceMs: number): Promise<void>;
  kill(): void;
}

/**
 * Starts a child in a process group of its own, so that a Ctrl-C in the terminal reaches only the
 * supervisor, which then ends its children in the right order. The IPC channel is the lifeline: it
 * closes however the supervisor ends, and each child ends with it.
 */
export function startChild(spec: ChildSpec): ChildRun {
  const lifeline = path.join(path.dirname(spec.script), 'lifeline.js');
  const child = fork(spec.script, [...(spec.args ?? [])], {
    detached: true,
    execArgv: [
      '--enable-source-maps',
      `--v8-pool-size=${HELPERS}`,
      ...heapFlags(spec.heap),
      '--require',
      lifeline,
    ],
    stdio: ['ignore', spec.quiet ? 'ignore' : 'inherit', 'inherit', 'ipc'],
    ...(spec.env === undefined ? {} : { env: spec.env }),
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const ready = new Promise<Ready>((resolve, reject) => {
    child.on('message', (message) => {
      if (isReady(message)) resolve(message);
    });
    ended.then((reason) => reject(new Error(`${spec.name} ended at its start (${reason})`)));
  });
  ready.catch(() => undefined);
  return {
    ready,
    ended,
    stop: (patienceMs) => stop(child, ended, patienceMs),
    kill: () => void child.kill('SIGKILL'),
  };
}

/**
 * A pause of the collector lasts until the last of its helpers has had a processor. Node starts four
 * in each process; where there are fewer processors they would only wait for each other.
 */
const HELPERS = Math.min(4, Math.max(1, os.availableParallelism() - 1));

const heapFlags = (heap: Heap | undefined): string[] =>
  heap ? [`--max-semi-space-size=${heap.young}`, `--max-old-space-size=${heap.old}`] : [];

function isReady(message: unknown): message is Ready {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
  );
}

async function stop(child: ChildProcess, ended: Promise<string>, patienceMs: number) {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await ended;
  clearTimeout(timer);
}
