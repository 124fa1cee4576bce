import { existsSync, unlinkSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { checkFolder } from './check';
import { startChores } from './chores';
import { copyFolder } from './copy';
import { Engine } from './engine';
import { serveReads } from './reader-worker';
import { Server } from './server';

/** What the parent process hears when the engine can be used. */
interface Ready {
  type: 'ready';
  uri: string;
}

/** `engine check DIR`: the exit code tells a script what the text tells a person. */
async function check(dir: string | undefined): Promise<void> {
  if (!dir) throw new Error('usage: engine check DIR');
  const report = await checkFolder(dir);
  const { collections, documents, indexEntries, faults } = report;
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.stdout.write(
    `${collections} collections, ${documents} documents, ${indexEntries} index entries, ${faults.length} faults\n`,
  );
  process.exitCode = faults.length > 0 ? 1 : 0;
}

/** `engine copy DIR URI`: moves to a MongoDB. */
async function copy(dir: string | undefined, uri: string | undefined): Promise<void> {
  if (!dir || !uri) throw new Error('usage: engine copy DIR URI');
  const { collections, documents } = await copyFolder(dir, uri);
  process.stdout.write(`${collections} collections, ${documents} documents copied\n`);
}

async function start(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      socket: { type: 'string' },
      port: { type: 'string' },
      'transaction-lifetime-ms': { type: 'string' },
    },
  });
  if (!values.dir) throw new Error('usage: engine --dir DIR (--socket PATH | --port N)');
  if (values.socket && !values.socket.endsWith('.sock'))
    throw new Error('the name of the socket must end with .sock: drivers know it by that');
  const lifetime = values['transaction-lifetime-ms'];
  const engine = Engine.open({
    dir: values.dir,
    program: __filename,
    ...(lifetime !== undefined && { transactionLifetimeMs: Number(lifetime) }),
  });
  const server = new Server(engine);
  const { socket } = values;
  // The folder's lock is ours, so a socket that is there was left by an engine that was killed.
  if (socket && existsSync(socket)) unlinkSync(socket);
  const address = await server.listen(
    socket ? { path: socket } : { port: Number(values.port ?? 0) },
  );
  const stopChores = startChores(engine);
  const host = socket ? encodeURIComponent(address) : address;
  const uri = `mongodb://${host}/?directConnection=true`;

  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    stopChores();
    await server.close();
    await engine.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void end());
  process.on('SIGINT', () => void end());
  process.on('disconnect', () => void end());

  process.stdout.write(`ready ${uri}\n`);
  const ready: Ready = { type: 'ready', uri };
  process.send?.(ready);
}

function main(): Promise<void> {
  const [command, folder, target] = process.argv.slice(2);
  if (command === 'check') return check(folder);
  if (command === 'copy') return copy(folder, target);
  return start();
}

if (isMainThread)
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
else serveReads();
