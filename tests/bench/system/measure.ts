import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../../../src/platform/paths';
import { Browser } from './browser';
import { cpuOf } from './processes';

/** What was measured of one kind of request. */
export interface Figures {
  readonly requests: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Processor milliseconds a request, by process. */
  readonly cpu: ReadonlyMap<string, number>;
  /** Mean of an answer, header and body as they are sent. */
  readonly bytes: number;
  readonly errors: number;
}

/** One turn of one person; `requests` it took, the bytes that came, whether all went well. */
export interface Turn {
  readonly requests: number;
  readonly bytes: number;
  readonly good: boolean;
}

/** Sums over processes that serve a request. */
export const cpuTotal = ({ cpu }: Pick<Figures, 'cpu'>): number =>
  [...cpu.values()].reduce((sum, each) => sum + each, 0);

export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/**
 * Lets everyone take turns, each beginning the next when the last has ended, until the time is over.
 * The times are those of a request, or of a whole turn where it is one piece of work.
 */
export async function measure(
  people: number,
  turn: (person: number, round: number) => Promise<Turn>,
  options: { pids: ReadonlyMap<string, number>; ms: number; rounds?: number },
): Promise<Figures> {
  const times: number[] = [];
  let requests = 0;
  let bytes = 0;
  let errors = 0;
  const before = new Map([...options.pids].map(([name, pid]) => [name, cpuOf(pid)]));
  const began = performance.now();
  const work = async (person: number) => {
    for (let round = 0; round < (options.rounds ?? Number.POSITIVE_INFINITY); round += 1) {
      const start = performance.now();
      if (start - began > options.ms) return;
      const result = await turn(person, round);
      times.push(performance.now() - start);
      requests += result.requests;
      bytes += result.bytes;
      if (!result.good) errors += 1;
    }
  };
  await Promise.all(Array.from({ length: people }, (_, person) => work(person)));
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  return {
    requests,
    perSecond: requests / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    cpu: new Map(
      [...options.pids].map(([name, pid]) => [
        name,
        (cpuOf(pid) - (before.get(name) ?? 0)) / requests,
      ]),
    ),
    bytes: bytes / requests,
    errors,
  };
}

/** A bare Node server that answers with so many bytes: what no site of this kind can go below. */
export class Control {
  readonly #child: ChildProcess;
  readonly #port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
  }

  static async start(): Promise<Control> {
    const script = path.join(ROOT, 'tests/bench/control.mjs');
    const child = fork(script, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const port = await new Promise<number>((resolve, reject) => {
      child.once('message', (message) => resolve(Number(message)));
      child.once('exit', () => reject(new Error('the control ended')));
    });
    return new Control(child, port);
  }

  async measure(people: number, bytes: number, ms: number): Promise<Figures> {
    const browsers = Array.from({ length: people }, () => new Browser(this.#port, '127.0.0.1'));
    const turn = async (person: number): Promise<Turn> => {
      const answer = await browsers[person]?.get(`/${Math.round(bytes)}`, { packed: true });
      return { requests: 1, bytes: answer?.bytes ?? 0, good: answer?.status === 200 };
    };
    const pids = new Map([['control', this.#child.pid ?? 0]]);
    const figures = await measure(people, turn, { pids, ms });
    for (const browser of browsers) browser.close();
    return figures;
  }

  stop(): void {
    this.#child.kill();
  }
}
