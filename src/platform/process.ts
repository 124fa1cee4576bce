import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { logger } from './logger';

/**
 * Ends the process in order when it is asked to: by a signal, or because the supervisor that holds
 * the other end of the IPC channel is gone. `close` has `limitMs` to finish what is running.
 */
export function endInOrder(close: () => Promise<void>, limitMs = 8_000): void {
  let ending = false;
  const end = (reason: string) => {
    if (ending) return;
    ending = true;
    logger.info({ reason }, 'ending');
    setTimeout(() => process.exit(1), limitMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'did not end in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  // Ctrl-C reaches the whole group; under a supervisor, which decides the order, its SIGTERM counts.
  process.on('SIGINT', () => {
    if (!process.connected) end('SIGINT');
  });
  if (process.send === undefined) return;
  // The supervisor can be gone before this process came as far as here.
  if (process.connected) process.on('disconnect', () => end('the supervisor is gone'));
  else end('the supervisor is gone');
}

/** Tells the supervisor that the door is open. */
export const reportReady = (details: object = {}): void => {
  process.send?.({ type: 'ready', ...details });
};

/**
 * Lets other processes of this machine go first when there is not enough for all: what can wait
 * gives way to those that answer people. Whoever already gives way further goes on doing so.
 * @param niceness 1 to 19: how far
 */
export function giveWay(pid: number, niceness: number): void {
  unlessRefused(() => os.setPriority(pid, Math.max(niceness, os.getPriority(pid))));
  if (leadsSession(pid)) unlessRefused(() => giveWayAsSession(pid, niceness));
}

/**
 * Linux may divide its processors among sessions first (`sched_autogroup_enabled`). Then the
 * niceness of a process counts only inside its session, and our doors have one each.
 */
function giveWayAsSession(leader: number, niceness: number): void {
  const file = `/proc/${leader}/autogroup`;
  const present = Number(/nice (-?\d+)/.exec(readFileSync(file, 'utf8'))?.[1]);
  if (!(present < niceness)) return;
  try {
    writeFileSync(file, String(niceness));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    // Linux takes one such wish in a tenth of a second, from all of the machine.
    setTimeout(() => unlessRefused(() => giveWayAsSession(leader, niceness)), 250).unref();
  }
}

/** The share of a session belongs to all that run in it: only its leader may give it away. */
function leadsSession(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]) === pid;
  } catch {
    return false;
  }
}

/** Not allowed here, not known here, or the process has ended: then it runs like the others. */
function unlessRefused(change: () => void): void {
  try {
    change();
  } catch {
    // Only how soon things are done hangs on it.
  }
}
