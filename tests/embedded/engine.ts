import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MongoClient, type MongoClientOptions } from 'mongodb';

const PROGRAM = path.resolve(__dirname, '../../dist/engine.js');

export interface EngineOptions {
  dir?: string;
  /** Listens here instead of on a free port: a later engine can take its place. */
  socket?: string;
  args?: string[];
  /** Commands of the shell that run first, such as `ulimit -f 100`. */
  shell?: string;
}

/** The built engine as a process of its own, as `npm start` runs it. */
export class EngineProcess {
  private readonly clients: MongoClient[] = [];

  private constructor(
    readonly dir: string,
    readonly uri: string,
    readonly child: ChildProcess,
    /** Resolves with its exit code. */
    readonly ended: Promise<number | null>,
  ) {}

  static async start(options: EngineOptions = {}): Promise<EngineProcess> {
    const dir = options.dir ?? tempDir();
    const where = options.socket ? ['--socket', options.socket] : ['--port', '0'];
    const args = [PROGRAM, '--dir', dir, ...where, ...(options.args ?? [])];
    const child = options.shell
      ? spawn('/bin/bash', ['-c', `${options.shell}; exec "$0" "$@"`, process.execPath, ...args])
      : spawn(process.execPath, args);
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const uri = await new Promise<string>((resolve, reject) => {
      let out = '';
      let faults = '';
      child.stdout.on('data', (chunk) => {
        out += chunk;
        const line = /^ready (\S+)$/m.exec(out);
        if (line?.[1]) resolve(line[1]);
      });
      child.stderr.on('data', (chunk) => {
        faults += chunk;
      });
      child.once('exit', () => reject(new Error(faults || 'the engine ended')));
    });
    return new EngineProcess(dir, uri, child, exited);
  }

  /** A connected driver; it is closed with the engine. */
  async client(options: MongoClientOptions = {}): Promise<MongoClient> {
    const client = await new MongoClient(this.uri, options).connect();
    this.clients.push(client);
    return client;
  }

  /** Ends it in order, and answers its exit code. */
  async stop(): Promise<number | null> {
    await Promise.all(this.clients.map((client) => client.close()));
    this.child.kill('SIGTERM');
    return this.ended;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

const folders: string[] = [];

export function tempDir(): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'kelas-engine-'));
  folders.push(dir);
  return dir;
}

/** Removes every folder that `tempDir` made; for `afterAll`. */
export function removeTempDirs(): void {
  for (const dir of folders.splice(0)) {
    chmodSync(dir, 0o755);
    rmSync(dir, { recursive: true, force: true });
  }
}

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
