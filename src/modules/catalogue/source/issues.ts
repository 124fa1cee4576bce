import type { z } from 'zod';
import type { Mend } from '../faults/mends';
import type { Problem } from '../faults/problems';
import type { Kind } from '../faults/values';
import { wordsBehind } from '../schemas/common';
import { suggest } from './faults';

type Issue = z.core.$ZodIssue;

interface Words {
  readonly problem: Problem;
  readonly mend: Mend;
}

export interface IssueWords extends Words {
  readonly path: readonly PropertyKey[];
  /** Set when a key, not a value, is at fault. */
  readonly key?: string;
}

const KINDS: ReadonlySet<string> = new Set<Kind>([
  ...(['string', 'number', 'int', 'boolean', 'array', 'object'] as const),
]);
const isKind = (name: string): name is Kind => KINDS.has(name);

function kindOf(value: unknown): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  // `.nan` and `.inf` are numbers to YAML.
  if (typeof value === 'number' && !Number.isFinite(value)) return 'other';
  return isKind(typeof value) ? (typeof value as Kind) : 'other';
}

/** `questions[2].options[0].text`, and the id of the question when it has one. */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step + 1}]` : `${index > 0 ? '.' : ''}${String(step)}`,
    )
    .join('');
}

const lastName = (path: readonly PropertyKey[]): string =>
  String([...path].reverse().find((step) => typeof step === 'string') ?? '');

/** The value at `path`, as far as there is one. */
const valueAt = (data: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[step]
        : undefined,
    data,
  );

function wordsOfType(issue: Extract<Issue, { code: 'invalid_type' }>, input: unknown): Words {
  const field = nameOf(issue.path);
  const expected = isKind(issue.expected) ? issue.expected : 'other';
  if (field === '') {
    return { problem: ['wrongKindOfFile', { given: kindOf(input) }], mend: ['writeFields'] };
  }
  if (input === undefined || input === null) {
    return {
      problem: ['missing', { field }],
      mend: ['addField', { field: lastName(issue.path), kind: expected }],
    };
  }
  const quotes = expected === 'string' && typeof input !== 'object';
  return {
    problem: ['wrongKind', { field, expected, given: kindOf(input) }],
    mend: quotes ? ['intoQuotes', { text: String(input) }] : ['writeKind', { kind: expected }],
  };
}

function wordsOfSize(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): Words {
  const field = nameOf(issue.path);
  const few = issue.code === 'too_small';
  const limit = Number(few ? issue.minimum : issue.maximum);
  if (issue.origin === 'string') {
    return few
      ? { problem: ['empty', { field }], mend: ['writeText'] }
      : { problem: ['tooLong', { field }], mend: ['shorten', { max: limit }] };
  }
  if (issue.origin === 'array') {
    return few
      ? { problem: ['tooFew', { field }], mend: ['giveEntries', { count: limit }] }
      : { problem: ['tooMany', { field }], mend: ['keepEntries', { count: limit }] };
  }
  if (!few) return { problem: ['tooGreat', { field }], mend: ['orLess', { limit }] };
  return {
    problem: ['tooSmall', { field }],
    mend: issue.inclusive === false ? ['moreThan', { limit }] : ['orMore', { limit }],
  };
}

/** The branch of a union that the author most likely meant: the one with the fewest faults. */
function likeliestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const weight = (issues: readonly Issue[]): number =>
    issues.reduce(
      (sum, issue) =>
        sum +
        (issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1) +
        // A fault further inside: the outer form fitted.
        (issue.path.length > 1 ? -0.5 : 0),
      0,
    );
  return [...branches].sort((a, b) => weight(a) - weight(b))[0] ?? [];
}

/** When a group of fields lacks what each branch begins with: those fields. */
function firstKeys(branches: readonly (readonly Issue[])[], value: unknown): string[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const missing = branches.map((issues) =>
    issues.flatMap(({ path, code }) =>
      code === 'invalid_type' && path.length === 1 && !(String(path[0]) in value)
        ? [String(path[0])]
        : [],
    ),
  );
  return missing.every((keys) => keys.length > 0) ? missing.flatMap(([first = '']) => first) : null;
}

function wordsOfUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  data: unknown,
): IssueWords[] {
  const discriminator = 'discriminator' in issue ? issue.discriminator : undefined;
  if (typeof discriminator === 'string') {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
    const given = valueAt(data, issue.path);
    const known = options.map(String);
    return [
      {
        path: issue.path,
        ...(given === undefined
          ? {
              problem: ['missing', { field: discriminator }],
              mend: ['addOneOf', { field: discriminator, names: known.join(', ') }],
            }
          : {
              problem: ['unknownValue', { field: discriminator, value: String(given) }],
              mend: suggest(String(given), known),
            }),
      },
    ];
  }
  const begin = firstKeys(issue.errors as Issue[][], valueAt(data, issue.path));
  if (begin) {
    return [
      {
        path: issue.path,
        problem: ['noKnownForm', { field: nameOf(issue.path) }],
        mend: ['giveOneOf', { names: begin.join(', ') }],
      },
    ];
  }
  const inner = likeliestBranch(issue.errors as Issue[][]).map((each) => ({
    ...each,
    path: [...issue.path, ...each.path],
  }));
  return wordsOf(inner as Issue[], data);
}

function wordsOfIssue(issue: Issue, data: unknown): IssueWords[] {
  const { path } = issue;
  const input = valueAt(data, path);
  const own = wordsBehind(issue.message);
  if (own) {
    const shown = typeof input === 'string' || typeof input === 'number' ? `: ${input}` : '';
    return [{ path, problem: own.problem(`${nameOf(path)}${shown}`), mend: own.mend }];
  }
  switch (issue.code) {
    case 'invalid_type':
      return [{ path, ...wordsOfType(issue, input) }];
    case 'too_small':
    case 'too_big':
      return [{ path, ...wordsOfSize(issue) }];
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path,
        key,
        problem: ['unknownField', { field: key }],
        mend: ['slip'],
      }));
    case 'invalid_value':
      return [
        {
          path,
          problem:
            input === undefined
              ? ['missing', { field: nameOf(path) }]
              : ['unknownValue', { field: nameOf(path), value: String(input) }],
          mend: ['useOneOf', { names: issue.values.map(String).join(', ') }],
        },
      ];
    case 'invalid_union':
      return wordsOfUnion(issue, data);
    default:
      return [
        {
          path,
          problem: ['formNotAllowed', { field: nameOf(path) }],
          mend: ['smallLetters'],
        },
      ];
  }
}

/** The faults that a schema found, each with the words for its author. */
export const wordsOf = (issues: readonly Issue[], data: unknown): IssueWords[] =>
  issues.flatMap((issue) => wordsOfIssue(issue, data));
