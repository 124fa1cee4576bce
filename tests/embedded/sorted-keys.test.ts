import { SortedKeys } from '../../src/embedded/document-engine/sorted-keys';

/** The same numbers at every run (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test.each([1, 2, 3])('holds keys in order, whatever order they come in (seed %i)', (seed) => {
  const next = chance(seed);
  const keys = new SortedKeys();
  const there = new Set<string>();
  expect(keys.isEmpty).toBe(true);
  expect([keys.from(''), keys.before('z')]).toEqual([undefined, undefined]);
  const asked = Array.from({ length: 5_000 }, () => Math.floor(next() * 40_000).toString(36));
  for (const key of asked) {
    if (there.has(key)) continue;
    there.add(key);
    keys.add(key);
  }
  const sorted = [...there].sort();
  const walked: string[] = [];
  for (let key = keys.from(''); key !== undefined; key = keys.from(`${key}\0`)) walked.push(key);
  expect(walked).toEqual(sorted);
  walked.length = 0;
  for (let key = keys.before('~'); key !== undefined; key = keys.before(key)) walked.push(key);
  expect(walked).toEqual(sorted.toReversed());
  for (let round = 0; round < 500; round += 1) {
    const key = Math.floor(next() * 40_000).toString(36);
    expect(keys.from(key)).toBe(sorted.find((each) => each >= key));
    expect(keys.before(key)).toBe(sorted.findLast((each) => each < key));
  }
});

test('keys that come in order are added fast, to the last', () => {
  const keys = new SortedKeys();
  const count = 300_000;
  const started = performance.now();
  // Each before the one before it: the place where moving everything costs most.
  for (let n = count; n > 0; n -= 1) keys.add(String(n).padStart(9, '0'));
  expect(keys.from('')).toBe('000000001');
  expect(keys.before('~')).toBe(String(count).padStart(9, '0'));
  expect(performance.now() - started).toBeLessThan(5_000);
});
