/** Of the driver's own files: its types name only what is public. */
declare module 'mongodb/lib/cmap/connection' {
  import type { Socket } from 'node:net';

  export class Connection {
    readonly socket: Socket;
    /** Why it was closed. */
    readonly error: Error | null;
    onClose(): void;
  }
}
