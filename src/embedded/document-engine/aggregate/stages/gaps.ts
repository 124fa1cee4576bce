import { type Doc, nameOf, setOwn } from '../../bson/codec';
import { compare } from '../../bson/compare';
import { arith, exactInteger, toDouble } from '../../bson/number';
import { isNullish, isNumber, isObject, T, typeOf } from '../../bson/types';
import { failedToParse, location, missingField, onlyFields, wrongType } from '../../errors';
import { setPath, step } from '../../paths';
import { compileAddFields } from '../../project';
import { checkFieldPath } from '../../sort';
import { addUnits, type Unit, unitOf } from '../expressions/calendar';
import { sortItems } from '../sorting';
import { batches, eachBatch, gather, type MakeStage } from '../types';
import { partition, WINDOW_STAGES } from './window';

const MAX_GENERATED = 500_000;

const reader = (path: string): ((doc: Doc) => unknown) => {
  const parts = path.split('.');
  return (doc) => parts.reduce<unknown>(step, doc);
};

const densify: MakeStage = (spec, { slice }, op) => {
  if (!isObject(spec)) throw failedToParse(`The ${op} stage specification must be an object`);
  onlyFields(spec, op, 'field', 'partitionByFields', 'range');
  const { field, range, partitionByFields: by = [] } = spec;
  if (field === undefined) throw missingField(op, 'field');
  if (typeof field !== 'string') throw wrongType(op, 'field', 'string');
  if (range === undefined) throw missingField(op, 'range');
  if (!isObject(range)) throw wrongType(op, 'range', 'object');
  onlyFields(range, `${op}.range`, 'step', 'bounds', 'unit');
  if (!Array.isArray(by) || !by.every((k) => typeof k === 'string'))
    throw wrongType(op, 'partitionByFields', 'array');
  checkFieldPath(field);
  if (by.includes(field))
    throw location(
      8993000,
      'BSON field partitionByFields contains the field that is being densified',
    );
  const { bounds, step: by1, unit } = range;
  if (by1 === undefined) throw missingField(op, 'range.step');
  if (bounds === undefined) throw missingField(op, 'range.bounds');
  if (!isNumber(by1)) throw wrongType(op, 'range.step', 'number');
  if (toDouble(by1) <= 0)
    throw location(
      5733401,
      'the step parameter in a range statement must be a strictly positive numeric value',
    );
  const u: Unit | undefined = unit === undefined ? undefined : unitOf(unit, op);
  if (u && exactInteger(by1) === undefined)
    throw location(
      6586400,
      'The step parameter in a range statement must be a whole number when densifying a date range',
    );
  if (bounds === 'partition' && by.length === 0)
    throw location(
      5733408,
      "one may not specify the bounds as 'partition' without specifying a non-empty array of partitionByFields",
    );
  if (
    bounds !== 'full' &&
    bounds !== 'partition' &&
    !(Array.isArray(bounds) && bounds.length === 2)
  )
    throw location(5733403, 'a bounding array in a range statement must have exactly two elements');
  if (Array.isArray(bounds) && !bounds.every((b) => (u ? typeOf(b) === T.date : isNumber(b))))
    throw location(
      5733406,
      'a bounding array must contain either both dates or both numeric types',
    );
  if (Array.isArray(bounds) && compare(bounds[0], bounds[1]) > 0)
    throw location(5733402, 'the bounds in a range statement must be ascending');
  const next = (v: unknown): unknown =>
    u ? addUnits(v as Date, u, toDouble(by1), () => 0) : arith('add', v, by1);
  const placeOf = reader(field);
  const fieldParts = field.split('.');
  const paths = by.map((k) => k.split('.'));
  const readers = by.map(reader);
  const keyOf = (doc: Doc) => ({ key: readers.map((read) => read(doc) ?? null) });
  return async function* (input) {
    const present: Doc[] = [];
    const absent: Doc[] = [];
    for (const doc of await gather(input, slice)) {
      const v = placeOf(doc);
      if (isNullish(v)) absent.push(doc);
      else if (u ? typeOf(v) === T.date : isNumber(v)) present.push(doc);
      else
        throw location(
          u ? 6053600 : 5733201,
          `${op} field type must be ${u ? 'a date' : 'numeric'}`,
        );
      if ((present.length & 255) === 255 && slice.over()) await slice.next();
    }
    yield* batches(absent);
    const placed = await sortItems(present, (a, b) => compare(placeOf(a), placeOf(b)), slice);
    const endsOf = (docs: Doc[]) => [docs[0], docs.at(-1)].map((doc) => doc && placeOf(doc));
    const ends = Array.isArray(bounds) ? bounds : endsOf(placed);
    let made = 0;
    for (const { docs: part } of await partition(placed, keyOf, slice)) {
      const [from, to] = bounds === 'partition' ? endsOf(part) : ends;
      const out: Doc[] = [];
      let v = from;
      let i = 0;
      const open = Array.isArray(bounds);
      while (v !== undefined && (open ? compare(v, to) < 0 : compare(v, to) <= 0)) {
        const before = (): number => (i < part.length ? compare(placeOf(part[i] as Doc), v) : 1);
        while (before() < 0) out.push(part[i++] as Doc);
        if (before() === 0) while (before() === 0) out.push(part[i++] as Doc);
        else {
          if (++made > MAX_GENERATED)
            throw location(5897900, 'Generated too many documents in $densify');
          const doc: Doc = {};
          readers.forEach((read, n) => {
            const value = read(part[0] as Doc);
            if (value !== undefined) setPath(doc, paths[n] as string[], value);
          });
          setPath(doc, fieldParts, v);
          out.push(doc);
        }
        v = next(v);
        if (slice.over()) await slice.next();
      }
      yield* batches(out);
      yield* batches(part.slice(i));
    }
  };
};

const fill: MakeStage = (spec, context, op) => {
  if (!isObject(spec)) throw failedToParse(`The ${op} stage specification must be an object`);
  onlyFields(spec, op, 'partitionBy', 'partitionByFields', 'sortBy', 'output');
  const { output, partitionByFields: fields } = spec;
  if (output === undefined) throw missingField(op, 'output');
  if (!isObject(output)) throw wrongType(op, 'output', 'object');
  if (!isObject(spec['sortBy'] ?? {})) throw wrongType(op, 'sortBy', 'object');
  if (!Array.isArray(fields ?? [])) throw wrongType(op, 'partitionByFields', 'array');
  if (Object.keys(output).length === 0)
    throw location(6050203, 'The output document must contain at least one field');
  if (fields !== undefined && spec['partitionBy'] !== undefined)
    throw location(6050204, 'Maximum one of partitionBy and partitionByFields can be specified');
  let by: unknown = spec['partitionBy'];
  if (Array.isArray(fields)) {
    const id: Doc = {};
    (fields as string[]).forEach((name, i) => void setOwn(id, `f${i}`, `$${nameOf(name)}`));
    by = id;
  }
  const windows: Doc = {};
  const values: Doc = {};
  for (const name of Object.keys(output)) {
    const how = output[name];
    if (!isObject(how) || Object.keys(how).length !== 1)
      throw location(6050202, 'Each fill output needs one of value and method');
    if (Object.hasOwn(how, 'value'))
      setOwn(values, name, { $ifNull: [`$${nameOf(name)}`, how['value']] });
    else if (how['method'] === 'linear') setOwn(windows, name, { $linearFill: `$${nameOf(name)}` });
    else if (how['method'] === 'locf') setOwn(windows, name, { $locf: `$${nameOf(name)}` });
    else throw location(6050202, 'Method must be either locf or linear');
  }
  const computed =
    Object.keys(values).length > 0 ? compileAddFields(values, context.env) : undefined;
  const windowed = Object.keys(windows).length > 0;
  if (
    windowed &&
    spec['sortBy'] === undefined &&
    Object.keys(windows).some(
      (k) => isObject(windows[k]) && Object.hasOwn(windows[k], '$linearFill'),
    )
  ) {
    throw location(605001, '$linearFill requires a sortBy');
  }
  const window: Doc = { output: windows };
  if (by !== undefined) window['partitionBy'] = by;
  if (spec['sortBy'] !== undefined) window['sortBy'] = spec['sortBy'];
  const first = windowed
    ? WINDOW_STAGES['$setWindowFields']?.(window, context, '$setWindowFields')
    : undefined;
  const second = computed ? eachBatch(context, (batch) => batch.map(computed)) : undefined;
  return (input) => {
    const middle = first ? first(input) : input;
    return second ? second(middle) : middle;
  };
};

export const GAP_STAGES: Record<string, MakeStage> = { $densify: densify, $fill: fill };
