import { AsyncLocalStorage } from 'node:async_hooks';

/** What is known about the work at hand; each log line and each audit row carries it. */
export interface Context {
  /** Id of the HTTP request at whose beginning the work stands; jobs carry it on. */
  requestId: string;
  jobId?: string;
  userId?: string;
  /** The administrator who acts as `userId`. */
  byUserId?: string;
  /** Address of the client, as far as the trusted proxies tell. */
  ip?: string;
}

const storage = new AsyncLocalStorage<Context>();

export const runInContext = <T>(context: Context, work: () => T): T => storage.run(context, work);

export const currentContext = (): Readonly<Context> | undefined => storage.getStore();

/** Adds to the present context: the user, once the session has been read. */
export function extendContext(part: Partial<Context>): void {
  const context = storage.getStore();
  if (context) Object.assign(context, part);
}
