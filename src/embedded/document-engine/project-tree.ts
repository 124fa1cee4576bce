import type { Evaluate } from './aggregate/expressions/index';
import { type Doc, nameOf, own, removeOwn, setOwn } from './bson/codec';
import { isObject } from './bson/types';
import { location } from './errors';
import { copyDoc } from './paths';

/** A projection as a tree of paths. */
export interface Branch {
  kind: 'branch';
  children: Map<string, Node>;
  /** Whether anything below is computed. */
  computes: boolean;
}
export type Node =
  | Branch
  | { kind: 'include' | 'exclude' | 'positional' }
  | { kind: 'computed'; evaluate: Evaluate }
  | { kind: 'slice'; cut: (v: unknown[]) => unknown[] };

export const branch = (): Branch => ({ kind: 'branch', children: new Map(), computes: false });

export function include(doc: Doc, node: Branch, arrayIndex: number | null): Doc {
  const out: Doc = {};
  for (const k of Object.keys(doc)) {
    const child = node.children.get(nameOf(k));
    if (child === undefined) continue;
    const v = doc[k];
    switch (child.kind) {
      case 'include':
        setOwn(out, k, v);
        break;
      case 'slice':
        setOwn(out, k, Array.isArray(v) ? child.cut(v) : v);
        break;
      case 'positional':
        setOwn(out, k, pick(v, arrayIndex));
        break;
      case 'branch': {
        const inner = includeValue(v, child, arrayIndex);
        if (inner !== undefined) setOwn(out, k, inner);
      }
    }
  }
  return out;
}

function pick(v: unknown, arrayIndex: number | null): unknown {
  if (!Array.isArray(v)) return v;
  if (arrayIndex === null) {
    throw location(
      51246,
      "Executor error during find command: positional operator '.$' couldn't find a matching element in the array",
    );
  }
  if (arrayIndex >= v.length) {
    throw location(51247, "positional operator '.$' element mismatch");
  }
  return [v[arrayIndex]];
}

function includeValue(v: unknown, node: Branch, arrayIndex: number | null): unknown {
  if (Array.isArray(v)) {
    const items = v.map((item) => includeValue(item, node, arrayIndex));
    return items.filter((item) => item !== undefined);
  }
  return isObject(v) ? include(v, node, arrayIndex) : undefined;
}

export function exclude(doc: Doc, node: Branch): Doc {
  const out: Doc = {};
  for (const k of Object.keys(doc)) {
    const child = node.children.get(nameOf(k));
    if (child?.kind === 'exclude') continue;
    const v = doc[k];
    if (child?.kind === 'slice') setOwn(out, k, Array.isArray(v) ? child.cut(v) : v);
    else setOwn(out, k, child?.kind === 'branch' ? excludeValue(v, child) : v);
  }
  return out;
}

function excludeValue(v: unknown, node: Branch): unknown {
  if (Array.isArray(v)) return v.map((item) => excludeValue(item, node));
  return isObject(v) ? exclude(v, node) : v;
}

/** Puts the computed fields into `out`, which may be changed. */
export function compute(root: Doc, out: Doc, node: Branch): Doc {
  if (!node.computes) return out;
  for (const [k, child] of node.children) {
    if (child.kind === 'computed') {
      const v = child.evaluate(root);
      if (v === undefined) removeOwn(out, k);
      else setOwn(out, k, v);
    } else if (child.kind === 'branch' && child.computes) {
      setOwn(out, k, computeValue(root, own(out, k), child));
    }
  }
  return out;
}

function computeValue(root: Doc, v: unknown, node: Branch): unknown {
  if (Array.isArray(v)) return v.map((item) => computeValue(root, item, node));
  return compute(root, isObject(v) ? copyDoc(v) : {}, node);
}
