import { BSONRegExp } from 'bson';
import { type Doc, nameOf, own } from '../bson/codec';
import { typeName } from '../bson/compare';
import { isObject } from '../bson/types';
import { EngineError } from '../errors';
import { isOperatorDoc } from '../match/compile';
import { partsOf, setPath } from '../paths';

/** The fields that a query asks to equal something: `{ a: 1 }`, `$eq`, `$and`, a lone `$or`, `$in`, `$all`. */
function equalities(filter: Doc): [string, unknown][] {
  const found: [string, unknown][] = [];
  gather(filter, found);
  return found;
}

function gather(filter: Doc, found: [string, unknown][]): void {
  for (const key of Object.keys(filter)) {
    const v = filter[key];
    if (key === '$and' || (key === '$or' && Array.isArray(v) && v.length === 1)) {
      for (const item of v as Doc[]) gather(item, found);
    } else if (!key.startsWith('$')) fromField(nameOf(key), v, found);
  }
}

function fromField(key: string, v: unknown, found: [string, unknown][]): void {
  if (!isOperatorDoc(v)) {
    if (!(v instanceof BSONRegExp)) found.push([key, v]);
    return;
  }
  for (const op of Object.keys(v)) {
    const arg = v[op];
    if (op === '$eq') found.push([key, arg]);
    else if ((op === '$all' || op === '$in') && Array.isArray(arg) && arg.length === 1) {
      const only = arg[0];
      if (!isOperatorDoc(only) && !(only instanceof BSONRegExp)) found.push([key, only]);
    }
  }
}

/** The `_id` that a query asks for; a replacement takes nothing else from it. */
export const askedId = (filter: Doc): unknown =>
  equalities(filter).find(([path]) => path === '_id')?.[1];

/** The document that an upsert starts from. */
export function startOf(filter: Doc): Doc {
  const doc: Doc = {};
  const seen: string[] = [];
  for (const [path, v] of equalities(filter)) {
    for (const other of seen) {
      if (other === path || other.startsWith(`${path}.`) || path.startsWith(`${other}.`)) {
        throw new EngineError(
          54,
          'NotSingleValueField',
          `cannot infer query fields to set, path '${path}' is matched twice`,
        );
      }
    }
    seen.push(path);
    setPath(doc, partsOf(path), v);
  }
  return doc;
}

/** Puts `_id` first, as every stored document has it, and makes one where there is none. */
export function withId(doc: Doc, make: () => unknown): Doc {
  const id = own(doc, '_id');
  const { _id: _, ...rest } = doc;
  return { _id: id === undefined ? make() : id, ...rest };
}

/** What may not be an `_id`: an array, a regular expression, a document with `$` fields. */
export function checkId(id: unknown): void {
  const type = typeName(id);
  if (type === 'array' || type === 'regex')
    throw new EngineError(53, 'InvalidIdField', `The '_id' value cannot be of type ${type}`);
  const bad = isObject(id) && Object.keys(id).find((k) => k.startsWith('$'));
  if (bad)
    throw new EngineError(
      52,
      'DollarPrefixedFieldName',
      `_id fields may not contain '$'-prefixed fields: ${bad} is not valid for storage.`,
    );
}
