import { type Doc, has, nameOf, own, setOwn } from './bson/codec';
import { compoundKey, type Key, shorten } from './bson/keystring';
import { isObject } from './bson/types';
import { EngineError, location } from './errors';
import type { Matcher } from './match';
import { partsOf } from './paths';

/** An index specification as `listIndexes` shows it. */
export interface IndexSpec extends Doc {
  name: string;
  key: Doc;
}

export interface IndexField {
  path: string;
  parts: string[];
  descending: boolean;
}

/** One index of a collection: what its entries are, not where they are kept. */
export class Index {
  readonly prefix: Key;
  readonly fields: IndexField[];
  readonly descending: boolean[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly hidden: boolean;
  /** Wildcard and text-like indexes are listed but hold no entries. */
  readonly inert: boolean;
  /** Fields (by position) that hold an array in some document, as far as ever seen. */
  readonly multikey = new Set<number>();
  /** The group commit that completed it: an older view does not hold all of its entries. */
  since = 0;
  /** Some key was cut, so the index no longer gives a reliable order. */
  cut = false;

  constructor(
    readonly id: number,
    readonly spec: IndexSpec,
    readonly partial: Matcher | null,
  ) {
    this.prefix = `i${fourBytes(id)}`;
    this.fields = Object.keys(spec.key).map((key) => ({
      path: nameOf(key),
      parts: partsOf(key),
      descending: Number(spec.key[key]) < 0,
    }));
    this.descending = this.fields.map((f) => f.descending);
    this.unique = spec['unique'] === true || spec.name === '_id_';
    this.sparse = spec['sparse'] === true;
    this.hidden = spec['hidden'] === true;
    this.inert = this.fields.some((f) => f.parts.includes('$**'));
  }

  /** Where the entry of a key is kept: the record is its value where keys are unique. */
  entryKey(key: Key, record: Key): Key {
    return this.prefix + key + END + (this.unique ? '' : record);
  }

  /** The keys of a document without record id; `note` hears of arrays and of cut keys. */
  keysOf(doc: Doc, note: (index: Index, what: number | 'cut') => void): Map<Key, unknown[]> {
    const keys = new Map<Key, unknown[]>();
    if (this.inert || (this.partial !== null && !this.partial.test(doc))) return keys;
    const add = (values: unknown[]) => {
      const { key, cut } = shorten(compoundKey(values, this.descending));
      if (cut && !this.cut) note(this, 'cut');
      keys.set(key, values);
    };
    const expansion = new Expansion(this, add, (field) => {
      if (!this.multikey.has(field)) note(this, field);
    });
    expansion.run(
      doc,
      this.fields.map((f) => f.parts),
      [],
      0,
    );
    return keys;
  }

  /** 11000, as the server words it. */
  duplicate(namespace: string, values: unknown[], shown: string): EngineError {
    const keyValue: Doc = {};
    this.fields.forEach((field, i) => {
      setOwn(keyValue, field.path, values[i] ?? null);
    });
    return new EngineError(
      11000,
      'DuplicateKey',
      `E11000 duplicate key error collection: ${namespace} index: ${this.spec.name} dup key: ${shown}`,
      { keyPattern: this.spec.key, keyValue },
    );
  }
}

/**
 * Between the values of an entry and its record id. Above the escape of a zero byte in an inverted
 * string (0x00) and below that of an ascending one (0xff), so that it never disturbs the order.
 */
export const END = '\x04';

export const fourBytes = (n: number): Key =>
  String.fromCharCode((n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);

type Path = string[] | null;

/** Walks all fields of an index at once, because they must meet in at most one array. */
class Expansion {
  constructor(
    private readonly index: Index,
    private readonly add: (values: unknown[]) => void,
    private readonly sawArray: (field: number) => void,
  ) {}

  /** `paths[i]` is what is left of field i, null where `fixed[i]` already holds its value. */
  run(doc: unknown, paths: Path[], fixed: unknown[], found: number): void {
    const values = fixed.slice();
    let present = found;
    let array: unknown[] | null = null;
    const waiting: { field: number; rest: string[] }[] = [];
    for (let i = 0; i < paths.length; i++) {
      const path = paths[i];
      if (!path) continue;
      const step = walk(doc, path);
      if (Array.isArray(step.value)) {
        if (this.index.spec.key[this.index.fields[i]?.path ?? ''] === 'hashed')
          throw location(16766, 'hashed indexes do not currently support array values');
        if (array !== null && array !== step.value)
          throw new EngineError(171, 'CannotIndexParallelArrays', 'cannot index parallel arrays');
        array = step.value;
        waiting.push({ field: i, rest: step.rest });
        this.sawArray(i);
      } else {
        if (step.value !== undefined) present++;
        values[i] = step.value === undefined ? null : step.value;
      }
    }
    if (array === null) {
      if (!this.index.sparse || present > 0) this.add(values);
    } else if (array.length === 0) {
      this.ofEmpty(waiting, values, present);
    } else {
      for (const element of array) this.ofElement(element, waiting, paths, values, present);
    }
  }

  /** An empty array is indexed as undefined where the path ends at it, else as null. */
  private ofEmpty(waiting: { field: number; rest: string[] }[], values: unknown[], found: number) {
    let present = found;
    for (const { field, rest } of waiting) {
      values[field] = rest.length === 0 ? undefined : null;
      if (rest.length === 0) present++;
    }
    if (!this.index.sparse || present > 0) this.add(values);
  }

  private ofElement(
    element: unknown,
    waiting: { field: number; rest: string[] }[],
    paths: Path[],
    fixed: unknown[],
    found: number,
  ): void {
    const next: Path[] = paths.map(() => null);
    const values = fixed.slice();
    let present = found;
    let deeper = false;
    for (const { field, rest } of waiting) {
      if (rest.length === 0) {
        values[field] = element;
        present++;
      } else if (isObject(element)) {
        next[field] = rest;
        deeper = true;
      } else values[field] = null;
    }
    if (deeper) this.run(element, next, values, present);
    else if (!this.index.sparse || present > 0) this.add(values);
  }
}

const NUMERIC = /^(0|[1-9]\d*)$/;

/** Follows a path to its value, or to the first array on the way; `rest` is what is left of it. */
function walk(start: unknown, path: string[]): { value: unknown; rest: string[] } {
  let value: unknown = start;
  for (let i = 0; i < path.length; i++) {
    const part = path[i] ?? '';
    if (Array.isArray(value)) {
      const named = NUMERIC.test(part) && !value.some((e) => isObject(e) && has(e, part));
      if (!named) return { value, rest: path.slice(i) };
      value = value[Number(part)];
    } else if (isObject(value)) {
      value = own(value, part);
    } else return { value: undefined, rest: [] };
  }
  return { value, rest: [] };
}
