import path from 'node:path';
import type { Ready } from './child';
import { type DataFolder, openDataFolder } from './data-folder';
import { DataServices, type Given } from './data-services';
import { type Lock, takeLock } from './lock';
import { checkPort } from './port';
import { Service, type ServiceEvents } from './service';

/** Web and worker finish what they are at; together with DATA_STOP_MS this stays under 10 s. */
const WORK_STOP_MS = 8_000;
const DATA_STOP_MS = 1_500;
/** The web answers people: it gathers more before it looks through what is new. */
const HEAPS = { web: { young: 8, old: 1_536 }, worker: { young: 2, old: 1_536 } } as const;
/** How long a web process of a run that was killed may still hold its port. */
const LEFT_BEHIND_MS = 5_000;

export interface SupervisorSettings extends Given {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Folder of the built doors. */
  readonly doors: string;
  /**
   * The environment of web and worker; the addresses of the data services are added to it. Called
   * when the folder is ours, before anything is started. May throw a Refusal.
   */
  environment(folder: DataFolder): NodeJS.ProcessEnv;
}

/**
 * Runs everything that Kelas is on one machine: the data services, then web and worker. Ends them in
 * the opposite order, so that requests and jobs can finish.
 */
export class Supervisor {
  readonly #settings: SupervisorSettings;
  readonly #events: ServiceEvents;
  #lock: Lock | null = null;
  #data: DataServices | null = null;
  #work: Service[] = [];
  #stopped: Promise<void> | null = null;

  constructor(settings: SupervisorSettings, events: ServiceEvents) {
    this.#settings = settings;
    this.#events = events;
  }

  /**
   * Resolves with the web process's message when all serve, and with null when it was stopped before.
   * @throws Refusal when Kelas cannot be started here
   */
  async start(): Promise<Ready | null> {
    try {
      return await this.#start();
    } catch (error) {
      if (this.#stopped !== null) return null;
      await this.stop();
      throw error;
    }
  }

  async #start(): Promise<Ready | null> {
    const settings = this.#settings;
    const folder = openDataFolder(settings.dataDir);
    this.#lock = await takeLock(folder);
    await checkPort(settings.host, settings.port, this.#lock.wasLeftBehind ? LEFT_BEHIND_MS : 0);
    const environment = settings.environment(folder);
    if (this.#stopped !== null) return null;
    this.#data = new DataServices(folder, settings, settings.doors, this.#events);
    const { mongodbUri, redisUrl } = await this.#data.start();
    if (this.#stopped !== null) return null;
    const env = { ...environment, MONGODB_URI: mongodbUri, REDIS_URL: redisUrl };
    const service = (name: keyof typeof HEAPS) => {
      const script = path.join(settings.doors, `${name}.js`);
      return new Service({ name, script, heap: HEAPS[name], env }, this.#events);
    };
    const [web, worker] = [service('web'), service('worker')];
    this.#work = [web, worker];
    this.#events.say('Starting web and worker');
    const [ready] = await Promise.all([web.start(), worker.start()]);
    return ready;
  }

  /** Ends everything in order, in less than 10 s. Safe to call again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#work.map((service) => service.stop(WORK_STOP_MS)));
    await this.#data?.stop(DATA_STOP_MS);
    this.#lock?.release();
  }

  /** Ends everything at once. */
  kill(): void {
    for (const service of this.#work) service.kill();
    this.#data?.kill();
    this.#lock?.release();
  }
}
