import { type Doc, nameOf } from '../../bson/codec';
import { compare, hashKey } from '../../bson/compare';
import { toDouble } from '../../bson/number';
import { isObject } from '../../bson/types';
import type { Slice } from '../../cooperate';
import {
  failedToParse,
  location,
  missingField,
  onlyFields,
  typeMismatch,
  wrongType,
} from '../../errors';
import { partsOf, setPath } from '../../paths';
import { checkFieldPath, compileSort } from '../../sort';
import { compileExpression } from '../expressions/index';
import { sortDocs, sortItems } from '../sorting';
import { BATCH, gather, type MakeStage } from '../types';
import type { Partition } from '../window-bounds';
import { compileWindowFunction } from '../window-functions';
import { deepPath } from './basic';

const setWindowFields: MakeStage = (spec, { env, slice }, op) => {
  if (!isObject(spec)) throw failedToParse(`the ${op} stage specification must be an object`);
  onlyFields(spec, op, 'partitionBy', 'sortBy', 'output');
  const by = spec['sortBy'] ?? {};
  const output = spec['output'];
  for (const [name, part] of Object.entries({ sortBy: by, output: output ?? {} }))
    if (!isObject(part)) throw wrongType(op, name, 'object');
  if (!isObject(output) || !isObject(by)) throw missingField(op, 'output');
  const sorter = compileSort(by);
  const sorted = Object.keys(by).length;
  const descending = toDouble(Object.values(by)[0] ?? 1) < 0;
  const partitionBy = spec['partitionBy'] ?? null;
  const partitionOf = compileExpression(partitionBy, env);
  if (isConstantArray(partitionBy)) throw partitionedByArray();
  checkPaths(Object.keys(output).map(nameOf));
  const fields = Object.keys(output).map((name) => {
    checkFieldPath(nameOf(name));
    return {
      path: partsOf(name),
      fn: compileWindowFunction(output[name], { env, sorted, descending }),
    };
  });
  return async function* (input) {
    const all = await gather(input, slice);
    const ordered = await sortDocs(all, sorter, slice);
    for (const { docs } of await partition(ordered, partitionOf, slice)) {
      const keys: unknown[][] = [];
      const by: unknown[] = [];
      for (const doc of docs) {
        keys.push(sorter.key(doc));
        by.push(sorter.values(doc)[0]);
        if ((by.length & 255) === 0 && slice.over()) await slice.next();
      }
      const p: Partition = {
        docs,
        by,
        same: (i, k) => sorter.compareKeys(keys[i] as unknown[], keys[k] as unknown[]) === 0,
      };
      const columns: { path: string[]; values: unknown[] }[] = [];
      for (const { path, fn } of fields) {
        const work = fn(p);
        let step = work.next();
        for (; !step.done; step = work.next()) if (slice.over()) await slice.next();
        columns.push({ path, values: step.value });
      }
      for (let from = 0; from < docs.length; from += BATCH) {
        yield docs.slice(from, from + BATCH).map((doc, i) => {
          let made = doc;
          for (const { path, values } of columns) {
            made = deepPath(made, path);
            setPath(made, path, values[from + i]);
          }
          return made;
        });
        if (slice.over()) await slice.next();
      }
    }
  };
};

const partitionedByArray = () =>
  typeMismatch('An expression used to partition cannot evaluate to value of type array');

const isConstantArray = (spec: unknown): boolean =>
  Array.isArray(isObject(spec) ? (spec['$literal'] ?? spec['$const']) : spec);

/** Refuses two outputs of which one lies inside the other. */
function checkPaths(paths: string[]): void {
  for (const path of paths)
    if (paths.some((other) => other.startsWith(`${path}.`)))
      throw location(6307900, 'specification contains two conflicting paths');
}

interface Part {
  key: unknown;
  docs: Doc[];
}

/** Partitions in the order of their keys, each in the order in which its documents come. */
export async function partition(
  docs: Doc[],
  key: (doc: Doc) => unknown,
  slice: Slice,
): Promise<Part[]> {
  const parts = new Map<string, Part>();
  for (let i = 0; i < docs.length; i++) {
    const doc = docs[i] as Doc;
    const v = key(doc) ?? null;
    if (Array.isArray(v)) throw partitionedByArray();
    const hash = hashKey(v);
    const part = parts.get(hash);
    if (part) part.docs.push(doc);
    else parts.set(hash, { key: v, docs: [doc] });
    if ((i & 255) === 255 && slice.over()) await slice.next();
  }
  return sortItems([...parts.values()], (a, b) => compare(a.key, b.key), slice);
}

export const WINDOW_STAGES: Record<string, MakeStage> = { $setWindowFields: setWindowFields };
