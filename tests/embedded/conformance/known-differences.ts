const TEXT = 'text indexes and $text are left out: 238 NotImplemented';
const COLLATION = 'a collation other than simple is left out: 238 NotImplemented';

const all = (reason: string, names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, reason]));

/**
 * Where the engine differs from MongoDB, by area and case, with the reason. `docs/engine.md` says
 * the same for a reader. A case that passes may not be named here.
 */
export const KNOWN_DIFFERENCES: Record<string, Record<string, string>> = {
  collation: all(COLLATION, [
    'find case-insensitive',
    'find $in',
    'range',
    'strength 1 ignores accents',
    'regex is not collated',
    '$ne',
    'sort',
    'sort strength 3',
    'numericOrdering',
    'update and delete',
    'findAndModify',
    'count and aggregate',
    'unique index',
    'bad collation',
    'collection default collation',
  ]),
  text: all(TEXT, [
    'one word',
    'any of the words',
    'phrase',
    'negation',
    'stemming',
    'plural',
    'case insensitive',
    'case sensitive',
    'diacritics',
    'stop word',
    'no hit',
    'empty',
    'sort by score',
    'with other conditions',
    'in aggregate',
    'bad $text',
    'second text index is refused',
  ]),
};
