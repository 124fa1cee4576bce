import net from 'node:net';

export interface Answer {
  readonly status: number;
  /** Of header and body as they came over the wire. */
  readonly bytes: number;
  readonly head: string;
  readonly body: string;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** Length of a chunked body that begins at `start`, or null while its end has not come. */
function chunkedEnd(bytes: Buffer, start: number): number | null {
  let at = start;
  for (;;) {
    const line = bytes.indexOf('\r\n', at, 'latin1');
    if (line < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    at = line + 2 + size + 2;
    if (at > bytes.length) return null;
    if (size === 0) return at;
  }
}

/**
 * A browser in as few instructions as possible, because it shares the machine with what it measures:
 * one connection, kept; cookies; what was asked for is read to its end and, unless wanted, not unpacked.
 */
export class Browser {
  readonly #port: number;
  readonly #cookies = new Map<string, string>();
  #socket: net.Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  /** What X-Forwarded-For says: tries are counted by it. */
  address: string;

  constructor(port: number, address: string) {
    this.#port = port;
    this.address = address;
  }

  get(path: string, options: { packed?: boolean } = {}): Promise<Answer> {
    return this.#send(`GET ${path} HTTP/1.1\r\n`, '', 'text/html', options.packed === true);
  }

  post(
    path: string,
    fields: readonly (readonly [string, string])[],
    accept = 'text/html',
  ): Promise<Answer> {
    const body = new URLSearchParams(fields.map(([name, value]) => [name, value])).toString();
    const head = `POST ${path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n`;
    return this.#send(head, body, accept, true);
  }

  close(): void {
    this.#socket?.destroy();
  }

  #send(first: string, body: string, accept: string, packed: boolean): Promise<Answer> {
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const head = `${first}Host: 127.0.0.1:${this.#port}\r\nAccept: ${accept}\r\n${
      packed ? 'Accept-Encoding: gzip, deflate, br\r\n' : ''
    }${cookies === '' ? '' : `Cookie: ${cookies}\r\n`}X-Forwarded-For: ${this.address}\r\n\r\n`;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#connected().write(head + body);
    });
  }

  #connected(): net.Socket {
    if (this.#socket && !this.#socket.destroyed) return this.#socket;
    const socket = net.connect(this.#port, '127.0.0.1');
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#take(bytes));
    const fail = (error?: Error) => {
      this.#received = Buffer.alloc(0);
      this.#waiting?.reject(error ?? new Error('the connection was closed'));
      this.#waiting = undefined;
    };
    socket.on('error', fail);
    socket.on('close', () => fail());
    return socket;
  }

  #take(bytes: Buffer): void {
    const all = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    this.#received = all;
    const headEnd = all.indexOf(END_OF_HEAD);
    if (headEnd < 0) return;
    const head = all.toString('latin1', 0, headEnd);
    const start = headEnd + END_OF_HEAD.length;
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    const end = length === undefined ? chunkedEnd(all, start) : start + Number(length);
    if (end === null || all.length < end) return;
    this.#received = Buffer.alloc(0);
    for (const [, name = '', value = ''] of head.matchAll(/\r\nset-cookie: ([^=]+)=([^;\r]*)/gi))
      this.#cookies.set(name, value);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({
      status: Number(head.slice(9, 12)),
      bytes: end,
      head,
      body: all.toString('utf8', start, end),
    });
  }
}

export const locationOf = ({ head }: Answer): string =>
  /\r\nlocation: ([^\r]*)/i.exec(head)?.[1] ?? '';

/** The value of a hidden field of a page. */
export const hidden = ({ body }: Answer, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? '';
