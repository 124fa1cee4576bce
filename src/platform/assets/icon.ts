import { readFileSync } from 'node:fs';
import path from 'node:path';
import ejs from 'ejs';

export interface IconOptions {
  /** What the icon says to those who do not see it; without it the icon is decoration and hidden from them. */
  label?: string;
}

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const shapes = new Map<string, string>();

/** Everything inside the svg element of a Lucide icon. */
function shapeOf(name: string): string {
  let shape = shapes.get(name);
  if (shape === undefined) {
    if (!NAME.test(name)) throw new Error(`Not a name of an icon: ${name}`);
    const folder = path.dirname(require.resolve('lucide-static/package.json'));
    const svg = readFileSync(path.join(folder, 'icons', `${name}.svg`), 'utf8');
    shape = svg
      .slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'))
      .replaceAll(/\s*\n\s*/g, '')
      .replaceAll(' />', '/>');
    shapes.set(name, shape);
  }
  return shape;
}

/**
 * A Lucide icon as inline SVG, drawn in the colour of the text around it: `icon('book-open')`.
 *
 * @throws when there is no icon of that name
 */
export function icon(name: string, { label }: IconOptions = {}): string {
  const meaning =
    label === undefined ? 'aria-hidden="true"' : `role="img" aria-label="${ejs.escapeXML(label)}"`;
  return `<svg class="k-icon" viewBox="0 0 24 24" ${meaning} focusable="false">${shapeOf(name)}</svg>`;
}
