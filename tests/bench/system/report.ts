import os from 'node:os';
import { cpuTotal, type Figures } from './measure';
import type { Memory } from './processes';

export interface Row {
  readonly name: string;
  readonly figures: Figures;
  readonly control: Figures;
}

/** The pages of staff before and after the site has grown. */
export interface Grown {
  readonly from: number;
  readonly to: number;
  readonly before: ReadonlyMap<string, Figures>;
  readonly after: ReadonlyMap<string, Figures>;
  /** Of the counting anew of all of them, and what the processes had after it. */
  readonly seconds: number;
  readonly memory: ReadonlyMap<string, Memory>;
}

export interface Report {
  readonly learners: number;
  readonly people: number;
  readonly load: readonly number[];
  readonly rows: readonly Row[];
  readonly memory: ReadonlyMap<string, Memory>;
  readonly grown: Grown | null;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((cell, i) =>
    Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(Math.max(1, width - 1))}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
};

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
const cpu = (figures: Figures, name: string): string => (figures.cpu.get(name) ?? 0).toFixed(2);

function requests(rows: readonly Row[]): string {
  return table(
    ['request', 'per s', 'p50 ms', 'p99 ms', 'CPU ms', 'web', 'engine', 'bytes', 'errors'],
    rows.flatMap(({ name, figures }) => [
      [
        name,
        figures.perSecond.toFixed(0),
        figures.p50.toFixed(1),
        figures.p99.toFixed(1),
        cpuTotal(figures).toFixed(2),
        cpu(figures, 'web'),
        cpu(figures, 'engine'),
        figures.bytes.toFixed(0),
        String(figures.errors),
      ],
    ]),
  );
}

function controls(rows: readonly Row[]): string {
  return table(
    ['as many bytes as', 'per s', 'p50 ms', 'p99 ms', 'CPU ms', 'Kelas costs'],
    rows.map(({ name, figures, control }) => [
      name,
      control.perSecond.toFixed(0),
      control.p50.toFixed(1),
      control.p99.toFixed(1),
      cpuTotal(control).toFixed(3),
      `${(cpuTotal(figures) / Math.max(0.001, cpuTotal(control))).toFixed(0)} times`,
    ]),
  );
}

function memory(all: ReadonlyMap<string, Memory>): string {
  const rows = [...all].map(([name, { rss, own, files }]) => [
    name,
    megabytes(own),
    megabytes(files),
    megabytes(rss),
  ]);
  const sum = (part: 'own' | 'files') =>
    [...all.values()].reduce((total, each) => total + each[part], 0);
  return table(
    ['process', 'its own, MB', 'of files, MB', 'RSS, MB'],
    [...rows, ['all', megabytes(sum('own')), megabytes(sum('files')), '']],
  );
}

const inWords = (count: number): string => count.toLocaleString('en');

function growth({ from, to, before, after, seconds, memory: used }: Grown): string {
  const lines = [...before].flatMap(([name, first]) => {
    const then = after.get(name);
    if (!then) return [];
    return [
      [
        name,
        cpuTotal(first).toFixed(2),
        cpu(first, 'engine'),
        cpuTotal(then).toFixed(2),
        cpu(then, 'engine'),
        (cpuTotal(then) / cpuTotal(first)).toFixed(2),
        String(first.errors + then.errors),
      ],
    ];
  });
  const head = [
    'request',
    `CPU ms, ${inWords(from)}`,
    'engine',
    `CPU ms, ${inWords(to)}`,
    'engine',
    'times',
    'errors',
  ];
  return `
## With ${inWords(to)} learners

The same site, grown. Counting all of them anew for staff took ${seconds.toFixed(0)} s.

${table(head, lines)}

Memory after that counting:

${memory(used)}
`;
}

/** The page docs/benchmarks.md, whole. */
export function reportOf({ learners, people, load, rows, memory: used, grown }: Report): string {
  const [cores] = os.cpus();
  return `# Benchmarks

Written by \`npm run bench\`, on a site of its own with ${inWords(learners)} learners: real pages, real
sign-ins, the embedded engine, redis, web and worker, all on one machine together with what asks them.

- ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, Node ${process.versions.node}, ${os.cpus().length} × ${cores?.model.trim() ?? 'unknown'},
  load of the machine before: ${load.map((each) => each.toFixed(2)).join(', ')}. With a load near or above the number of
  cores the times are those of a busy machine; the CPU columns suffer least.
- ${people} people are signed in; each asks for the next page when the last has come, so times hold the queue of all ${people}.
- *CPU ms* is processor time a request in all processes of Kelas, from the kernel's counts; *bytes* are those on the
  wire, packed as a browser asks for it. Of a whole quiz the times are of the quiz, the rest is a request of it.

${requests(rows)}

## The control

A Node server that answers as many bytes and does nothing else, asked by the same program in the same run.

${controls(rows)}

## Memory, at the end of the load

*Its own* is what a process has for itself. *Of files* is its part of programs and of the database in memory, which the kernel
takes back when others need room; RSS counts both, and the database once for each thread that has it open.

${memory(used)}
${grown ? growth(grown) : ''}`;
}
