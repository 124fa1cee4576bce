import { type Doc, nameOf, own, setOwn } from './bson/codec';
import { isObject } from './bson/types';

/** The parts of a dotted path, whether it is a text or the name of a field that a document holds. */
export const partsOf = (path: string): string[] => nameOf(path).split('.');

/** An array index as it stands in a path: "0", "12", but not "01". */
export const isIndex = (part: string): boolean => /^(0|[1-9]\d{0,8})$/.test(part);

/** A field of a document, or an element of an array by its index; undefined where there is none. */
export function step(v: unknown, part: string): unknown {
  if (Array.isArray(v)) return isIndex(part) ? v[Number(part)] : undefined;
  return isObject(v) ? own(v, part) : undefined;
}

type Visit = (v: unknown, arrayIndex: number | null) => boolean;

/**
 * Visits what a query path reaches, until the visitor answers true. Arrays on the way are walked,
 * and also entered by index; with `leaf` a last array gives its elements and then itself. What
 * leads nowhere is visited as undefined. The array index is that of the outermost array.
 */
export function visit(root: unknown, parts: string[], leaf: boolean, fn: Visit): boolean {
  return visitFrom(step(root, parts[0] as string), parts, 0, leaf, null, fn);
}

function visitFrom(
  v: unknown,
  parts: string[],
  at: number,
  leaf: boolean,
  index: number | null,
  fn: Visit,
): boolean {
  if (at === parts.length - 1) {
    if (leaf && Array.isArray(v)) {
      for (let i = 0; i < v.length; i++) if (fn(v[i], index ?? i)) return true;
    }
    return fn(v, index);
  }
  if (!Array.isArray(v)) {
    return isObject(v)
      ? visitFrom(own(v, parts[at + 1] as string), parts, at + 1, leaf, index, fn)
      : fn(undefined, index);
  }
  const next = parts[at + 1] as string;
  let reached = false;
  for (let i = 0; i < v.length; i++) {
    const item = v[i];
    if (isObject(item)) {
      reached = true;
      if (visitFrom(own(item, next), parts, at + 1, leaf, index ?? i, fn)) return true;
    }
    if (String(i) === next) {
      const last = at + 1 === parts.length - 1;
      // An element that is reached by its index is not taken apart itself.
      if (last || Array.isArray(item) || isObject(item)) reached = true;
      if (last ? fn(item, index ?? i) : visitIndexed(item, parts, at + 1, leaf, index ?? i, fn)) {
        return true;
      }
    }
  }
  return reached ? false : fn(undefined, index);
}

function visitIndexed(
  item: unknown,
  parts: string[],
  at: number,
  leaf: boolean,
  index: number,
  fn: Visit,
): boolean {
  return Array.isArray(item) || isObject(item)
    ? visitFrom(item, parts, at, leaf, index, fn)
    : false;
}

/**
 * The values that a dotted path reaches, arrays on the way walked and a final array given as its
 * elements, as `distinct` sees them. Where nothing is there the answer is `[]`.
 */
export function valuesAt(doc: Doc, path: string): unknown[] {
  const found: unknown[] = [];
  collect(doc, partsOf(path), 0, found);
  return found;
}

function collect(v: unknown, parts: string[], at: number, found: unknown[]): void {
  if (at === parts.length) {
    if (Array.isArray(v)) found.push(...v);
    else if (v !== undefined) found.push(v);
    return;
  }
  const part = parts[at] as string;
  if (!Array.isArray(v)) {
    if (isObject(v)) collect(own(v, part), parts, at + 1, found);
    return;
  }
  if (isIndex(part) && Number(part) < v.length) collect(v[Number(part)], parts, at + 1, found);
  for (const item of v) if (isObject(item)) collect(own(item, part), parts, at + 1, found);
}

/**
 * The tuples that a document has under some paths, as a compound index stores them and a sort
 * compares them: one tuple for each element of an array on the way, null for what is missing,
 * undefined for an empty array. Two arrays side by side are refused with the caller's error.
 */
export function keyTuples(doc: Doc, paths: string[][], parallel: () => Error): unknown[][] {
  const plain = new Array<unknown>(paths.length);
  let arrays = false;
  for (let i = 0; i < paths.length && !arrays; i++) {
    const parts = paths[i] as string[];
    let v: unknown = doc;
    for (let k = 0; k < parts.length; k++) {
      v = isObject(v) ? own(v, parts[k] as string) : undefined;
      if (Array.isArray(v)) {
        arrays = true;
        break;
      }
      if (v === undefined) break;
    }
    plain[i] = v === undefined ? null : v;
  }
  if (!arrays) return [plain];
  const out: unknown[][] = [];
  expand(
    paths.map((parts) => ({ v: doc as unknown, parts, done: false })),
    out,
    parallel,
  );
  return out;
}

interface Cursor {
  v: unknown;
  parts: string[];
  done: boolean;
}

/** Walks a path until it ends or meets an array that it must take apart. */
function advance(c: Cursor): Cursor {
  let { v, parts } = c;
  while (parts.length > 0) {
    if (Array.isArray(v)) {
      const next = parts[0] as string;
      // An index leads into the array, unless its elements have such a field of their own.
      const direct = isIndex(next) && !v.some((x) => isObject(x) && own(x, next) !== undefined);
      if (!direct) return { v, parts, done: false };
      v = v[Number(next)];
    } else {
      v = isObject(v) ? own(v, parts[0] as string) : undefined;
    }
    parts = parts.slice(1);
    if (v === undefined) return { v: null, parts: [], done: true };
  }
  return Array.isArray(v) ? { v, parts, done: false } : { v, parts, done: true };
}

function expand(cursors: Cursor[], out: unknown[][], parallel: () => Error): void {
  const moved = cursors.map((c) => (c.done ? c : advance(c)));
  const open = moved.find((c) => !c.done);
  if (!open) {
    out.push(moved.map((c) => c.v));
    return;
  }
  const array = open.v as unknown[];
  for (const c of moved) if (!c.done && c.v !== array) throw parallel();
  if (array.length === 0) {
    const empty = moved.map((c) =>
      c.done ? c : { v: c.parts.length ? null : undefined, parts: [], done: true },
    );
    out.push(empty.map((c) => c.v));
    return;
  }
  for (const item of array) {
    expand(
      moved.map((c) => {
        if (c.done) return c;
        // An array inside an array is a value of its own and is not taken apart again.
        if (c.parts.length === 0) return { v: item, parts: [], done: true };
        return isObject(item)
          ? { v: item, parts: c.parts, done: false }
          : { v: null, parts: [], done: true };
      }),
      out,
      parallel,
    );
  }
}

/** Sets a dotted path in a document that may be changed, making objects on the way. */
export function setPath(doc: Doc, parts: string[], value: unknown): void {
  let at = doc;
  for (let i = 0; i < parts.length - 1; i++) {
    const part = parts[i] as string;
    let next = own(at, part);
    if (!isObject(next)) {
      next = {};
      setOwn(at, part, next);
    }
    at = next as Doc;
  }
  setOwn(at, parts[parts.length - 1] as string, value);
}

/** A copy of a document's fields, safe for any name: a spread makes `__proto__` an own field too. */
export const copyDoc = (doc: Doc): Doc => ({ ...doc });
