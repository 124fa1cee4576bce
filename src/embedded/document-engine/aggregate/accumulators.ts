import { type Doc, setOwn } from '../bson/codec';
import { compare, hashKey } from '../bson/compare';
import * as D from '../bson/decimal';
import {
  arith,
  decimal,
  double,
  fitsLong,
  int,
  long,
  toBig,
  toDec,
  toDouble,
  wholeBig,
} from '../bson/number';
import { isNullish, isNumber, isObject, T, typeOf } from '../bson/types';
import { location } from '../errors';

/** Gathers values into one. */
export interface Accumulator {
  add(v: unknown): void;
  value(): unknown;
}

/** A sum that keeps the type MongoDB gives it; doubles are added with their rounding error kept. */
class Sum implements Accumulator {
  private whole = 0n;
  private safe = 0;
  private high = 0;
  private low = 0;
  private dec: D.Dec | undefined;
  private type: number = T.int;
  count = 0;

  add(v: unknown): void {
    const t = typeOf(v);
    if (t === T.int) {
      this.safe += toDouble(v);
      if (!Number.isSafeInteger(this.safe)) this.settle(v);
    } else if (t === T.long) {
      this.whole += toBig(v);
      if (this.type === T.int) this.type = T.long;
    } else if (t === T.double) {
      this.addDouble(toDouble(v));
      if (this.type !== T.decimal) this.type = T.double;
    } else if (t === T.decimal) {
      this.dec = this.dec ? D.add(this.dec, toDec(v)) : toDec(v);
      this.type = T.decimal;
    } else return;
    this.count += 1;
  }

  private settle(v: unknown): void {
    this.whole += BigInt(this.safe - toDouble(v)) + toBig(v);
    this.safe = 0;
  }

  private addDouble(n: number): void {
    const sum = this.high + n;
    if (Number.isFinite(sum)) {
      const part = sum - this.high;
      this.low += this.high - (sum - part) + (n - part);
    }
    this.high = sum;
  }

  /** The sum as a decimal, as a mean of decimals needs it. */
  private asDec(): D.Dec {
    let d = D.dec(this.whole + BigInt(this.safe));
    if (this.high !== 0 || this.low !== 0) d = D.add(d, D.fromDoubleExact(this.high + this.low));
    return this.dec ? D.add(this.dec, d) : d;
  }

  private asDouble(): number {
    if (!Number.isFinite(this.high)) return this.high;
    const whole = Number(this.whole + BigInt(this.safe));
    return this.high + (this.low + whole);
  }

  value(): unknown {
    if (this.type === T.decimal) return decimal(this.asDec());
    if (this.type === T.double) return double(this.asDouble());
    const total = this.whole + BigInt(this.safe);
    if (!fitsLong(total)) return double(Number(total));
    return this.type === T.int ? wholeBig(total) : long(total);
  }

  mean(): unknown {
    if (this.count === 0) return null;
    if (this.type === T.decimal) return decimal(D.div(this.asDec(), D.dec(BigInt(this.count))));
    return double(this.asDouble() / this.count);
  }
}

class Average extends Sum {
  override value(): unknown {
    return this.mean();
  }
}

/** The least or greatest value; null and missing values do not count. */
class Extreme implements Accumulator {
  private best: unknown;
  constructor(private readonly sign: 1 | -1) {}
  add(v: unknown): void {
    if (isNullish(v)) return;
    if (this.best === undefined || compare(v, this.best) * this.sign > 0) this.best = v;
  }
  value(): unknown {
    return this.best === undefined ? null : this.best;
  }
}

class First implements Accumulator {
  private seen = false;
  private v: unknown;
  add(v: unknown): void {
    if (!this.seen) this.v = v;
    this.seen = true;
  }
  value(): unknown {
    return this.v === undefined ? null : this.v;
  }
}

class Last implements Accumulator {
  private v: unknown;
  add(v: unknown): void {
    this.v = v;
  }
  value(): unknown {
    return this.v === undefined ? null : this.v;
  }
}

class Push implements Accumulator {
  private readonly items: unknown[] = [];
  add(v: unknown): void {
    if (v !== undefined) this.items.push(v);
  }
  value(): unknown {
    return this.items;
  }
}

class AddToSet implements Accumulator {
  private readonly items = new Map<string, unknown>();
  add(v: unknown): void {
    if (v === undefined) return;
    const key = hashKey(v);
    if (!this.items.has(key)) this.items.set(key, v);
  }
  value(): unknown {
    return [...this.items.values()];
  }
}

/** Welford's method: one pass, and no loss where the values are large and close together. */
class StdDev implements Accumulator {
  private n = 0;
  private mean = 0;
  private m2 = 0;
  constructor(private readonly sample: boolean) {}
  add(v: unknown): void {
    if (!isNumber(v)) return;
    const x = toDouble(v);
    this.n += 1;
    const d = x - this.mean;
    this.mean += d / this.n;
    this.m2 += d * (x - this.mean);
  }
  value(): unknown {
    const n = this.sample ? this.n - 1 : this.n;
    return n <= 0 ? null : double(Math.sqrt(this.m2 / n));
  }
}

class MergeObjects implements Accumulator {
  private readonly out: Doc = {};
  add(v: unknown): void {
    if (isNullish(v)) return;
    if (!isObject(v)) throw location(40400, '$mergeObjects requires object inputs');
    for (const k of Object.keys(v)) setOwn(this.out, k, v[k]);
  }
  value(): unknown {
    return this.out;
  }
}

class Count implements Accumulator {
  private n: unknown = int(0);
  add(): void {
    this.n = arith('add', this.n, int(1));
  }
  value(): unknown {
    return this.n;
  }
}

/** Joins arrays (`$concatArrays`), or their values without repeats (`$setUnion`). */
class Join implements Accumulator {
  private readonly inner: Accumulator;
  constructor(
    private readonly op: string,
    set: boolean,
  ) {
    this.inner = set ? new AddToSet() : new Push();
  }
  add(v: unknown): void {
    if (v === undefined) return;
    if (!Array.isArray(v)) throw location(8423500, `${this.op} requires array inputs`);
    for (const item of v) this.inner.add(item);
  }
  value(): unknown {
    return this.inner.value();
  }
}

/** The first, last, least or greatest n values. */
export class Several implements Accumulator {
  private items: unknown[] = [];
  constructor(
    private readonly op: string,
    private readonly n: number,
  ) {}
  add(v: unknown): void {
    const { items, n } = this;
    if (this.op === '$firstN') {
      if (items.length < n) items.push(v === undefined ? null : v);
    } else if (this.op === '$lastN') {
      items.push(v === undefined ? null : v);
      if (items.length > n) items.shift();
    } else if (!isNullish(v)) {
      insertSorted(items, v, this.op === '$minN' ? compare : (a, b) => compare(b, a), n);
    }
  }
  value(): unknown {
    return this.items;
  }
}

/** Keeps the first n of an order; equal values stay in the order in which they came. */
export function insertSorted<V>(items: V[], v: V, order: (a: V, b: V) => number, n: number): void {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (order(v, items[mid] as V) < 0) high = mid;
    else low = mid + 1;
  }
  if (low >= n) return;
  items.splice(low, 0, v);
  if (items.length > n) items.pop();
}

export const PERCENTILE_METHODS = ['approximate', 'discrete', 'continuous'];

/** Percentiles: a value that is there, or with the method `continuous` one between two of them. */
export class Percentiles implements Accumulator {
  private readonly values: number[] = [];
  constructor(
    private readonly p: number[],
    private readonly single: boolean,
    private readonly method: unknown,
  ) {}
  add(v: unknown): void {
    if (isNumber(v)) this.values.push(toDouble(v));
  }
  value(): unknown {
    const sorted = Float64Array.from(this.values).sort();
    const pick = (p: number) => {
      if (sorted.length === 0) return null;
      if (this.method === 'continuous') {
        const rank = p * (sorted.length - 1);
        const low = sorted[Math.floor(rank)] as number;
        const high = sorted[Math.ceil(rank)] as number;
        return double(low === high ? low : low + (rank % 1) * (high - low));
      }
      return double(sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] as number);
    };
    return this.single ? pick(this.p[0] as number) : this.p.map(pick);
  }
}

/** The accumulators that take one expression. */
export const SIMPLE: Readonly<Record<string, () => Accumulator>> = {
  $sum: () => new Sum(),
  $avg: () => new Average(),
  $min: () => new Extreme(-1),
  $max: () => new Extreme(1),
  $first: () => new First(),
  $last: () => new Last(),
  $push: () => new Push(),
  $addToSet: () => new AddToSet(),
  $stdDevPop: () => new StdDev(false),
  $stdDevSamp: () => new StdDev(true),
  $mergeObjects: () => new MergeObjects(),
  $count: () => new Count(),
  $concatArrays: () => new Join('$concatArrays', false),
  $setUnion: () => new Join('$setUnion', true),
};
