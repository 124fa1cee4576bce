import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MongoClient, MongoServerError } from 'mongodb';
import { KNOWN_DIFFERENCES } from './conformance/known-differences';
import { type Case, runCase } from './conformance/run';
import { EngineProcess, removeTempDirs } from './engine';

/** Recorded from a real server. */
const RECORDED = path.join(__dirname, 'cases');
/** Written after what MongoDB's own tests, sources and manual state; each case names where. */
const STATED = path.join(__dirname, 'stated');

const areasOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5));
const casesOf = (folder: string, area: string): Case[] =>
  JSON.parse(readFileSync(path.join(folder, `${area}.json`), 'utf8'));

const AT_ONCE = 8;

let engine: EngineProcess;
let client: MongoClient;

beforeAll(async () => {
  engine = await EngineProcess.start();
  client = await engine.client({ retryWrites: false, retryReads: false, maxPoolSize: AT_ONCE });
});

afterAll(async () => {
  await engine.stop();
  removeTempDirs();
});

async function differences(cases: Case[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const waiting = [...cases];
  const work = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      try {
        const d = await runCase(client, one);
        if (d !== null) found.set(one.name, d);
      } catch (error) {
        if (!(error instanceof MongoServerError)) throw error;
        found.set(one.name, `the case could not be set up: ${error.message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

describe('the replies of a real MongoDB server', () => {
  it.each(areasOf(RECORDED))('%s', async (area) => {
    const cases = casesOf(RECORDED, area);
    expect(cases.length).toBeGreaterThan(0);
    const found = await differences(cases);
    const known = KNOWN_DIFFERENCES[area] ?? {};
    const unexpected = [...found].filter(([name]) => !Object.hasOwn(known, name));
    expect(unexpected).toEqual([]);
    const noLongerNeeded = Object.keys(known).filter((name) => !found.has(name));
    expect(noLongerNeeded).toEqual([]);
  });
});

describe("what MongoDB's own tests state", () => {
  it.each(areasOf(STATED))('%s', async (area) => {
    const cases = casesOf(STATED, area);
    expect(cases.filter((one) => !one.source)).toEqual([]);
    expect([...(await differences(cases))]).toEqual([]);
  });
});

it('answers what it leaves out with 238 and its name', async () => {
  const db = client.db('left_out');
  const refused = (command: Record<string, unknown>) =>
    db.command(command).then(
      () => null,
      (error: MongoServerError) => [error.code, error.codeName, error.message],
    );
  const reply = (what: string) => [
    238,
    'NotImplemented',
    `${what} not supported by the embedded engine`,
  ];
  expect(await refused({ find: 'c', filter: { $text: { $search: 'a' } } })).toEqual(
    reply('$text is'),
  );
  expect(await refused({ find: 'c', filter: { $where: 'true' } })).toEqual(reply('$where is'));
  expect(await refused({ find: 'c', filter: { at: { $near: { $geometry: {} } } } })).toEqual(
    reply('$near is'),
  );
  expect(await refused({ aggregate: 'c', pipeline: [{ $geoNear: {} }], cursor: {} })).toEqual(
    reply('$geoNear is'),
  );
  expect(await refused({ find: 'c', filter: {}, collation: { locale: 'en' } })).toEqual(
    reply('collation is'),
  );
  expect(
    await refused({ createIndexes: 'c', indexes: [{ key: { a: 'text' }, name: 'a' }] }),
  ).toEqual(reply('text indexes are'));
  expect((await db.command({ find: 'c', filter: {}, collation: { locale: 'simple' } }))['ok']).toBe(
    1,
  );
});
