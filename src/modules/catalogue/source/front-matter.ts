import type { z } from 'zod';
import type { FaultList } from './faults';
import { type Parsed, parseYaml } from './yaml-source';

export interface MarkdownFile<T> {
  readonly head: Parsed<T>;
  readonly body: string;
  /** Lines of the file before the body. */
  readonly bodyLine: number;
}

/** Splits a Markdown file into its head between two lines of `---` and the text below. */
export function parseMarkdownFile<T>(
  file: string,
  text: string,
  schema: z.ZodType<T>,
  faults: FaultList,
): MarkdownFile<T> | null {
  const lines = text.split('\n');
  const isBorder = (line: string | undefined): boolean => line?.trimEnd() === '---';
  const end = lines.findIndex((line, index) => index > 0 && isBorder(line));
  if (!isBorder(lines[0]) || end < 0) {
    faults.add(file, { line: 1, column: 1 }, ['noHead'], ['beginWithHead']);
    return null;
  }
  const head = parseYaml(file, lines.slice(1, end).join('\n'), schema, faults, 1);
  return head && { head, body: lines.slice(end + 1).join('\n'), bodyLine: end + 1 };
}
