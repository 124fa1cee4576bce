import { type NewMango, skin, third } from './mangoes';
import { type Example, type Point, readyArea } from './nearest-neighbour';
import { fill, type Texts } from './train-a-model-texts';

/** Units of the drawing: a square of this size, about one to a pixel on a phone. */
const SIZE = 320;
/** Fine enough that the border looks like a line. */
const CELLS = 64;

type Attributes = Record<string, string | number>;

function draw<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  ...children: Element[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, `${value}`);
  element.append(...children);
  return element;
}

/** A round for "ready", a square for "not ready": told apart without colour too. */
function drawLabel(ready: boolean, x: number, y: number): SVGElement {
  return ready
    ? draw('circle', { class: 'tam__ready', cx: x, cy: y, r: 9 })
    : draw('rect', { class: 'tam__not-ready', x: x - 8, y: y - 8, width: 16, height: 16, rx: 3 });
}

function drawNow(x: number, y: number): SVGElement {
  return draw('circle', { class: 'tam__now', cx: x, cy: y, r: 12 });
}

function drawNew(id: string, wrong: boolean, x: number, y: number): SVGElement {
  const letter = draw('text', { x, y: y + 6, 'text-anchor': 'middle' });
  letter.textContent = id;
  return draw(
    'g',
    { class: wrong ? 'tam__new tam__new--wrong' : 'tam__new' },
    draw('circle', { cx: x, cy: y, r: 13 }),
    letter,
  );
}

/** The mango that is being labelled; the softer it is, the deeper the dent. */
export function drawFruit(at: Point): SVGElement {
  const dent = [0, 5, 10][third(at.y)] ?? 0;
  return draw(
    'svg',
    { viewBox: '0 0 96 88', width: 96, height: 88, 'aria-hidden': 'true', class: 'tam__drawing' },
    draw('path', {
      class: 'tam__skin',
      fill: skin(at.x),
      d: `M52 14C78 14 92 32 90 50C88 70 68 82 44 82C20 82 6 68 7 52C8 40 16 34 ${26 + dent / 2} ${28 + dent}C34 ${22 + dent} 38 14 52 14z`,
    }),
    draw('path', { class: 'tam__stem', d: 'M54 14C54 9 57 6 61 5' }),
  );
}

function legendRow(text: string, ...symbols: SVGElement[]): HTMLElement {
  const row = document.createElement('li');
  const words = document.createElement('span');
  words.textContent = text;
  row.append(
    draw('svg', { viewBox: '0 0 32 32', width: 32, height: 32, 'aria-hidden': 'true' }, ...symbols),
    words,
  );
  return row;
}

function edge(className: string, from: string, to: string): HTMLElement {
  const row = document.createElement('div');
  row.className = className;
  row.setAttribute('aria-hidden', 'true');
  for (const text of [from, to]) {
    const word = document.createElement('span');
    word.textContent = text;
    row.append(word);
  }
  return row;
}

interface MapState {
  readonly examples: readonly Example[];
  /** The mango that is being labelled. */
  readonly next: Point | undefined;
  /** The new mangoes, once the model was tested. */
  readonly tested: readonly NewMango[];
  /** Ids of those that were sorted wrongly. */
  readonly wrong: readonly string[];
}

/** The map with its edges and its legend; `show` draws what the model has made of the examples. */
export function makeMap(words: Texts): { element: HTMLElement; show(state: MapState): void } {
  const stripes = (id: string) =>
    draw(
      'pattern',
      { id, width: 10, height: 10, patternUnits: 'userSpaceOnUse' },
      draw('path', { class: 'tam__ground', d: 'M0 0h10v10h-10z' }),
      draw('path', { class: 'tam__stripe', d: 'M-2 2l4-4M0 10L10 0M8 12l4-4' }),
    );
  const ground = draw('rect', { width: SIZE, height: SIZE, class: 'tam__blank' });
  const area = draw('path', { class: 'tam__area' });
  const points = draw('g', {});
  const svg = draw(
    'svg',
    { viewBox: `0 0 ${SIZE} ${SIZE}`, role: 'img', class: 'tam__drawing' },
    stripes('tam-stripes'),
    ground,
    area,
    points,
  );

  const legend = document.createElement('ul');
  legend.className = 'tam__legend';
  const newRow = legendRow(words.legendNew, drawNew('E', true, 16, 16));
  const nowRow = legendRow(words.legendNow, drawNow(16, 16));
  legend.append(
    legendRow(
      words.legendReady,
      draw('rect', { class: 'tam__area', width: 32, height: 32, rx: 6 }),
      drawLabel(true, 16, 16),
    ),
    legendRow(
      words.legendNotReady,
      draw('rect', { fill: 'url(#tam-stripes)', width: 32, height: 32, rx: 6 }),
      drawLabel(false, 16, 16),
    ),
    nowRow,
    newRow,
  );

  const element = document.createElement('div');
  element.className = 'tam__map';
  const frame = document.createElement('div');
  frame.className = 'tam__frame';
  frame.append(
    edge('tam__edge tam__edge--up', words.soft, words.hard),
    svg,
    edge('tam__edge', words.green, words.yellow),
  );
  element.append(frame, legend);

  const place = ({ x, y }: Point) => [x * SIZE, (1 - y) * SIZE] as const;

  return {
    element,
    show({ examples, next, tested, wrong }) {
      const known = examples.length > 0;
      ground.setAttribute('class', known ? '' : 'tam__blank');
      ground.setAttribute('fill', known ? 'url(#tam-stripes)' : 'none');
      const path = readyArea(examples, SIZE, CELLS);
      area.setAttribute('d', path);
      points.replaceChildren(
        ...examples.map((example) => drawLabel(example.ready, ...place(example))),
        ...(next ? [drawNow(...place(next))] : []),
        ...tested.map((mango) => drawNew(mango.id, wrong.includes(mango.id), ...place(mango))),
      );
      nowRow.hidden = !next;
      newRow.hidden = tested.length === 0;
      const ready = examples.filter((example) => example.ready).length;
      const text = known
        ? fill(words.map, {
            ready,
            notReady: examples.length - ready,
            share: Math.round(shareOf(path) * 100),
          })
        : words.noExamples;
      const tail = wrong.length ? ` ${fill(words.mapTested, { wrong: wrong.join(', ') })}` : '';
      svg.setAttribute('aria-label', text + tail);
    },
  };
}

/** The part of the map that an area's columns cover, from 0 to 1. */
function shareOf(path: string): number {
  let covered = 0;
  for (const [, height] of path.matchAll(/v(\d+(?:\.\d+)?)/g)) covered += Number(height);
  return covered / (SIZE * CELLS);
}
