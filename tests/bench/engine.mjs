// What the document engine costs, beside controls of the same run: a raw read of the store in this
// process, and the driver's own ping. `node tests/bench/engine.mjs [--small]`
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { open } from 'lmdb';
import { MongoClient } from 'mongodb';

const root = path.resolve(import.meta.dirname, '../..');
const program = path.join(root, 'dist/engine.js');

/** Starts an engine and answers it with the time until its first reply. */
async function start(dir) {
  const began = performance.now();
  const args = [program, '--dir', dir, '--socket', path.join(dir, 'engine.sock')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const uri = await new Promise((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim().split(' ')[1]));
    child.once('exit', () => reject(new Error('the engine ended')));
  });
  const client = await new MongoClient(uri, { maxPoolSize: 64 }).connect();
  await client.db('admin').command({ ping: 1 });
  const startMs = performance.now() - began;
  const status = () => client.db('admin').command({ serverStatus: 1 });
  const stop = async () => {
    await client.close();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  };
  return { client, status, stop, startMs };
}

/** Time here and CPU there of one call, in microseconds. */
async function measure(engine, times, call) {
  for (let i = 0; i < Math.min(times, 2000); i++) await call(i);
  const before = (await engine.status()).cpu;
  const began = performance.now();
  for (let i = 0; i < times; i++) await call(i);
  const elapsed = performance.now() - began;
  const { user, system } = (await engine.status()).cpu;
  return {
    wall: (elapsed / times) * 1000,
    cpu: (user + system - before.user - before.system) / times,
  };
}

const person = (i) => ({
  _id: i,
  email: `person${i}@example.org`,
  org: i % 50,
  name: `Person ${i}`,
  roles: ['worker', i % 9 === 0 ? 'trainer' : 'member'],
  joined: new Date(1.7e12 + i * 1000),
  address: { street: `${i % 200} Market Street`, postcode: String(100000 + (i % 800000)) },
});

async function load(people, from, to) {
  for (let i = from; i < to; i += 5000) {
    const size = Math.min(5000, to - i);
    await people.insertMany(Array.from({ length: size }, (_, j) => person(i + j)));
  }
}

/** The control of all reads: one key from the store, in this process. */
async function rawRead(dir) {
  const db = open({ path: path.join(dir, 'control'), encoding: 'binary' });
  const value = Buffer.alloc(250, 'x');
  await db.transaction(() => {
    for (let i = 0; i < 100_000; i++) db.putSync(i, value);
  });
  const times = 200_000;
  const began = performance.now();
  for (let i = 0; i < times; i++) db.get((i * 7919) % 100_000);
  const each = ((performance.now() - began) / times) * 1000;
  await db.close();
  return each;
}

async function inserts(engine, seconds) {
  const items = engine.client.db('bench').collection('inserts');
  let n = 0;
  const began = performance.now();
  const writer = async () => {
    while (performance.now() - began < seconds * 1000) {
      await items.insertOne({ n, text: 'a durable document' });
      n++;
    }
  };
  await Promise.all(Array.from({ length: 32 }, writer));
  return (n / (performance.now() - began)) * 1000;
}

const p99 = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)];

/** Milliseconds of point reads by three clients until `ended` says so: the slowest of a hundred. */
async function readsUntil(people, size, ended) {
  const times = [];
  const reader = async () => {
    for (let i = 0; !ended(); i++) {
      const began = performance.now();
      await people.findOne({ email: `person${(i * 7919) % size}@example.org` });
      times.push(performance.now() - began);
    }
  };
  await Promise.all([reader(), reader(), reader()]);
  return p99(times);
}

const SLOW = [
  { $unwind: '$roles' },
  { $group: { _id: { role: '$roles', tens: { $mod: ['$org', 10] } }, n: { $sum: 1 } } },
  { $sort: { n: -1 } },
];

/** Point reads alone, and while an aggregation goes over everything. */
async function besideSlowQuery(people, size) {
  const until = performance.now() + 1500;
  const alone = await readsUntil(people, size, () => performance.now() > until);
  let ended = false;
  const slow = people
    .aggregate(SLOW)
    .toArray()
    .finally(() => {
      ended = true;
    });
  const [beside] = await Promise.all([readsUntil(people, size, () => ended), slow]);
  return { alone, beside };
}

/**
 * Runs everything; answers rows of { what, value, unit, limit, ok }. `small` leaves out the
 * million documents.
 */
export async function run({ small = process.argv.includes('--small'), print = console.log } = {}) {
  if (!existsSync(program)) throw new Error('dist/engine.js is missing: build first');
  const dir = mkdtempSync(path.join(os.tmpdir(), 'kelas-bench-'));
  const rows = [];
  const row = (what, value, unit, limit, atLeast = false) => {
    const ok = limit === undefined ? undefined : atLeast ? value >= limit : value <= limit;
    rows.push({ what, value, unit, limit, ok });
    const bound = limit === undefined ? 'control' : `${atLeast ? '>=' : '<='} ${limit}`;
    const shown = value >= 100 ? value.toFixed(0) : value.toFixed(2);
    const verdict = ok === undefined ? '' : ok ? 'ok' : 'MISSED';
    print(
      `${what.padEnd(52)} ${shown.padStart(9)} ${unit.padEnd(5)} ${bound.padEnd(10)} ${verdict}`,
    );
  };
  let engine;
  try {
    row('control: raw read of the store in this process', await rawRead(dir), 'µs');
    engine = await start(path.join(dir, 'db'));
    row('start to first answer', engine.startMs / 1000, 's', 0.5);
    row('resident after start', (await engine.status()).mem.resident, 'MB', 100);
    const admin = engine.client.db('admin');
    const ping = await measure(engine, 3000, () => admin.command({ ping: 1 }));
    row('control: ping, time here', ping.wall, 'µs');
    row('control: ping, engine CPU', ping.cpu, 'µs');

    const people = engine.client.db('bench').collection('people');
    await people.createIndexes([
      { key: { email: 1 }, name: 'email', unique: true },
      { key: { org: 1, joined: -1 }, name: 'org' },
    ]);
    await load(people, 0, 1000);
    const find = (size) => (i) =>
      people.findOne({ email: `person${(i * 7919) % size}@example.org` });
    const atThousand = await measure(engine, 3000, find(1000));
    row('findOne by an indexed field, engine CPU', atThousand.cpu, 'µs', 150);
    row('durable inserts at concurrency 32', await inserts(engine, 3), '/s', 1000, true);

    await load(people, 1000, 200_000);
    const page = (i) =>
      people
        .find({ org: i % 50 })
        .sort({ joined: -1 })
        .limit(20)
        .toArray();
    const twenty = await measure(engine, 2000, page);
    row('20 rows in the order of an index, engine CPU', twenty.cpu, 'µs', 450);
    let read = 0;
    for await (const doc of people.find()) read += doc._id >= 0 ? 1 : 0;
    row(`resident after ${read} written and read`, (await engine.status()).mem.resident, 'MB', 600);

    const reads = await besideSlowQuery(people, 200_000);
    row('control: point read alone, p99', reads.alone, 'ms');
    row('point read while 200000 are aggregated, p99', reads.beside, 'ms', 50);

    const most = small ? 200_000 : 1_000_000;
    await load(people, 200_000, most);
    // Beside the small collection in the same moment: the machine may have changed meanwhile.
    const few = engine.client.db('bench').collection('few');
    await few.createIndex({ email: 1 }, { unique: true });
    await load(few, 0, 1000);
    const small1 = await measure(engine, 4000, (i) =>
      few.findOne({ email: `person${(i * 7919) % 1000}@example.org` }),
    );
    const large = await measure(engine, 4000, find(most));
    row(`findOne among ${most}, engine CPU`, large.cpu, 'µs', 150);
    row(`findOne among ${most}, times that among 1000`, large.cpu / small1.cpu, 'x', 1.3);
  } finally {
    await engine?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await run();
  process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
}
