import {
  Binary,
  type BSONRegExp,
  type BSONSymbol,
  type Code,
  type ObjectId,
  type Timestamp,
  UUID,
} from 'bson';
import { type Doc, nameOf, setOwn } from '../../bson/codec';
import { typeName } from '../../bson/compare';
import { double, fitsLong, long, toDouble, whole } from '../../bson/number';
import { isNumber, isObject, T, typeNameOf, typeOf } from '../../bson/types';
import { EngineError } from '../../errors';
import { isoDate, numberText } from './text';

export const failure = (v: unknown, to: string, why = 'no conversion'): EngineError =>
  new EngineError(
    241,
    'ConversionFailure',
    `Failed to convert ${typeName(v)} to ${to} in $convert: ${why}`,
  );

/** How binary data is written as a text. */
export const FORMATS = ['base64', 'base64url', 'hex', 'utf8', 'uuid', 'auto'] as const;
export type Format = (typeof FORMATS)[number];

function binaryText(b: Binary, format: Format | undefined): string {
  const bytes = Buffer.from(b.buffer.subarray(0, b.position));
  if (format === 'uuid' || (format === 'auto' && b.sub_type === 4)) {
    if (b.sub_type !== 4 || bytes.length !== 16) throw failure(b, 'string', 'not a UUID');
    return new UUID(bytes).toHexString();
  }
  if (format === undefined) throw failure(b, 'string', 'a format is needed');
  return bytes.toString(format === 'auto' ? 'base64' : format);
}

/** A document or an array as JSON. */
function json(v: unknown): string {
  if (Array.isArray(v)) return `[${v.map(json).join(',')}]`;
  if (isObject(v))
    return `{${Object.keys(v)
      .map((k) => `${JSON.stringify(nameOf(k))}:${json(v[k])}`)
      .join(',')}}`;
  if (v === null || typeof v === 'boolean') return String(v);
  if (isNumber(v))
    return Number.isFinite(toDouble(v)) ? numberText(v) : JSON.stringify(numberText(v));
  return JSON.stringify(toText(v, 'auto'));
}

export function toText(v: unknown, format: Format | undefined): string {
  const t = typeOf(v);
  if (t === T.string) return v as string;
  if (t === T.bool) return String(v);
  if (isNumber(v)) return numberText(v);
  if (t === T.objectId) return (v as ObjectId).toHexString();
  if (t === T.date) return isoDate(v as Date);
  if (t === T.timestamp)
    return `Timestamp(${(v as Timestamp).high >>> 0}, ${(v as Timestamp).low >>> 0})`;
  if (t === T.binData) return binaryText(v as Binary, format);
  if (t === T.object || t === T.array) return json(v);
  if (t === T.javascript) return String((v as Code).code);
  if (t === T.symbol) return (v as BSONSymbol).value;
  if (t === T.regex) return `/${(v as BSONRegExp).pattern}/${(v as BSONRegExp).options}`;
  if (t === T.minKey || t === T.maxKey) return t === T.minKey ? 'MinKey' : 'MaxKey';
  throw failure(v, 'string');
}

/** A text with the colon behind it, or a number; one that has no end is taken whole. */
const TOKENS = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"(\s*:)?|\\?$)|-?\d[\d.eE+-]*/g;
/** The only field of what stands for a number that JavaScript would round. */
const LONG = '\0long';

/** A document or an array from JSON, its numbers as MongoDB reads them. */
export function fromJson(text: string, to: number): unknown {
  let v: unknown;
  try {
    v = JSON.parse(text.replace(TOKENS, prepared));
  } catch {
    throw failure(text, typeNameOf(to), 'not JSON');
  }
  if (typeOf(v) !== to) throw failure(text, typeNameOf(to), 'another type');
  return typed(v);
}

function prepared(token: string, colon: string | undefined): string {
  if (!token.startsWith('"')) {
    const big = /^-?(?:0|[1-9]\d*)$/.test(token) && !Number.isSafeInteger(Number(token));
    return big && fitsLong(BigInt(token)) ? `{"\\u0000long":"${token}"}` : token;
  }
  if (colon === undefined) return token;
  if (token.includes('\\u0000') && /(?<!\\)(?:\\\\)*\\u0000/.test(token))
    throw new SyntaxError('a name with a null byte');
  // Names that look like numbers keep their place by the byte that documents hold them with.
  return /^"\d+"/.test(token) ? `"\\u0000${token.slice(1)}` : token;
}

function typed(v: unknown): unknown {
  if (typeof v === 'number') return Number.isSafeInteger(v) ? whole(v) : double(v);
  if (Array.isArray(v)) return v.map(typed);
  if (!isObject(v)) return v;
  if (Object.hasOwn(v, LONG)) return long(BigInt(String(v[LONG])));
  const out: Doc = {};
  for (const k of Object.keys(v)) setOwn(out, nameOf(k), typed(v[k]));
  return out;
}

export function toBinary(v: unknown, subtype: number, format: Format | undefined): unknown {
  if (v instanceof Binary) {
    if (v.sub_type !== subtype) throw failure(v, 'binData', 'another subtype');
    return v;
  }
  if (typeof v !== 'string') throw failure(v, 'binData');
  if (format === undefined) throw failure(v, 'binData', 'a format is needed');
  if (format === 'uuid' || (format === 'auto' && subtype === 4)) {
    if (!/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(v))
      throw failure(v, 'binData', 'not a UUID');
    return new UUID(v);
  }
  const encoding = format === 'auto' ? 'base64' : format;
  const valid = {
    base64: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
    base64url: /^[\w-]*={0,2}$/,
    hex: /^(?:[0-9a-fA-F]{2})*$/,
    utf8: /^/,
  };
  if (!valid[encoding].test(v)) throw failure(v, 'binData', `not ${format}`);
  return new Binary(Buffer.from(v, encoding), subtype);
}
