import { Connection } from 'mongodb/lib/cmap/connection';

/**
 * Mends a fault of the driver (7.8 and 7.9): a command that is sent on a connection whose socket is
 * destroyed, but has not said so yet by `close`, waits for the socket to drain, and that never comes.
 * When the database was killed, a request could hang for ever so; and when it was the driver's own
 * watch over the server, no request of the process found a database again until it was started anew.
 * Here whoever waits is told by an error when the socket closes. Decision 0073 has the whole story.
 */
export function mendDriver(): void {
  const { onClose } = Connection.prototype;
  Connection.prototype.onClose = function (): void {
    onClose.call(this);
    this.socket.emit('error', this.error);
  };
}
