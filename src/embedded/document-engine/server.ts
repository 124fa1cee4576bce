import net from 'node:net';
import { dispatch, failure } from './commands/dispatch';
import type { Engine } from './engine';
import { BodyError, Frames, type Message, readMessage, writeReply } from './wire';

/** A connection reads no further while this much of its replies is unread. */
const HIGH_WATER = 64 * 1024 * 1024;

/** Serves one engine on a socket: requests of a connection one after another. */
export class Server {
  private readonly server: net.Server;
  private readonly sockets = new Set<net.Socket>();
  private readonly working = new Set<Promise<void>>();
  private stopping = false;

  constructor(private readonly engine: Engine) {
    this.server = net.createServer({ noDelay: true }, (socket) => this.accept(socket));
  }

  /** Listens on a unix socket or on a loopback port; answers the address that clients use. */
  listen(where: { path: string } | { port: number }): Promise<string> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      const ready = () => {
        const address = this.server.address();
        if (address === null) return;
        this.engine.address = typeof address === 'string' ? address : `127.0.0.1:${address.port}`;
        resolve(this.engine.address);
      };
      if ('path' in where) this.server.listen(where.path, ready);
      else this.server.listen(where.port, '127.0.0.1', ready);
    });
  }

  private accept(socket: net.Socket): void {
    this.sockets.add(socket);
    this.engine.connections++;
    const frames = new Frames();
    let busy = false;
    const work = async () => {
      busy = true;
      try {
        for (let frame = frames.next(); frame && !this.stopping; frame = frames.next())
          await this.serve(socket, frame);
      } catch {
        socket.destroy();
      }
      busy = false;
      if (!socket.destroyed) socket.resume();
    };
    socket.on('data', (chunk) => {
      frames.push(chunk);
      if (busy) {
        socket.pause();
        return;
      }
      const task = work();
      this.working.add(task);
      void task.finally(() => this.working.delete(task));
    });
    // A client that goes away is no fault of ours.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.engine.connections--;
      this.engine.sessions.disconnected(socket);
    });
  }

  private async serve(socket: net.Socket, frame: Buffer): Promise<void> {
    let message: Message;
    try {
      message = readMessage(frame);
    } catch (error) {
      if (!(error instanceof BodyError)) throw error;
      const reply = { fields: failure(this.engine, error.cause) };
      socket.write(writeReply({ requestId: error.requestId, legacy: false }, reply));
      return;
    }
    const reply = await dispatch(this.engine, message, socket);
    if (message.silent || socket.destroyed) return;
    socket.write(writeReply(message, reply));
    if (socket.writableLength > HIGH_WATER)
      await new Promise<void>((resolve) => {
        socket.once('drain', resolve);
        socket.once('close', () => resolve());
      });
  }

  /** Lets the commands under way finish, then closes everything. */
  async close(): Promise<void> {
    this.stopping = true;
    this.server.close();
    await Promise.race([
      Promise.all(this.working),
      new Promise((resolve) => setTimeout(resolve, 5000).unref()),
    ]);
    for (const socket of this.sockets) socket.destroy();
  }
}
