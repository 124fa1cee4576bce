import { createServer, type Server, type Socket } from 'node:net';

/** A mail server on this machine that keeps what it takes; the outside network of the tests. */
export class SmtpServer {
  readonly messages: string[] = [];
  /** How many messages it refuses for now (RFC 5321: 451) before it takes one. */
  refusals = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((socket) => this.#talk(socket));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('No port');
    return `smtp://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #talk(socket: Socket): void {
    let buffer = '';
    let message: string[] | null = null;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 test ESMTP');
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: string) => {
      buffer += chunk;
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (message) {
          if (line !== '.') message.push(line);
          else {
            if (this.refusals > 0) {
              this.refusals -= 1;
              say('451 not now');
            } else {
              this.messages.push(message.join('\n'));
              say('250 taken');
            }
            message = null;
          }
        } else if (/^DATA/i.test(line)) {
          message = [];
          say('354 go on');
        } else if (/^QUIT/i.test(line)) {
          say('221 bye');
          socket.end();
        } else say('250 fine');
      }
    });
  }
}
