/** x' = a·x + c·y + e, y' = b·x + d·y + f */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];
export type Point = readonly [x: number, y: number];

export const SAME: Matrix = [1, 0, 0, 1, 0, 0];

/** What `n` does first, and then `m`. */
export const times = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[2] * n[1],
  m[1] * n[0] + m[3] * n[1],
  m[0] * n[2] + m[2] * n[3],
  m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4],
  m[1] * n[4] + m[3] * n[5] + m[5],
];

/** Straight pieces that stand for a curve: fine enough for what is a few hundred pixels large. */
const PIECES = 16;

const between = (a: Point, b: Point, t: number): Point => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
];

/** The point at `t` of a Bézier curve, by de Casteljau. */
const along = (points: readonly Point[], t: number): Point => {
  let rest = points;
  while (rest.length > 1)
    rest = rest.slice(1).map((point, index) => between(rest[index] ?? point, point, t));
  return rest[0] ?? [0, 0];
};

/** Reads a path with the commands that Typst writes, and tells its straight pieces, in pixels. */
export function outlineOf(path: string, m: Matrix, line: (from: Point, to: Point) => void): void {
  const tokens = path.match(/[A-Za-z]|-?[\d.]+(?:e-?\d+)?/g) ?? [];
  const pixel = ([x, y]: Point): Point => [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]];
  let next = 0;
  let at: Point = [0, 0];
  let start = at;
  const number = (): number => {
    const value = Number(tokens[next]);
    if (Number.isNaN(value)) throw new Error('A path of the picture breaks off');
    next += 1;
    return value;
  };
  const point = (): Point => [at[0] + number(), at[1] + number()];
  const draw = (to: Point): void => {
    line(pixel(at), pixel(to));
    at = to;
  };
  const curve = (...points: Point[]): void => {
    const from = at;
    for (let piece = 1; piece <= PIECES; piece += 1) draw(along([from, ...points], piece / PIECES));
  };
  // An outline that is filled is closed, whether it says so or not.
  const close = (): void => {
    if (at !== start) draw(start);
  };
  const commands: Record<string, () => void> = {
    M: () => {
      close();
      at = [number(), number()];
      start = at;
    },
    m: () => {
      close();
      at = point();
      start = at;
    },
    l: () => draw(point()),
    h: () => draw([at[0] + number(), at[1]]),
    v: () => draw([at[0], at[1] + number()]),
    q: () => curve(point(), point()),
    c: () => curve(point(), point(), point()),
    Z: close,
  };
  while (next < tokens.length) {
    const name = tokens[next] ?? '';
    const command = commands[name];
    if (!command) throw new Error(`A path of the picture has ${name}, which is not known here`);
    next += 1;
    command();
  }
  close();
}
