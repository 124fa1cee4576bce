import { nameOf } from './codec';
import { isObject, T, typeOf } from './types';

/** A value as messages and plans show it, in the manner of MongoDB's shell. */
export function show(v: unknown): string {
  if (isObject(v)) {
    const fields = Object.keys(v).map((key) => `${nameOf(key)}: ${show(v[key])}`);
    return fields.length > 0 ? `{ ${fields.join(', ')} }` : '{}';
  }
  switch (typeOf(v)) {
    case T.missing:
      return 'null';
    case T.minKey:
      return 'MinKey';
    case T.maxKey:
      return 'MaxKey';
    case T.string:
      return JSON.stringify(v);
    case T.date:
      return `new Date(${(v as Date).getTime()})`;
    case T.objectId:
      return `ObjectId('${String(v)}')`;
    case T.array:
      return `[ ${(v as unknown[]).map(show).join(', ')} ]`;
    default:
      return String(v);
  }
}
