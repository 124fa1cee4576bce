import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findRedisProgram, REDIS_MISSING } from '../redis/find';
import type { Heap, Ready } from './child';
import { type DataFolder, refuseMoved } from './data-folder';
import { Refusal } from './refusal';
import { Service, type ServiceEvents } from './service';

/** Where the database and redis of a running Kelas are. */
export interface Addresses {
  readonly mongodbUri: string;
  readonly redisUrl: string;
}

/** What the environment names; undefined: started here. */
export interface Given {
  readonly mongodbUri: string | undefined;
  readonly redisUrl: string | undefined;
}

const DATABASE = 'kelas';
const ENGINE_HEAP: Heap = { young: 4, old: 1_024 };
const KEEPER_HEAP: Heap = { young: 1, old: 64 };

/** The document engine and redis-server, as far as the environment names no others. */
export class DataServices {
  readonly #folder: DataFolder;
  readonly #events: ServiceEvents;
  readonly #engine: Service | null;
  readonly #redis: Service | null;
  readonly #given: Given;

  /**
   * @param doors folder of the built doors
   * @throws Refusal when redis is neither given nor installed, or the database is not here any more
   */
  constructor(folder: DataFolder, given: Given, doors: string, events: ServiceEvents) {
    const service = (name: string, door: string, heap: Heap, args: string[]) =>
      new Service(
        { name, script: path.join(doors, `${door}.js`), heap, args, quiet: true },
        events,
      );
    if (given.mongodbUri === undefined) refuseMoved(folder);
    this.#folder = folder;
    this.#events = events;
    this.#given = given;
    this.#redis =
      given.redisUrl === undefined
        ? service('redis', 'redis-keeper', KEEPER_HEAP, redisArguments(folder))
        : null;
    this.#engine =
      given.mongodbUri === undefined
        ? service('engine', 'engine', ENGINE_HEAP, [
            '--dir',
            folder.db,
            '--socket',
            path.join(folder.sockets, 'db.sock'),
          ])
        : null;
  }

  /** Resolves when both answer. */
  async start(): Promise<Addresses> {
    const names = [this.#engine && 'the document engine', this.#redis && 'redis'].filter(Boolean);
    if (names.length > 0) this.#events.say(`Starting ${names.join(' and ')}`);
    const [engine, redis] = await Promise.all([this.#engine?.start(), this.#redis?.start()]);
    const addresses = {
      mongodbUri: this.#given.mongodbUri ?? withDatabase(uriOf(engine), DATABASE),
      redisUrl: this.#given.redisUrl ?? uriOf(redis),
    };
    writeFileSync(addressFile(this.#folder), JSON.stringify(addresses), { mode: 0o600 });
    return addresses;
  }

  async stop(patienceMs: number): Promise<void> {
    rmSync(addressFile(this.#folder), { force: true });
    await Promise.all([this.#engine?.stop(patienceMs), this.#redis?.stop(patienceMs)]);
  }

  kill(): void {
    this.#engine?.kill();
    this.#redis?.kill();
  }
}

/** Addresses left by the Kelas that runs on this folder, or null. */
export function readAddresses(folder: DataFolder): Addresses | null {
  try {
    return JSON.parse(readFileSync(addressFile(folder), 'utf8')) as Addresses;
  } catch {
    return null;
  }
}

/** The same server with `database` as the one to use. */
export function withDatabase(uri: string, database: string): string {
  const [server = '', options] = uri.split('?');
  const origin = server.replace(/^(mongodb(?:\+srv)?:\/\/[^/]+).*$/, '$1');
  return `${origin}/${database}${options === undefined ? '' : `?${options}`}`;
}

function redisArguments(folder: DataFolder): string[] {
  const program = findRedisProgram();
  if (program === null) throw new Refusal(REDIS_MISSING);
  const socket = path.join(folder.sockets, 'redis.sock');
  return ['--program', program, '--dir', folder.redis, '--socket', socket];
}

function addressFile(folder: DataFolder): string {
  return path.join(folder.run, 'addresses.json');
}

function uriOf(ready: Ready | undefined): string {
  if (ready?.uri === undefined) throw new Error('A data service named no address');
  return ready.uri;
}
