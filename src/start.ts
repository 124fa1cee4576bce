import {
  type Addresses,
  type DataFolder,
  keepSecret,
  onParentGone,
  onStopSignals,
  Refusal,
  Supervisor,
} from './embedded/supervisor';
import { type Config, ConfigError, environmentWith, loadConfig } from './platform/config';
import { DIST } from './platform/paths';

export interface StartOptions {
  /** npm was the parent: when it is killed, Kelas ends in order. */
  readonly startedByNpm: boolean;
}

const say = (line: string) => console.log(line);

/** Starts Kelas with all it needs on this machine, and keeps it running until it is told to end. */
export async function start({ startedByNpm }: StartOptions): Promise<void> {
  // A closed terminal must not end the supervisor before it has ended the others.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const config = readConfig();
  const supervisor = new Supervisor(settingsOf(config), { say, gaveUp });
  const end = async (line: string, code: number) => {
    process.exitCode = code;
    say(line);
    await supervisor.stop();
    process.exit();
  };
  function gaveUp(reason: string) {
    void end(`${reason}; Kelas ends`, 1);
  }
  onStopSignals({
    stop: () => void end('Ending: requests and jobs that run are finished first', 0),
    force: () => {
      supervisor.kill();
      process.exit(1);
    },
  });
  if (startedByNpm) onParentGone(() => void end('npm is gone: ending', 0));

  try {
    const web = await supervisor.start();
    if (web !== null) announce(web.url ?? config.baseUrl, web.notes ?? []);
  } catch (error) {
    refuse(error);
  }
}

function readConfig(): Config {
  try {
    return loadConfig();
  } catch (error) {
    refuse(error);
  }
}

/** Says in a line what the person can mend; anything else is a fault of ours, shown in full. */
function refuse(error: unknown): never {
  const expected = error instanceof Refusal || error instanceof ConfigError;
  console.error(expected ? error.message : error);
  process.exit(1);
}

function settingsOf(config: Config) {
  return {
    dataDir: config.dataDir,
    host: config.host,
    port: config.port,
    mongodbUri: config.mongodbUri,
    redisUrl: config.redisUrl,
    doors: DIST,
    environment: ({ mongodbUri, redisUrl }: Addresses, folder: DataFolder) =>
      environmentWith({
        KELAS_DATA: folder.root,
        MONGODB_URI: mongodbUri,
        REDIS_URL: redisUrl,
        SESSION_SECRET: config.sessionSecret ?? keepSecret(folder, 'session-secret'),
      }),
  };
}

function announce(url: string, notes: readonly string[]): void {
  say(`Kelas is ready at ${url}`);
  for (const note of notes) say(note);
}
