import type { z } from 'zod';
import { suggest } from './faults';

type Issue = z.core.$ZodIssue;

export interface IssueWords {
  readonly path: readonly PropertyKey[];
  /** Set when a key, not a value, is at fault. */
  readonly key?: string;
  readonly problem: string;
  readonly mend: string;
}

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
};

const kindOf = (value: unknown): string => {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return KINDS[typeof value] ?? typeof value;
};

/** `questions[2].options[0].text`, and the id of the question when it has one. */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step + 1}]` : `${index > 0 ? '.' : ''}${String(step)}`,
    )
    .join('');
}

const lastName = (path: readonly PropertyKey[]): string =>
  String([...path].reverse().find((step) => typeof step === 'string') ?? 'the file');

/** The value at `path`, as far as there is one. */
const valueAt = (data: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[step]
        : undefined,
    data,
  );

function wordsOfType(issue: Extract<Issue, { code: 'invalid_type' }>, input: unknown) {
  const field = `"${nameOf(issue.path)}"`;
  const expected = KINDS[issue.expected] ?? issue.expected;
  if (input === undefined || input === null) {
    return {
      problem: `${field} is missing`,
      mend: `add ${lastName(issue.path)}: ${expected}`,
    };
  }
  const quotes = issue.expected === 'string' && typeof input !== 'object';
  return {
    problem: `${field} must be ${expected}, but is ${kindOf(input)}`,
    mend: quotes ? `put it into quotes: "${String(input)}"` : `write ${expected}`,
  };
}

function wordsOfSize(
  issue: Extract<Issue, { code: 'too_small' | 'too_big' }>,
): Pick<IssueWords, 'problem' | 'mend'> {
  const field = `"${nameOf(issue.path)}"`;
  const few = issue.code === 'too_small';
  const limit = Number(few ? issue.minimum : issue.maximum);
  if (issue.origin === 'string') {
    if (few) return { problem: `${field} is empty`, mend: 'write a text' };
    return {
      problem: `${field} is too long`,
      mend: `shorten it to ${limit} characters or fewer`,
    };
  }
  if (issue.origin === 'array') {
    const entries = limit === 1 ? 'entry' : 'entries';
    return few
      ? { problem: `${field} has too few entries`, mend: `give it ${limit} ${entries} or more` }
      : { problem: `${field} has too many entries`, mend: `keep it to ${limit} ${entries}` };
  }
  return few
    ? { problem: `${field} is too small`, mend: `write ${limit} or more` }
    : { problem: `${field} is too large`, mend: `write ${limit} or less` };
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
        problem:
          given === undefined
            ? `"${discriminator}" is missing`
            : `"${discriminator}: ${String(given)}" is not known`,
        mend:
          given === undefined
            ? `add ${discriminator}: one of ${known.join(', ')}`
            : suggest(String(given), known),
      },
    ];
  }
  const begin = firstKeys(issue.errors as Issue[][], valueAt(data, issue.path));
  if (begin) {
    return [
      {
        path: issue.path,
        problem: `"${nameOf(issue.path)}" has none of the forms that are known here`,
        mend: `give it one of: ${begin.join(', ')}`,
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
  // Words that the schema itself gives.
  const [problem, mend] = issue.message.split('\n');
  const input = valueAt(data, path);
  if (problem !== undefined && mend !== undefined) {
    const shown = typeof input === 'string' || typeof input === 'number' ? `: ${input}` : '';
    return [{ path, problem: `"${nameOf(path)}${shown}" ${problem}`, mend }];
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
        problem: `"${key}" is not a field that is known here`,
        mend: 'look for a slip in the name, or take it out (courses/README.md lists the fields)',
      }));
    case 'invalid_value':
      return [
        {
          path,
          problem:
            input === undefined
              ? `"${nameOf(path)}" is missing`
              : `"${nameOf(path)}: ${String(input)}" is not known`,
          mend: `use one of: ${issue.values.map(String).join(', ')}`,
        },
      ];
    case 'invalid_union':
      return wordsOfUnion(issue, data);
    default:
      return [
        {
          path,
          problem: `"${nameOf(path)}" has a form that is not allowed here`,
          mend: 'write it with small letters a-z, digits and "-"',
        },
      ];
  }
}

/** The faults that a schema found, in words for the author. */
export const wordsOf = (issues: readonly Issue[], data: unknown): IssueWords[] =>
  issues.flatMap((issue) => wordsOfIssue(issue, data));
