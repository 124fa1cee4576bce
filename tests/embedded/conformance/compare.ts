import { isJson, type Json } from './values';

/** What a step of a case expects, or what the engine answered. */
export interface Outcome {
  documents?: unknown[];
  ordered?: boolean;
  cursor?: 'zero' | 'nonzero';
  reply?: Json;
  error?: Json;
  message?: string;
}

const ANY: Record<string, string> = {
  objectId: '$oid',
  date: '$date',
  timestamp: '$timestamp',
  double: '$numberDouble',
  uuid: '$binary',
};

const short = (v: unknown): string => {
  const s = JSON.stringify(v) ?? 'nothing';
  return s.length > 300 ? `${s.slice(0, 300)}…` : s;
};

const differs = (at: string, e: unknown, a: unknown): string =>
  `${at}: expected ${short(e)} got ${short(a)}`;

/** The place of the first difference, or null. Fields must stand in the same order. */
export function difference(e: unknown, a: unknown, at: string, anyOrder: boolean): string | null {
  if (isJson(e) && typeof e['$any'] === 'string' && Object.keys(e).length === 1) {
    return isJson(a) && Object.hasOwn(a, ANY[e['$any']] ?? '') ? null : differs(at, e, a);
  }
  if (Array.isArray(e) && Array.isArray(a)) {
    for (let i = 0; i < Math.min(e.length, a.length); i++) {
      const d = difference(e[i], a[i], `${at}[${i}]`, anyOrder);
      if (d) return d;
    }
    return e.length === a.length ? null : differs(at, e, a);
  }
  if (!isJson(e) || !isJson(a)) return e === a ? null : differs(at, e, a);
  if (sameDouble(e, a)) return null;
  const [ke, ka] = [Object.keys(e), Object.keys(a)];
  if (anyOrder) for (const keys of [ke, ka]) keys.sort();
  if (ke.join('\0') !== ka.join('\0')) return differs(at, e, a);
  for (const k of ke) {
    const d = difference(e[k], a[k], `${at}.${k}`, anyOrder);
    if (d) return d;
  }
  return null;
}

/** The last digits of a double may depend on the order of the operations. */
function sameDouble(e: Json, a: Json): boolean {
  const [x, y] = [e['$numberDouble'], a['$numberDouble']].map(Number) as [number, number];
  if (!Number.isFinite(x) || !Number.isFinite(y) || x === 0) return false;
  return Math.abs(x - y) <= 1e-13 * Math.abs(x);
}

/** The same documents in any order. */
function multiset(e: unknown[], a: unknown, at: string, anyOrder: boolean): string | null {
  if (!Array.isArray(a) || e.length !== a.length) return differs(at, e, a);
  const rest = [...a];
  for (const x of e) {
    const i = rest.findIndex((y) => !difference(x, y, '', anyOrder));
    if (i < 0) return `${at}: ${short(x)} is not in ${short(a)}`;
    rest.splice(i, 1);
  }
  return null;
}

/**
 * Compares a step with its expectation. An error with a location code (10000 or more, except 11000)
 * is met by any error: those codes differ between releases of MongoDB.
 */
export function check(
  expected: Outcome,
  got: Outcome,
  at: string,
  anyOrder: boolean,
): string | null {
  if (expected.error) {
    if (!got.error) return differs(at, expected.error, got);
    const code = Number(expected.error['code']);
    if (code >= 10_000 && code !== 11_000) return null;
    return difference(expected.error, got.error, `${at}.error`, anyOrder);
  }
  if (got.error) return `${at}: unexpected error ${short(got.error)} ${got.message ?? ''}`;
  if (expected.documents) {
    if (expected.cursor && expected.cursor !== got.cursor) {
      return differs(`${at}.cursor`, expected.cursor, got.cursor);
    }
    const way = expected.ordered ? difference : multiset;
    return way(expected.documents, got.documents as unknown[], `${at}.documents`, anyOrder);
  }
  if (!expected.reply) return null;
  const { values: ev, ...e } = expected.reply;
  const { values: av, ...a } = got.reply ?? {};
  const d = difference(e, a, `${at}.reply`, anyOrder);
  return d ?? (ev ? multiset(ev as unknown[], av, `${at}.values`, anyOrder) : null);
}
