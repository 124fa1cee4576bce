import { type Matrix, outlineOf, type Point, SAME, times } from './outline';

/** A straight piece of an outline, from its upper to its lower end. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  /** At its upper end, and how far it goes to the right with each pixel down. */
  readonly x: number;
  readonly slope: number;
  /** 1: it was drawn downwards; -1: upwards. */
  readonly way: number;
}

export interface Shape {
  readonly edges: readonly Edge[];
  readonly colour: readonly [red: number, green: number, blue: number];
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** In the order in which they are painted. */
  shapes(): Generator<Shape>;
}

const attribute = (tag: string, name: string): string | null =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? null;

const needed = (tag: string, name: string): string => {
  const value = attribute(tag, name);
  if (value === null)
    throw new Error(`The picture has a part without ${name}: ${tag.slice(0, 80)}`);
  return value;
};

function colourOf(tag: string): Shape['colour'] {
  const [, ...parts] = /^#(..)(..)(..)$/.exec(needed(tag, 'fill')) ?? [];
  const [red, green, blue] = parts.map((part) => Number.parseInt(part, 16));
  if (red === undefined || green === undefined || blue === undefined)
    throw new Error('The picture has a colour that is not known here');
  return [red, green, blue];
}

function matrixOf(tag: string): Matrix {
  const given = attribute(tag, 'transform');
  if (given === null) return SAME;
  const [a, b, c, d, e, f] = (/^matrix\(([^)]*)\)$/.exec(given)?.[1] ?? '').split(' ').map(Number);
  if (f === undefined) throw new Error('The picture is turned in a way that is not known here');
  return [a ?? 1, b ?? 0, c ?? 0, d ?? 1, e ?? 0, f];
}

function edgesOf(path: string, matrix: Matrix): Edge[] {
  const edges: Edge[] = [];
  outlineOf(path, matrix, (a: Point, b: Point) => {
    if (a[1] === b[1]) return;
    const [upper, lower, way] = a[1] < b[1] ? [a, b, 1] : [b, a, -1];
    const slope = (lower[0] - upper[0]) / (lower[1] - upper[1]);
    edges.push({ from: upper[1], to: lower[1], x: upper[0], slope, way });
  });
  return edges;
}

const symbolsOf = (svg: string): Map<string, string> =>
  new Map(
    [...svg.matchAll(/<symbol id="([^"]+)"[^>]*>\s*<path d="([^"]*)"/g)].map(
      ([, id = '', path = '']) => [id, path],
    ),
  );

function* shapesOf(svg: string, symbols: ReadonlyMap<string, string>): Generator<Shape> {
  const around: Matrix[] = [SAME];
  const drawn = svg.replace(/<defs\b[\s\S]*?<\/defs>/g, '');
  for (const [tag, closing, name] of drawn.matchAll(/<(\/?)([a-z]+)\b[^>]*>/g)) {
    const outer = around.at(-1) ?? SAME;
    if (name === 'svg') continue;
    if (name === 'g') {
      if (closing) around.pop();
      else if (!tag.endsWith('/>')) around.push(times(outer, matrixOf(tag)));
    } else if (name === 'path') {
      const matrix = times(outer, matrixOf(tag));
      yield { edges: edgesOf(needed(tag, 'd'), matrix), colour: colourOf(tag) };
    } else if (name === 'use') {
      const path = symbols.get(needed(tag, 'xlink:href').slice(1)) ?? '';
      const shift: Matrix = [1, 0, 0, 1, Number(needed(tag, 'x')), Number(needed(tag, 'y'))];
      yield { edges: edgesOf(path, times(outer, shift)), colour: colourOf(tag) };
    } else throw new Error(`The picture has a <${name}>, which is not known here`);
  }
}

/** The filled shapes of a picture as Typst writes it. @throws Error for one with anything else in it */
export function svgShapes(svg: string): Picture {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  if (width === undefined || height === undefined) throw new Error('The picture has no size');
  return {
    width: Number(width),
    height: Number(height),
    shapes: () => shapesOf(svg, symbolsOf(svg)),
  };
}
