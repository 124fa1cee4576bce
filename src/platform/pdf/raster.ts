import { encodePng } from './png';
import { type Edge, type Picture, type Shape, svgShapes } from './svg-shapes';

/** Lines that are looked at in each line of pixels; along a line the share is exact. */
const SAMPLES = 8;

/** Red, green, blue and opaqueness of each pixel, with what has been painted so far. */
class Canvas {
  readonly #pixels: Uint8Array;
  readonly #width: number;
  readonly #height: number;
  /** Of the line of pixels in work: how much of each lies inside. */
  readonly #row: Float64Array;

  constructor({ width, height }: Picture) {
    this.#width = width;
    this.#height = height;
    this.#pixels = new Uint8Array(width * height * 4);
    this.#row = new Float64Array(width);
  }

  paint({ edges, colour }: Shape): void {
    let top = this.#height;
    let bottom = 0;
    for (const { from, to } of edges) {
      top = Math.min(top, from);
      bottom = Math.max(bottom, to);
    }
    const last = Math.min(this.#height, Math.ceil(bottom));
    for (let y = Math.max(0, Math.floor(top)); y < last; y += 1) {
      const near = edges.filter(({ from, to }) => from < y + 1 && to > y);
      if (near.length === 0) continue;
      this.#row.fill(0);
      for (let sample = 0; sample < SAMPLES; sample += 1) {
        this.#scan(near, y + (sample + 0.5) / SAMPLES);
      }
      this.#mix(y, colour);
    }
  }

  encode(): Buffer {
    return encodePng(this.#pixels, this.#width, this.#height);
  }

  /** Finds what lies inside along one line: where the outline has gone round it, either way. */
  #scan(edges: readonly Edge[], y: number): void {
    const crossings = edges
      .filter(({ from, to }) => from <= y && y < to)
      .map(({ from, x, slope, way }) => ({ x: x + (y - from) * slope, way }))
      .sort((a, b) => a.x - b.x);
    let turns = 0;
    let begun = 0;
    for (const { x, way } of crossings) {
      if (turns === 0) begun = x;
      turns += way;
      if (turns === 0) this.#cover(begun, x);
    }
  }

  #cover(from: number, to: number): void {
    const left = Math.max(0, from);
    const right = Math.min(this.#width, to);
    for (let x = Math.floor(left); x < right; x += 1) {
      const share = Math.min(right, x + 1) - Math.max(left, x);
      this.#row[x] = (this.#row[x] ?? 0) + share / SAMPLES;
    }
  }

  /** Lays the colour over what is there. */
  #mix(y: number, colour: Shape['colour']): void {
    for (let x = 0; x < this.#width; x += 1) {
      const over = Math.min(1, this.#row[x] ?? 0);
      if (over === 0) continue;
      const at = (y * this.#width + x) * 4;
      const under = ((this.#pixels[at + 3] ?? 0) / 255) * (1 - over);
      const whole = over + under;
      colour.forEach((part, channel) => {
        const before = this.#pixels[at + channel] ?? 0;
        this.#pixels[at + channel] = Math.round((part * over + before * under) / whole);
      });
      this.#pixels[at + 3] = Math.round(whole * 255);
    }
  }
}

/**
 * A picture that Typst has drawn as SVG, as PNG: a point is a pixel. It knows what Typst writes of
 * filled shapes and text, and no more.
 * @throws Error for a picture with anything else in it
 */
export function rasterize(svg: string): Buffer {
  const picture = svgShapes(svg);
  const canvas = new Canvas(picture);
  for (const shape of picture.shapes()) canvas.paint(shape);
  return canvas.encode();
}
