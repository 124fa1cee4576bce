import { type Doc, has, own, removeOwn, setOwn } from '../bson/codec';
import { isObject } from '../bson/types';
import { badValue, EngineError } from '../errors';
import type { Test } from '../match/walk';
import { copyDoc, isIndex } from '../paths';

/** What an operator answers where nothing is to be changed, or where the field is to go. */
export const KEEP = Symbol('keep');
export const REMOVE = Symbol('remove');

/** What an operator may know when it is applied. */
export interface Context {
  root: Doc;
  arrayIndex: number | null;
  isInsert: boolean;
}

/** An operator at the end of a path: takes the old value (undefined: none), answers the new one. */
export type Leaf = { kind: 'leaf'; apply(old: unknown, ctx: Context): unknown };
export interface Branch {
  kind: 'branch';
  children: Map<string, Node>;
}
export type Node = Leaf | Branch;

/** The tests of the `arrayFilters`, by their identifiers. */
export type Filters = Map<string, Test>;

const MAX_PADDING = 1_500_000;

const conflict = (path: string, at: string): EngineError =>
  new EngineError(
    40,
    'ConflictingUpdateOperators',
    `Updating the path '${path}' would create a conflict at '${at}'`,
  );

const notViable = (part: string, path: string): EngineError =>
  new EngineError(28, 'PathNotViable', `Cannot create field '${part}' in element at '${path}'`);

export const branch = (): Branch => ({ kind: 'branch', children: new Map() });

/** Puts an operator into the tree; two operators may not meet on one path. */
export function insert(root: Branch, parts: string[], leaf: Leaf): void {
  const path = parts.join('.');
  let here = root;
  for (let i = 0; i < parts.length - 1; i++) {
    const part = parts[i] as string;
    let next = here.children.get(part);
    if (next === undefined) {
      next = branch();
      here.children.set(part, next);
    } else if (next.kind === 'leaf') throw conflict(path, parts.slice(0, i + 1).join('.'));
    here = next;
  }
  const last = parts[parts.length - 1] as string;
  if (here.children.has(last)) throw conflict(path, path);
  here.children.set(last, leaf);
}

/** Fields are changed, and new ones added, in the order of their names; indexes by number. */
function inOrder(a: string, b: string): number {
  if (isIndex(a) && isIndex(b)) return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
}

const sortedOf = new WeakMap<Branch, [string, Node][]>();

function sorted(node: Branch): [string, Node][] {
  let list = sortedOf.get(node);
  if (!list) {
    list = [...node.children].sort(([a], [b]) => inOrder(a, b));
    sortedOf.set(node, list);
  }
  return list;
}

export class Applier {
  constructor(
    private readonly filters: Filters,
    private readonly ctx: Context,
  ) {}

  /** The changed document, or the same one where nothing changed. */
  document(doc: Doc, node: Branch): Doc {
    return this.object(doc, node, '') as Doc;
  }

  private resolve(name: string, path: string): string {
    if (name !== '$') return name;
    if (this.ctx.arrayIndex === null) {
      throw badValue(
        `The positional operator did not find the match needed from the query at '${path}'.`,
      );
    }
    return String(this.ctx.arrayIndex);
  }

  private value(old: unknown, node: Node, path: string): unknown {
    if (node.kind === 'leaf') return node.apply(old, this.ctx);
    if (Array.isArray(old)) return this.array(old, node, path);
    if (isObject(old)) {
      const changed = this.object(old, node, path);
      return changed === old ? KEEP : changed;
    }
    return this.missing(old, node, path);
  }

  private refuseArrayUpdate(name: string, old: unknown, path: string): void {
    if (!name.startsWith('$[')) return;
    throw badValue(
      old === undefined
        ? `The path '${path}' must exist in the document in order to apply array updates.`
        : `Cannot apply array updates to non-array element ${path}`,
    );
  }

  private object(old: Doc, node: Branch, path: string): Doc {
    let out = old;
    for (const [name, child] of sorted(node)) {
      this.refuseArrayUpdate(name, old, path);
      const key = this.resolve(name, path);
      const at = path === '' ? key : `${path}.${key}`;
      const v = this.value(own(out, key), child, at);
      if (v === KEEP) continue;
      if (v === REMOVE) {
        if (!has(out, key)) continue;
        if (out === old) out = copyDoc(old);
        removeOwn(out, key);
      } else {
        if (out === old) out = copyDoc(old);
        setOwn(out, key, v);
      }
    }
    return out;
  }

  /** Where the path leads nowhere yet: an object is made as soon as something is to be put there. */
  private missing(old: unknown, node: Branch, path: string): unknown {
    let made: Doc | undefined;
    for (const [name, child] of sorted(node)) {
      this.refuseArrayUpdate(name, old, path);
      const key = this.resolve(name, path);
      const v = this.value(undefined, child, `${path}.${key}`);
      if (v === KEEP || v === REMOVE) continue;
      if (old !== undefined) throw notViable(key, path);
      made ??= {};
      setOwn(made, key, v);
    }
    return made ?? KEEP;
  }

  private array(old: unknown[], node: Branch, path: string): unknown {
    let out = old;
    const touched = new Map<number, Node[]>();
    for (const [name, child] of sorted(node)) {
      for (const i of this.targets(name, old, path)) {
        if (i === null) {
          const v = this.value(undefined, child, `${path}.${name}`);
          if (v !== KEEP && v !== REMOVE) throw notViable(name, path);
          continue;
        }
        const before = touched.get(i) ?? [];
        for (const other of before) refuseOverlap(other, child, `${path}.${i}`);
        touched.set(i, [...before, child]);
        const v = this.value(out[i], child, `${path}.${i}`);
        if (v === KEEP || (v === REMOVE && i >= out.length)) continue;
        if (out === old) out = [...old];
        if (i - out.length > MAX_PADDING) {
          throw badValue(`can't backfill more than ${MAX_PADDING} elements`);
        }
        while (out.length < i) out.push(null);
        out[i] = v === REMOVE ? null : v;
      }
    }
    return out === old ? KEEP : out;
  }

  /** The indexes that a part of the path means in an array; null where it is no index. */
  private targets(name: string, items: unknown[], path: string): (number | null)[] {
    if (name === '$[]') return items.map((_, i) => i);
    const id = /^\$\[(.*)\]$/.exec(name)?.[1];
    if (id !== undefined) {
      const test = this.filters.get(id);
      return items.flatMap((item, i) => (test?.(item) ? [i] : []));
    }
    const key = this.resolve(name, path);
    return [isIndex(key) ? Number(key) : null];
  }
}

/** Two operators that reach one element by different names may not change the same thing. */
function refuseOverlap(a: Node, b: Node, path: string): void {
  if (a.kind === 'leaf' || b.kind === 'leaf') throw conflict(path, path);
  for (const [name, child] of a.children) {
    const other = b.children.get(name);
    if (other) refuseOverlap(child, other, `${path}.${name}`);
  }
}
