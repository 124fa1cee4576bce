import net from 'node:net';
import { type Document, deserialize, serialize } from 'bson';

// What the fuzz test stored may be text or an expression that JavaScript does not take.
const READ = { validation: { utf8: false }, bsonRegExp: true, promoteValues: true };

/** The wire protocol by hand: for what a driver would not send. */
export class RawClient {
  private received = Buffer.alloc(0);
  private readonly waiting: {
    resolve(reply: Document | null): void;
    reject(error: unknown): void;
  }[] = [];
  private requestId = 0;
  closed = false;

  private constructor(private readonly socket: net.Socket) {
    socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.deliver();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.closed = true;
      for (const { resolve } of this.waiting.splice(0)) resolve(null);
    });
  }

  static connect(uri: string): Promise<RawClient> {
    const host = decodeURIComponent(new URL(uri).host);
    const [name, port] = host.split(':');
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host: name, port: Number(port) });
      socket.once('connect', () => resolve(new RawClient(socket)));
      socket.once('error', reject);
    });
  }

  private deliver(): void {
    while (this.received.length >= 4 && this.received.length >= this.received.readInt32LE(0)) {
      const frame = this.received.subarray(0, this.received.readInt32LE(0));
      this.received = this.received.subarray(frame.length);
      const waiting = this.waiting.shift();
      try {
        waiting?.resolve(deserialize(frame.subarray(21), READ));
      } catch (error) {
        waiting?.reject(error);
      }
    }
  }

  /** Sends bytes as they are; the reply, or null when the connection is closed instead. */
  send(frame: Uint8Array): Promise<Document | null> {
    if (this.closed) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.socket.write(frame);
    });
  }

  /** Sends bytes for which no reply is expected. */
  push(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  command(db: string, body: Document): Promise<Document | null> {
    return this.send(frameOf(serialize({ ...body, $db: db }), ++this.requestId));
  }

  end(): void {
    this.socket.destroy();
  }
}

/** An OP_MSG with one body. */
export function frameOf(body: Uint8Array, requestId = 1, flags = 0): Buffer {
  const frame = Buffer.alloc(21 + body.length);
  frame.writeInt32LE(frame.length, 0);
  frame.writeInt32LE(requestId, 4);
  frame.writeInt32LE(2013, 12);
  frame.writeUInt32LE(flags, 16);
  frame.set(body, 21);
  return frame;
}
