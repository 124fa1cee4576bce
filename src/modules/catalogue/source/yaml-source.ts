import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  type YAMLError,
} from 'yaml';
import type { z } from 'zod';
import type { Mend } from '../faults/mends';
import type { Problem } from '../faults/problems';
import type { FaultList, Position } from './faults';
import { wordsOf } from './issues';

export type Path = readonly PropertyKey[];

/** A place from which texts and values come, with the line of each. */
export interface Source {
  readonly file: string;
  /** Where the value at `path` stands, or what is left of the way to it. */
  at(path: Path): Position;
  /** The file's line for line `line` (from 0) of the text at `path`. */
  lineInside(path: Path, line: number): Position;
}

export interface Parsed<T> extends Source {
  readonly data: T;
}

const YAML_MENDS: Partial<Record<string, Mend>> = {
  BAD_INDENT: ['yamlIndent'],
  TAB_AS_INDENT: ['yamlTab'],
  BLOCK_AS_IMPLICIT_KEY: ['yamlColon'],
  MULTILINE_IMPLICIT_KEY: ['yamlMultiline'],
  DUPLICATE_KEY: ['yamlDuplicate'],
  MISSING_CHAR: ['yamlMissing'],
  UNEXPECTED_TOKEN: ['yamlUnexpected'],
  BAD_DQ_ESCAPE: ['yamlBackslash'],
  BAD_ALIAS: ['yamlStar'],
  BAD_SCALAR_START: ['yamlStart'],
};

/** Opening brackets without their closing ones, also those in texts: `[[gap]]` closes its own. */
const MAX_DEPTH = 200;
/** Block lists are nested by their indentation, or by dashes on one line. */
const MAX_INDENT = /^[ \-?:]{200}/;

class YamlSource<T> implements Parsed<T> {
  constructor(
    readonly file: string,
    readonly data: T,
    private readonly document: Document,
    private readonly lines: LineCounter,
    private readonly offset: number,
  ) {}

  at(path: Path): Position {
    return this.position(this.nodeAt(path)?.range?.[0] ?? 0);
  }

  /** Where the key itself stands, for one that should not be there. */
  keyAt(path: Path, key: string): Position {
    const map = this.nodeAt(path);
    const pair = isMap(map)
      ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    const node = pair?.key as Node | undefined;
    return node?.range ? this.position(node.range[0]) : this.at(path);
  }

  lineInside(path: Path, line: number): Position {
    const node = this.nodeAt(path);
    const start = this.at(path);
    const block =
      isScalar(node) && (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED);
    return block ? { line: start.line + 1 + line, column: 1 } : start;
  }

  private position(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { line: line + this.offset, column: col };
  }

  private nodeAt(path: Path): Node | null {
    let node = this.document.contents as Node | null;
    for (const step of path) {
      const next = isCollection(node) ? (node.get(step, true) as Node | undefined) : undefined;
      if (!next) break;
      node = next;
    }
    return node;
  }
}

function yamlFault(error: YAMLError): { problem: Problem; mend: Mend } {
  const [first = ''] = error.message.split('\n');
  return {
    problem: ['notYaml', { reason: first.replace(/ at line \d+, column \d+:?$/, '') }],
    mend: YAML_MENDS[error.code] ?? ['yamlOther'],
  };
}

/**
 * Parses YAML and checks it against `schema`; every fault goes to `faults` with its line.
 * @returns null when there was one.
 */
export function parseYaml<T>(
  file: string,
  text: string,
  schema: z.ZodType<T>,
  faults: FaultList,
  lineOffset = 0,
): Parsed<T> | null {
  const lines = new LineCounter();
  const document = parseShallow(text, lines);
  if (!document) {
    faults.add(file, null, ['endlessNesting'], ['lookForBrackets']);
    return null;
  }
  for (const error of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(error.pos[0]);
    const { problem, mend } = yamlFault(error);
    faults.add(file, { line: line + lineOffset, column: col }, problem, mend);
  }
  if (document.errors.length + document.warnings.length > 0) return null;
  const raw = toData(document);
  const result = schema.safeParse(raw, { reportInput: true });
  const source = new YamlSource(file, raw, document, lines, lineOffset);
  if (result.success) return new YamlSource(file, result.data, document, lines, lineOffset);
  for (const { path, key, problem, mend } of wordsOf(result.error.issues, raw)) {
    const position = key === undefined ? source.at(path) : source.keyAt(path, key);
    faults.add(file, position, problem, mend);
  }
  return null;
}

/** Null when the text is nested deeper than any course needs, which the parser could not follow. */
function parseShallow(text: string, lineCounter: LineCounter): Document | null {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return null;
  }
  const indented = text.split('\n').some((line) => MAX_INDENT.test(line));
  return indented ? null : parseDocument(text, { lineCounter, prettyErrors: false });
}

/** The plain value; references that multiply without end are cut off by the parser. */
function toData(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 }) ?? {};
  } catch {
    return {};
  }
}
