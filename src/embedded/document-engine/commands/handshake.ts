import os from 'node:os';
import { Long, ObjectId } from 'bson';
import { MAX_DOCUMENT } from '../documents';
import { badValue, EngineError } from '../errors';
import { MAX_MESSAGE } from '../wire';
import { isNumber } from './arguments';
import { type Command, type Context, reply } from './context';

/** The release whose behaviour is kept to; drivers read features from the wire version. */
export const VERSION = '7.0.0';
const WIRE_VERSION = 21;
const SET_NAME = 'embedded';

let connectionIds = 0;
const ids = new WeakMap<object, number>();

function connectionId(connection: object): number {
  let id = ids.get(connection);
  if (id === undefined) {
    id = ++connectionIds;
    ids.set(connection, id);
  }
  return id;
}

function hello({ engine, connection, name }: Context) {
  const primary = name === 'hello' ? 'isWritablePrimary' : 'ismaster';
  return reply({
    helloOk: true,
    [primary]: true,
    secondary: false,
    setName: SET_NAME,
    setVersion: 1,
    hosts: [engine.address],
    primary: engine.address,
    me: engine.address,
    electionId: new ObjectId('7fffffff0000000000000001'),
    maxBsonObjectSize: MAX_DOCUMENT,
    maxMessageSizeBytes: MAX_MESSAGE,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: connectionId(connection),
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
  });
}

const buildInfo = () =>
  reply({
    version: VERSION,
    versionArray: [7, 0, 0, 0],
    gitVersion: 'embedded',
    modules: [],
    allocator: 'system',
    javascriptEngine: 'none',
    sysInfo: 'deprecated',
    storageEngines: ['lmdb'],
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT,
  });

function serverStatus({ engine }: Context) {
  const memory = process.memoryUsage();
  const megabytes = (n: number) => Math.round(n / 1024 / 1024);
  return reply({
    host: engine.address,
    version: VERSION,
    process: 'document-engine',
    pid: Long.fromNumber(process.pid),
    uptime: (Date.now() - engine.started) / 1000,
    uptimeMillis: Long.fromNumber(Date.now() - engine.started),
    localTime: new Date(),
    connections: { current: engine.connections },
    mem: { bits: 64, resident: megabytes(memory.rss), heapUsed: megabytes(memory.heapUsed) },
    cpu: process.cpuUsage(),
    opcounters: Object.fromEntries(engine.counters),
    metrics: { cursor: { open: { total: engine.cursors.size } } },
    transactions: { currentActive: engine.sessions.openTransactions() },
    storageEngine: { name: 'lmdb', persistent: true },
    ok: 1,
  });
}

const hostInfo = () =>
  reply({
    system: {
      currentTime: new Date(),
      hostname: os.hostname(),
      cpuAddrSize: 64,
      memSizeMB: Math.round(os.totalmem() / 1024 / 1024),
      numCores: os.cpus().length,
    },
    os: { type: os.type(), name: os.platform(), version: os.release() },
    extra: {},
  });

function getParameter({ body, engine }: Context) {
  const known: Record<string, unknown> = {
    featureCompatibilityVersion: { version: '7.0' },
    ttlMonitorSleepSecs: engine.ttlIntervalMs / 1000,
    authenticationMechanisms: [],
  };
  const all = body['getParameter'] === '*';
  const wanted = Object.entries(known).filter(([key]) => all || body[key] !== undefined);
  return reply(Object.fromEntries(wanted));
}

/** `scans`: the queries that no index served. */
function getLog({ body, engine }: Context) {
  const log = body['getLog'] === 'scans' ? engine.scans.lines() : [];
  if (body['clear'] === true) engine.scans.clear();
  return reply({ totalLinesWritten: log.length, log });
}

function setParameter({ body, engine }: Context) {
  const seconds = body['ttlMonitorSleepSecs'];
  if (seconds === undefined)
    throw new EngineError(72, 'InvalidOptions', 'only ttlMonitorSleepSecs can be set');
  if (!isNumber(seconds) || !(Number(seconds) > 0))
    throw badValue('ttlMonitorSleepSecs must be a number above 0');
  const was = engine.ttlIntervalMs / 1000;
  engine.ttlIntervalMs = Number(seconds) * 1000;
  return reply({ was });
}

export const HANDSHAKE_COMMANDS: Record<string, Command> = {
  hello: { run: hello },
  isMaster: { run: hello },
  ismaster: { run: hello },
  ping: { run: () => reply() },
  buildInfo: { run: buildInfo },
  buildinfo: { run: buildInfo },
  serverStatus: { run: serverStatus },
  hostInfo: { run: hostInfo, admin: true },
  getParameter: { run: getParameter, admin: true },
  setParameter: { run: setParameter, admin: true },
  whatsmyuri: { run: () => reply({ you: '127.0.0.1:0' }) },
  connectionStatus: {
    run: () => reply({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
  },
  getCmdLineOpts: { run: () => reply({ argv: ['document-engine'], parsed: {} }), admin: true },
  getLog: { run: getLog, admin: true },
  replSetGetStatus: {
    run: ({ engine }) =>
      reply({
        set: SET_NAME,
        myState: 1,
        members: [{ _id: 0, name: engine.address, health: 1, state: 1, stateStr: 'PRIMARY' }],
      }),
    admin: true,
  },
};
