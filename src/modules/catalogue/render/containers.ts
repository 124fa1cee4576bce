import type { MarkdownIt, StateBlock, Token } from 'markdown-it';
import { translatorOf } from '../../../platform/i18n';
import { suggest } from '../source/faults';
import type { RenderEnvironment } from './environment';

/** Boxes with a title, and the icon of each. */
export const CALLOUTS: Readonly<Record<string, string>> = {
  tip: 'lightbulb',
  warning: 'triangle-alert',
  example: 'message-circle',
  try: 'hand',
  keypoints: 'key-round',
};
const NAMES = [...Object.keys(CALLOUTS), 'reveal', 'interactive'];

const OPEN = /^(:{3,})[ \t]*([\p{L}\p{N}_-]+)[ \t]*(.*)$/u;
const CLOSE = /^:{3,}[ \t]*$/;
const FENCE = /^(`{3,}|~{3,})/;

type ContainerMeta = {
  name: string;
  title: string;
};

const lineText = (state: StateBlock, line: number): string =>
  state.src
    .slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line])
    .trimEnd();

/** The line that closes the container opened at `start`; null when none does. */
function closingLine(state: StateBlock, start: number, end: number): number | null {
  let depth = 1;
  let fence = '';
  for (let line = start + 1; line < end; line += 1) {
    const text = lineText(state, line);
    const mark = FENCE.exec(text)?.[1] ?? '';
    if (fence !== '') {
      if (mark.startsWith(fence)) fence = '';
    } else if (mark !== '') {
      fence = mark;
    } else if (CLOSE.test(text)) {
      depth -= 1;
      if (depth === 0) return line;
    } else if (OPEN.test(text)) {
      depth += 1;
    }
  }
  return null;
}

function checkOpening(env: RenderEnvironment, line: number, meta: ContainerMeta): void {
  const { name, title } = meta;
  if (!NAMES.includes(name)) {
    env.fault(line, ['unknownContainer', { name }], suggest(name, NAMES));
  } else if (env.place === 'quiz') {
    env.fault(line, ['containerInQuiz', { name }], ['plainParagraphs']);
  } else if (name === 'reveal' && title === '') {
    env.fault(line, ['revealNoQuestion'], ['revealQuestion']);
  } else if (name === 'interactive' && !env.figures.has(title)) {
    env.fault(line, ['noFigure', { name: title }], suggest(title, [...env.figures].sort()));
  }
}

function containerRule(state: StateBlock, start: number, end: number, silent: boolean): boolean {
  const text = lineText(state, start);
  const env = state.env as unknown as RenderEnvironment;
  const match = OPEN.exec(text);
  if (!match) {
    if (silent || !CLOSE.test(text)) return false;
    env.fault(start, ['closesNothing'], ['takeLineOut']);
    state.line = start + 1;
    return true;
  }
  if (silent) return true;
  const meta: ContainerMeta = { name: match[2] ?? '', title: (match[3] ?? '').trim() };
  checkOpening(env, start, meta);
  const closing = closingLine(state, start, end);
  if (closing === null) {
    env.fault(start, ['notClosed', { name: meta.name }], ['endWithColons']);
  }
  const last = closing ?? end;
  if (!hasText(state, start + 1, last)) {
    env.fault(start, ['emptyContainer', { name: meta.name }], ['writeInside']);
  }
  inside(state, start, last, meta);
  state.line = closing === null ? end : closing + 1;
  return true;
}

function hasText(state: StateBlock, from: number, to: number): boolean {
  for (let line = from; line < to; line += 1) if (!state.isEmpty(line)) return true;
  return false;
}

function inside(state: StateBlock, start: number, last: number, meta: ContainerMeta): void {
  const { parentType, lineMax } = state;
  state.parentType = 'blockquote';
  state.lineMax = last;
  const open = state.push('container_open', 'div', 1);
  open.block = true;
  open.map = [start, last];
  open.meta = meta;
  state.md.block.tokenize(state, start + 1, last);
  const close = state.push('container_close', 'div', -1);
  close.block = true;
  close.meta = meta;
  state.parentType = parentType;
  state.lineMax = lineMax;
}

/** Adds `::: name title` … `:::` to the Markdown that `md` reads; containers may stand in each other. */
export function useContainers(md: MarkdownIt): void {
  md.block.ruler.before('fence', 'container', containerRule, {
    alt: ['paragraph', 'reference', 'blockquote', 'list'],
  });
  const { escapeHtml } = md.utils;
  md.renderer.rules['container_open'] = (tokens, index, _options, env) => {
    const { name, title } = metaOf(tokens[index]);
    const { language } = env as unknown as RenderEnvironment;
    const inline = (text: string) => md.renderInline(text, env);
    if (name === 'interactive') {
      return `<div class="k-interactive" data-behaviour="figure-${escapeHtml(title)}">\n`;
    }
    if (name === 'reveal') {
      return `<details class="ds-details"><summary>${inline(title)}</summary><div>\n`;
    }
    if (CALLOUTS[name] === undefined) return '<div>\n';
    const words =
      title === ''
        ? escapeHtml(translatorOf(language)(`catalogue.callout.${name}`))
        : inline(title);
    return `<div class="k-callout" data-kind="${name}"><p class="k-callout__title">${words}</p><div class="k-callout__body">\n`;
  };
  md.renderer.rules['container_close'] = (tokens, index) => {
    const { name } = metaOf(tokens[index]);
    if (name === 'reveal') return '</div></details>\n';
    return CALLOUTS[name] === undefined ? '</div>\n' : '</div></div>\n';
  };
}

/** What the rule left on an opening or closing token. */
export const metaOf = (token: Token | undefined): ContainerMeta =>
  (token?.meta ?? { name: '', title: '' }) as ContainerMeta;
