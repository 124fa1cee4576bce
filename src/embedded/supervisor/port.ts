import net from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { codeOf, Refusal } from './refusal';

const POLL_MS = 50;

/**
 * Finds out before anything is started whether the web process will get its port.
 * @param patienceMs how long to wait for a web process that is still ending
 * @throws Refusal when it is taken or not allowed
 */
export async function checkPort(host: string, port: number, patienceMs = 0): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const fault = await tryPort(host, port);
    if (fault === null) return;
    if (fault !== 'EADDRINUSE' || Date.now() >= deadline) {
      throw new Refusal(inWords(fault, host, port));
    }
    await after(POLL_MS);
  }
}

/** Null, or the code of what is wrong. */
function tryPort(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error) => resolve(codeOf(error)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

function inWords(fault: string, host: string, port: number): string {
  const address = `${host}:${port}`;
  if (fault === 'EADDRINUSE') {
    return `Port ${address} is in use by another program. Choose another one: PORT=${port + 1} npm start`;
  }
  if (fault === 'EACCES') return `Port ${address} is not allowed for this user.`;
  if (fault === 'EADDRNOTAVAIL') return `HOST ${host} is not an address of this machine.`;
  return `Kelas cannot listen on ${address} (${fault}).`;
}
