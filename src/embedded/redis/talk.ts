import net from 'node:net';

/**
 * Sends one command without arguments to the redis at `socket` and resolves with the first line of
 * its answer (`+PONG`, `-LOADING …`), with `''` when it closed the connection instead (the answer
 * to SHUTDOWN), and with null when nothing answers there.
 */
export function askRedis(
  socket: string,
  command: string,
  timeoutMs = 2_000,
): Promise<string | null> {
  return new Promise((resolve) => {
    const connection = net.connect(socket);
    let connected = false;
    let answer = '';
    const end = (result: string | null) => {
      connection.destroy();
      resolve(result);
    };
    connection.setTimeout(timeoutMs, () => end(null));
    connection.on('connect', () => {
      connected = true;
      connection.write(`${command}\r\n`);
    });
    connection.on('data', (bytes) => {
      answer += bytes.toString('latin1');
      const line = answer.indexOf('\r\n');
      if (line >= 0) end(answer.slice(0, line));
    });
    connection.on('close', () => end(connected ? '' : null));
    connection.on('error', () => end(connected ? '' : null));
  });
}
