/** A Ctrl-C reaches us twice under npm: from the terminal, and passed on by npm. */
const SAME_PRESS_MS = 1_000;
const PARENT_CHECK_MS = 500;

export interface StopHandlers {
  /** The first request to end. */
  stop(): void;
  /** Asked again while ending: at once, please. */
  force(): void;
}

/** Calls the handlers on Ctrl-C, SIGTERM and a closed terminal. */
export function onStopSignals(handlers: StopHandlers): void {
  let askedAt: number | null = null;
  const asked = () => {
    const now = Date.now();
    if (askedAt === null) {
      askedAt = now;
      handlers.stop();
    } else if (now - askedAt > SAME_PRESS_MS) handlers.force();
  };
  process.on('SIGINT', asked);
  process.on('SIGTERM', asked);
  process.on('SIGHUP', asked);
}

/** Calls `gone` once when the process that started this one is no more. */
export function onParentGone(gone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, PARENT_CHECK_MS);
  timer.unref();
}
