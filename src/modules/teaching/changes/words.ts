import { wordsOf } from '../../assessment';

/** A piece of a text that was compared with another. */
export interface Piece {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** More comparisons than this, and a text is shown as replaced as a whole. */
const MOST_CELLS = 4_000_000;

/**
 * What became of a list, by the longest common subsequence (Wagner and Fischer, 1974).
 * @returns runs of what stayed, went and came, in reading order
 */
function compareLists(
  before: readonly string[],
  after: readonly string[],
): { kind: Piece['kind']; items: string[] }[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start])
    start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const runs: { kind: Piece['kind']; items: string[] }[] = [];
  const add = (kind: Piece['kind'], items: readonly string[]) => {
    const last = runs.at(-1);
    if (items.length === 0) return;
    if (last?.kind === kind) last.items.push(...items);
    else runs.push({ kind, items: [...items] });
  };
  add('same', before.slice(0, start));
  for (const { kind, item } of middle(
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
  )) {
    add(kind, item);
  }
  add('same', before.slice(before.length - end));
  return runs;
}

function middle(
  before: readonly string[],
  after: readonly string[],
): { kind: Piece['kind']; item: readonly string[] }[] {
  const replaced = [
    { kind: 'removed' as const, item: before },
    { kind: 'added' as const, item: after },
  ];
  const width = after.length + 1;
  if (before.length === 0 || after.length === 0) return replaced;
  if ((before.length + 1) * width > MOST_CELLS) return replaced;
  // longest[i * width + j]: of what is left from i and from j.
  const longest = new Uint16Array((before.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const steps: { kind: Piece['kind']; item: readonly string[] }[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length && j < after.length) {
    const [gone, come] = [before[i] ?? '', after[j] ?? ''];
    if (gone === come) {
      steps.push({ kind: 'same', item: [gone] });
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      steps.push({ kind: 'removed', item: [gone] });
      i += 1;
    } else {
      steps.push({ kind: 'added', item: [come] });
      j += 1;
    }
  }
  return [
    ...steps,
    { kind: 'removed', item: before.slice(i) },
    { kind: 'added', item: after.slice(j) },
  ];
}

const segmenters = new Map<string, Intl.Segmenter>();

/** Words, spaces and marks; also where a language writes no spaces. */
function tokensOf(text: string, language: string): string[] {
  let segmenter = segmenters.get(language);
  if (!segmenter) {
    segmenter = new Intl.Segmenter(language, { granularity: 'word' });
    segmenters.set(language, segmenter);
  }
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

/** Compares two texts of one line by their words. */
export function compareWords(before: string, after: string, language: string): Piece[] {
  const runs = compareLists(tokensOf(before, language), tokensOf(after, language));
  return joinIslands(runs.map(({ kind, items }) => ({ kind, text: items.join('') })));
}

/** A lone space or mark that stayed between two changes would only chop them up. */
function joinIslands(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  let gone = '';
  let come = '';
  const flush = () => {
    if (gone !== '') joined.push({ kind: 'removed', text: gone });
    if (come !== '') joined.push({ kind: 'added', text: come });
    gone = '';
    come = '';
  };
  for (const [index, { kind, text }] of pieces.entries()) {
    const between = index > 0 && index < pieces.length - 1;
    if (kind === 'removed') gone += text;
    else if (kind === 'added') come += text;
    else if (between && gone !== '' && come !== '' && !/[\p{L}\p{N}]/u.test(text)) {
      gone += text;
      come += text;
    } else {
      flush();
      joined.push({ kind, text });
    }
  }
  flush();
  return joined;
}

const BLOCK_END = /<\/(?:p|li|h[1-6]|tr|figcaption|figure|blockquote|pre|div|summary)>|<br\s*\/?>/;

/** The words of cleaned HTML, a paragraph each; cells of a row stay together. */
const paragraphsOf = (html: string): string[] =>
  html
    .split(BLOCK_END)
    .map((block) => wordsOf(block))
    .filter((words) => words !== '');

/** So much of what stayed is shown around a change. */
const CONTEXT = 60;

/** Shortens long stretches that stayed the same to what stands next to the changes. */
function withContext(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece, index) => {
    if (piece.kind !== 'same' || piece.text.length <= 2 * CONTEXT) return piece;
    const head =
      index > 0 ? piece.text.slice(0, CONTEXT).replace(/[^\s\p{Script=Han}]*$/u, '') : '';
    const tail =
      index < pieces.length - 1
        ? piece.text.slice(-CONTEXT).replace(/^[^\s\p{Script=Han}]*/u, '')
        : '';
    return { kind: 'same', text: `${head}…${tail}` };
  });
}

/** Paragraphs that changed, each in its pieces; what stayed is left out. */
export function compareHtml(before: string, after: string, language: string): Piece[][] {
  const changed: Piece[][] = [];
  const runs = compareLists(paragraphsOf(before), paragraphsOf(after));
  for (const [index, { kind, items }] of runs.entries()) {
    if (kind === 'same') continue;
    const following = runs[index + 1];
    if (kind === 'removed' && following?.kind === 'added') {
      changed.push(...pairs(items, following.items, language));
    } else if (kind === 'removed' || runs[index - 1]?.kind !== 'removed') {
      changed.push(...items.map((text) => [{ kind, text }]));
    }
  }
  return changed;
}

/** Paragraphs that took the place of others: word by word where they have half of them in common. */
function pairs(before: readonly string[], after: readonly string[], language: string): Piece[][] {
  const rows: Piece[][] = [];
  for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
    const gone = before[index];
    const come = after[index];
    if (gone === undefined) rows.push([{ kind: 'added', text: come ?? '' }]);
    else if (come === undefined) rows.push([{ kind: 'removed', text: gone }]);
    else rows.push(...pair(gone, come, language));
  }
  return rows;
}

function pair(before: string, after: string, language: string): Piece[][] {
  const pieces = compareWords(before, after, language);
  const same = pieces.reduce((sum, { kind, text }) => sum + (kind === 'same' ? text.length : 0), 0);
  if (same * 3 >= Math.max(before.length, after.length)) return [withContext(pieces)];
  return [[{ kind: 'removed', text: before }], [{ kind: 'added', text: after }]];
}
