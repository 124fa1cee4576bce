import pino from 'pino';
import { currentContext } from './context';

/** Fields that never reach a log, at whatever depth they are logged directly. */
const SECRET = ['password', 'newPassword', 'currentPassword', 'token', 'secret', '_csrf', 'cookie'];

/**
 * The process's logger: JSON lines on standard error, so that standard output stays for people.
 * ERROR means that someone must act.
 */
export const logger = pino(
  {
    level: 'info',
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => ({ ...currentContext() }),
    redact: {
      paths: SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[hidden]',
    },
    formatters: { level: (label) => ({ level: label }) },
  },
  pino.destination({ dest: 2, sync: true }),
);

export type Logger = typeof logger;
