import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Document, Long, UUID } from 'mongodb';
import { EngineProcess, removeTempDirs } from './engine';
import { RawClient } from './raw-client';

let engine: EngineProcess;
/** A driver would not send what is refused here. */
let raw: RawClient;

beforeAll(async () => {
  engine = await EngineProcess.start();
  raw = await RawClient.connect(engine.uri);
  await raw.command('bank', { insert: 'accounts', documents: [{ _id: 1 }] });
}, 30_000);

afterAll(async () => {
  raw.end();
  await engine.stop();
  removeTempDirs();
});

const one = Long.fromNumber(1);
const numbered = { lsid: { id: new UUID() }, txnNumber: one };
const find = { find: 'accounts' };

/** A command that begins a transaction of a session of its own. */
const begin = (command: Document): Document => ({
  ...command,
  lsid: { id: new UUID() },
  txnNumber: one,
  autocommit: false,
  startTransaction: true,
});

const codeOf = async (command: Document, db = 'bank') => (await raw.command(db, command))?.['code'];

describe('the fields of a session', () => {
  it.each<[string, Document, number]>([
    ['autocommit: true', { ...begin(find), autocommit: true }, 72],
    ['startTransaction: false', { ...begin(find), startTransaction: false }, 72],
    ['startTransaction without autocommit', { ...find, ...numbered, startTransaction: true }, 72],
    ['autocommit without a number', { ...find, lsid: numbered.lsid, autocommit: false }, 72],
    ['a number without a session', { ...find, txnNumber: one }, 72],
    ['a number on a read', { ...find, ...numbered }, 50768],
  ])('%s is refused', async (_, command, code) => {
    expect(await codeOf(command)).toBe(code);
  });
});

// jstests/core/txns/commands_not_allowed_in_txn.js and its neighbours
describe('inside a transaction', () => {
  const index = { createIndexes: 'accounts', indexes: [{ key: { a: 1 }, name: 'a_1' }] };
  const write = (stage: Document) => ({ aggregate: 'accounts', pipeline: [stage], cursor: {} });

  it.each<[string, Document, number]>([
    ['count', { count: 'accounts' }, 263],
    ['ping', { ping: 1 }, 263],
    ['isMaster', { isMaster: 1 }, 263],
    ['drop, whatever its write concern', { drop: 'accounts', writeConcern: { w: 1 } }, 263],
    ['an index on a collection that is there', index, 263],
    ['$out', write({ $out: 'other' }), 263],
    ['$merge', write({ $merge: 'other' }), 263],
    [
      'a write concern',
      { insert: 'accounts', documents: [{ _id: 2 }], writeConcern: { w: 1 } },
      72,
    ],
  ])('%s is refused', async (_, command, code) => {
    expect(await codeOf(begin(command))).toBe(code);
  });

  it('an operation of bulkWrite that fails ends it', async () => {
    const ops = [
      { insert: 0, document: { _id: 'b' } },
      { insert: 0, document: { _id: 1 } },
    ];
    const command = begin({ bulkWrite: 1, ops, nsInfo: [{ ns: 'bank.accounts' }] });
    expect(await raw.command('admin', command)).toMatchObject({ ok: 1, nErrors: 1, nInserted: 1 });
    const { lsid, txnNumber } = command;
    const commit = { commitTransaction: 1, lsid, txnNumber, autocommit: false };
    expect(await codeOf(commit, 'admin')).toBe(251);
  });

  it.each(['local', 'config'])('the database %s is out of reach', async (name) => {
    expect(await codeOf(begin(find), name)).toBe(263);
  });

  it('only the first command has a read concern, and what is refused does not end it', async () => {
    const first = begin({ ...find, readConcern: { level: 'snapshot' } });
    const { lsid, txnNumber, autocommit } = first;
    const later = { lsid, txnNumber, autocommit };
    expect(await codeOf(first)).toBeUndefined();
    expect(await codeOf({ ...find, ...later, readConcern: { level: 'snapshot' } })).toBe(72);
    expect(await codeOf({ count: 'accounts', ...later })).toBe(263);
    expect(await codeOf({ ...find, ...later })).toBeUndefined();
    expect(await codeOf({ commitTransaction: 1, ...later }, 'admin')).toBeUndefined();
  });
});
