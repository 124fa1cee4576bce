import { visit } from '../paths';

/** Where a positional match is recorded. */
export interface Record_ {
  index: number | null;
}

/** A test of one value. */
export type Test = (v: unknown) => boolean;

/** A test of a document (or of an array inside `$elemMatch`). */
export type Predicate = (root: unknown, rec: Record_ | null) => boolean;

/**
 * What an operator says of a value, before it is known whether the value stands at a path (where
 * arrays are walked) or is an element of an array (`$elemMatch`, where they are not).
 */
export type ValueNode =
  | { kind: 'leaf'; test: Test; traverse: boolean }
  /** A test of an array that knows which element matched (`$elemMatch`). */
  | { kind: 'array'; find: (items: unknown[]) => number }
  | { kind: 'not'; nodes: ValueNode[] }
  | { kind: 'and'; nodes: ValueNode[] };

/** The node as a predicate over what a path reaches. */
export function atPath(node: ValueNode, parts: string[]): Predicate {
  switch (node.kind) {
    case 'leaf': {
      const { test, traverse } = node;
      return (root, rec) =>
        visit(root, parts, traverse, (v, index) => {
          if (!test(v)) return false;
          if (rec && index !== null) rec.index = index;
          return true;
        });
    }
    case 'array': {
      const { find } = node;
      return (root, rec) =>
        visit(root, parts, false, (v, outer) => {
          if (!Array.isArray(v)) return false;
          const index = find(v);
          if (index < 0) return false;
          if (rec) rec.index = outer ?? index;
          return true;
        });
    }
    case 'not': {
      const inner = node.nodes.map((n) => atPath(n, parts));
      return (root) => !inner.every((p) => p(root, null));
    }
    case 'and': {
      const inner = node.nodes.map((n) => atPath(n, parts));
      return (root, rec) => inner.every((p) => p(root, rec));
    }
  }
}

/** The node as a test of one value. */
export function onValue(node: ValueNode): Test {
  switch (node.kind) {
    case 'leaf':
      return node.test;
    case 'array': {
      const { find } = node;
      return (v) => Array.isArray(v) && find(v) >= 0;
    }
    case 'not': {
      const inner = node.nodes.map(onValue);
      return (v) => !inner.every((t) => t(v));
    }
    case 'and': {
      const inner = node.nodes.map(onValue);
      return (v) => inner.every((t) => t(v));
    }
  }
}
