import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Double, Int32, Long, UUID } from 'bson';
import { compilePipeline, type Source } from '../../src/embedded/document-engine/aggregate';
import { type Doc, decode, encode } from '../../src/embedded/document-engine/bson/codec';
import { dispatch } from '../../src/embedded/document-engine/commands/dispatch';
import { pause, SLICE_MS } from '../../src/embedded/document-engine/cooperate';
import { Engine } from '../../src/embedded/document-engine/engine';

const DOCS = 100_000;
/** What one turn of the event loop may cost, in milliseconds of CPU: other clients wait for it. */
const TURN_MS = 50;

const env = { now: new Date(0), maxRegexMs: 50 };
let docs: Doc[];

beforeAll(() => {
  docs = Array.from({ length: DOCS }, (_, i) => ({
    _id: new Int32(i),
    course: `course-${i % 50}`,
    score: new Double((i * 7919) % 1000),
    tags: ['a', 'b', String(i % 7)],
    at: new Date(1.7e12 + i * 1000),
  }));
});

/** Hands the documents out as a scan does: in batches, with pauses. */
async function* scan() {
  let until = performance.now() + SLICE_MS;
  for (let i = 0; i < DOCS; i += 500) {
    yield docs.slice(i, i + 500);
    if (performance.now() < until) continue;
    await pause();
    until = performance.now() + SLICE_MS;
  }
}

/** Runs a pipeline, and answers the CPU time of every turn while it ran. */
async function turnsOf(stages: Doc[]): Promise<number[]> {
  const typed = decode(encode({ stages }))['stages'] as Doc[];
  // Nothing is left to a planner: all the work is done by the stages.
  const all = [{ $_internalInhibitOptimization: {} }, ...typed];
  const pipeline = compilePipeline(all, env, {} as Source);
  const turns: number[] = [];
  let running = true;
  const work = (async () => {
    let n = 0;
    for await (const batch of pipeline.run(scan())) n += batch.length;
    running = false;
    return n;
  })();
  let last = process.cpuUsage();
  while (running) {
    await pause();
    const now = process.cpuUsage();
    turns.push((now.user + now.system - last.user - last.system) / 1000);
    last = now;
  }
  expect(await work).toBeGreaterThan(0);
  return turns.sort((a, b) => a - b);
}

describe(`a pipeline over ${DOCS} documents lets other clients in`, () => {
  const CASES: [label: string, stages: Doc[]][] = [
    ['few groups', [{ $group: { _id: '$course', n: { $sum: 1 }, mean: { $avg: '$score' } } }]],
    ['as many groups as documents', [{ $group: { _id: '$_id', n: { $sum: 1 } } }]],
    ['a sort', [{ $sort: { score: -1 } }]],
    ['the first of a sort', [{ $sort: { score: -1 } }, { $limit: 10 }]],
    [
      'a window over one partition',
      [
        {
          $setWindowFields: {
            sortBy: { at: 1 },
            output: { sum: { $sum: '$score', window: { documents: ['unbounded', 'current'] } } },
          },
        },
      ],
    ],
    ['buckets', [{ $bucketAuto: { groupBy: '$score', buckets: 5 } }]],
    ['facets', [{ $facet: { a: [{ $sort: { score: 1 } }, { $limit: 5 }], b: [{ $count: 'n' }] } }]],
    ['unwinding', [{ $unwind: '$tags' }, { $sortByCount: '$tags' }]],
    [
      'expressions',
      [{ $project: { day: { $dateToString: { date: '$at', timezone: 'Asia/Singapore' } } } }],
    ],
  ];

  it.each(CASES)('%s', async (_label, stages) => {
    let longest = Number.POSITIVE_INFINITY;
    // Collecting garbage and a busy machine only ever add: the best of three runs is the pipeline.
    for (let run = 0; run < 3 && longest >= TURN_MS; run += 1) {
      const turns = await turnsOf(stages);
      expect(turns.length).toBeGreaterThan(5);
      longest = Math.min(longest, turns[Math.floor(turns.length * 0.99)] ?? 0);
    }
    expect(longest).toBeLessThan(TURN_MS);
  });
});

describe('a command of many writes in a transaction', () => {
  const MANY = 3_000;
  const dir = mkdtempSync(path.join(os.tmpdir(), 'kelas-turns-'));
  const connection = {};
  let engine: Engine;

  beforeAll(async () => {
    engine = Engine.open({ dir });
    await run({ insert: 'rows', documents: rows(0) });
  });

  afterAll(async () => {
    await engine.close();
    rmSync(dir, { recursive: true });
  });

  const rows = (first: number) =>
    Array.from({ length: MANY }, (_, i) => ({ _id: first + i, n: 0 }));

  const run = async (command: Doc): Promise<Doc> => {
    const body = decode(encode({ ...command, $db: command['$db'] ?? 'turns' }));
    const message = { requestId: 1, body, sequences: new Map(), silent: false, legacy: false };
    return (await dispatch(engine, message, connection)).fields;
  };

  const numbers = () => ({
    lsid: { id: new UUID() },
    txnNumber: Long.ONE,
    autocommit: false,
    startTransaction: true,
  });

  const updates = () => rows(0).map(({ _id }) => ({ q: { _id }, u: { $inc: { n: 1 } } }));
  const deletes = () => rows(0).map(({ _id }) => ({ q: { _id }, limit: 1 }));
  const ops = () =>
    rows(0).map(({ _id }) => ({ update: 0, filter: { _id }, updateMods: { $inc: { n: 1 } } }));
  const COMMANDS: [name: string, command: () => Doc][] = [
    ['insert', () => ({ insert: 'rows', documents: rows(MANY) })],
    ['update', () => ({ update: 'rows', updates: updates() })],
    ['delete', () => ({ delete: 'rows', deletes: deletes() })],
    ['bulkWrite', () => ({ bulkWrite: 1, ops: ops(), nsInfo: [{ ns: 'turns.rows' }] })],
  ];

  it.each(COMMANDS)(
    '%s lets other clients in, and goes no further when it is ended',
    async (name, command) => {
      let reply: Doc | null = null;
      const body = { ...command(), ...numbers(), ...(name === 'bulkWrite' && { $db: 'admin' }) };
      const work = run(body).then((fields) => {
        reply = fields;
      });
      // It needs many times this, however fast the machine.
      for (let turn = 0; turn < 3; turn += 1) await pause();
      expect(reply).toBeNull();
      expect(engine.sessions.openTransactions()).toBe(1);
      engine.sessions.abortAll();
      await work;
      expect(reply).toMatchObject({ ok: 0, code: 251, errorLabels: ['TransientTransactionError'] });
      // Nothing of it is left, and it holds nothing back.
      expect(await run({ insert: 'rows', documents: rows(MANY) })).toMatchObject({ n: MANY });
      const others = { q: { _id: { $gte: MANY } }, limit: 0 };
      expect(await run({ delete: 'rows', deletes: [others] })).toMatchObject({ n: MANY });
      const all = { q: {}, u: { $inc: { n: 1 } }, multi: true };
      expect(await run({ update: 'rows', updates: [all] })).toMatchObject({
        ok: 1,
        nModified: MANY,
      });
    },
  );

  it('is no worse than a find that cuts a field out of many large documents', async () => {
    const detail = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`field${i}`, i]));
    const documents = Array.from({ length: 1_000 }, (_, _id) => ({ _id, detail }));
    await run({ insert: 'large', documents });
    let isOver = false;
    const work = run({
      find: 'large',
      projection: { 'detail.field1': 0 },
      batchSize: 1_000,
      singleBatch: true,
    }).then((fields) => {
      isOver = true;
      return fields;
    });
    let turns = 0;
    for (; !isOver; turns += 1) await pause();
    expect(await work).toMatchObject({ ok: 1 });
    // They are found in two or three turns, and cut in a hundred.
    expect(turns).toBeGreaterThan(10);
  });
});
