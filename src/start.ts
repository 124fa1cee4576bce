import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
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

const MB = 1024 * 1024;

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
    if (web !== null) announce(config, web.notes ?? []);
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
    environment: (folder: DataFolder) => {
      const demo = isDemonstration(config, folder);
      return environmentWith({
        KELAS_DATA: folder.root,
        // glibc keeps free memory for each thread apart; two such hoards are enough.
        MALLOC_ARENA_MAX: '2',
        // Fixed by hand, or glibc learns from the first sign-in (argon2id takes 19 MB for a moment) to keep
        // as much for later: 30 MB in the web, and as much in the worker.
        MALLOC_MMAP_THRESHOLD_: String(4 * MB),
        MALLOC_TRIM_THRESHOLD_: String(8 * MB),
        KELAS_DEMO: String(demo),
        SESSION_SECRET: config.sessionSecret ?? keepSecret(folder, 'session-secret'),
        KEYS_SECRET: config.keysSecret ?? keepSecret(folder, 'keys-secret'),
      });
    },
  };
}

/**
 * A new data folder outside production gets the demonstration set, and keeps it. Its passwords are
 * known to everyone, so it is served to this machine only.
 */
function isDemonstration(config: Config, folder: DataFolder): boolean {
  const mark = path.join(folder.root, 'demonstration');
  const production = config.mode === 'production';
  const isHere = existsSync(mark);
  const wanted = config.demoWanted ?? (isHere || (folder.isNew && !production));
  const exposed = production ? 'in production' : !isLoopback(config.host) && `on ${config.host}`;
  if ((wanted || isHere) && exposed) {
    throw new Refusal(
      `The passwords of the demonstration set are known, so it is not served ${exposed}. For a Kelas without it choose an empty folder as KELAS_DATA and KELAS_DEMO=false.`,
    );
  }
  if (!wanted) return false;
  if (!isHere) say('A new data folder: the demonstration set is loaded');
  writeFileSync(mark, 'This folder holds the demonstration set.\n');
  return true;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');

function announce(config: Config, notes: readonly string[]): void {
  const local = `http://${config.host}:${config.port}`;
  say(`Kelas is ready at ${config.baseUrl}`);
  if (config.baseUrl !== local) say(`It listens on ${local}`);
  for (const note of notes) say(note);
}
