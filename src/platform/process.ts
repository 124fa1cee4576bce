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
 * gives way to those that answer people.
 * @param niceness 1 to 19: how far
 */
export function giveWay(pid: number, niceness: number): void {
  try {
    os.setPriority(pid, niceness);
  } catch {
    // Not allowed here, or it has ended already: then it runs like the others.
  }
}
