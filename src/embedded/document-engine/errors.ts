/**
 * An error that goes back to the client with MongoDB's own code and name.
 * `extra` holds further fields of the reply, such as `keyPattern` and `keyValue` of 11000.
 */
export class EngineError extends Error {
  readonly code: number;
  readonly codeName: string;
  readonly extra: Record<string, unknown>;
  readonly labels: readonly string[];

  constructor(
    code: number,
    codeName: string,
    message: string,
    extra: Record<string, unknown> = {},
    labels: readonly string[] = [],
  ) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
    this.codeName = codeName;
    this.extra = extra;
    this.labels = labels;
  }
}

/** 2 BadValue. */
export const badValue = (message: string): EngineError => new EngineError(2, 'BadValue', message);

/** 9 FailedToParse. */
export const failedToParse = (message: string): EngineError =>
  new EngineError(9, 'FailedToParse', message);

/** 14 TypeMismatch. */
export const typeMismatch = (message: string): EngineError =>
  new EngineError(14, 'TypeMismatch', message);

/** 238 NotImplemented: names what the engine leaves out on purpose. */
export const notImplemented = (what: string, verb = 'is'): EngineError =>
  new EngineError(238, 'NotImplemented', `${what} ${verb} not supported by the embedded engine`);

/** A location error, as MongoDB reports faults in aggregation: its name is `Location<code>`. */
export const location = (code: number, message: string): EngineError =>
  new EngineError(code, `Location${code}`, message);

/** 40415. */
export const unknownField = (where: string, field: string): EngineError =>
  location(40415, `BSON field '${where}.${field}' is an unknown field.`);

/** 40414: what a command, or a stage, cannot do without. */
export const missingField = (where: string, field: string): EngineError =>
  location(40414, `BSON field '${where}.${field}' is missing but a required field`);

/** 14 for a field of a command, or of a stage, that has another type. */
export const wrongType = (where: string, field: string, wanted: string): EngineError =>
  typeMismatch(`BSON field '${where}.${field}' is the wrong type, expected type '${wanted}'`);

/** 40415 for the first field of a part of a command, or of a stage, that is not among the known. */
export function onlyFields(part: Record<string, unknown>, where: string, ...known: string[]): void {
  const odd = Object.keys(part).find((key) => !known.includes(key));
  if (odd !== undefined) throw unknownField(where, odd);
}

/** 66: what is stored keeps its `_id`. */
export const immutableId = (): EngineError =>
  new EngineError(
    66,
    'ImmutableField',
    "Performing an update on the path '_id' would modify the immutable field '_id'",
  );
