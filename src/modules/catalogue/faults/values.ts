/** Each code with its values, which stand in the words as they are: keys, names, numbers. */
export type OneOf<T> = {
  [Code in keyof T]: T[Code] extends null
    ? readonly [code: Code, values?: undefined]
    : readonly [code: Code, values: T[Code]];
}[keyof T];

/** Kinds of values in YAML. */
export type Kind = 'string' | 'number' | 'int' | 'boolean' | 'array' | 'object' | 'null' | 'other';

/** What an SVG must not hold. */
export type SvgFault = 'script' | 'foreign' | 'handler' | 'entity' | 'link' | 'style';
