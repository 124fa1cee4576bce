import hljs from 'highlight.js/lib/common';
import type { Token } from 'markdown-it';
import { suggest } from '../source/faults';
import { metaOf } from './containers';
import type { RenderEnvironment } from './environment';

/** A tag or a comment that the author meant as HTML; it would be shown as it stands. */
const RAW_HTML = /<(?:\/?[a-z][a-z0-9-]*(?:\s[^<>]*)?\/?>|!--)/i;

/** Finds what is wrong in parsed Markdown, and gives pictures and links their addresses. */
export function checkTokens(
  tokens: readonly Token[],
  env: RenderEnvironment,
  anchors: ReadonlySet<string>,
): void {
  let level = 1;
  let line = 0;
  for (const token of tokens) {
    line = token.map?.[0] ?? line;
    if (token.type === 'heading_open') level = checkHeading(token, level, line, env);
    else if (token.type === 'fence') checkCode(token, line, env);
    else if (token.type === 'container_open') checkText(metaOf(token).title, line, env);
    else if (token.type === 'inline') checkInline(token, line, env, anchors);
  }
}

function checkHeading(token: Token, before: number, line: number, env: RenderEnvironment): number {
  const level = Number(token.tag.slice(1));
  if (env.place === 'quiz') {
    env.fault(line, ['headingInQuiz'], ['boldParagraph']);
  } else if (level === 1) {
    env.fault(line, ['headingOne'], ['useLevelTwo']);
  } else if (level > 4) {
    env.fault(line, ['headingTooDeep', { level }], ['useLevels']);
  } else if (level > before + 1) {
    env.fault(
      line,
      ['headingJumps', { before, level }],
      ['useMarks', { marks: '#'.repeat(before + 1) }],
    );
  }
  return level;
}

function checkCode(token: Token, line: number, env: RenderEnvironment): void {
  const [language = ''] = token.info.trim().split(/\s/);
  if (language !== '' && language !== 'text' && !hljs.getLanguage(language)) {
    env.fault(line, ['codeLanguage', { language }], ['codeLanguages']);
  }
}

function checkInline(
  inline: Token,
  start: number,
  env: RenderEnvironment,
  anchors: ReadonlySet<string>,
): void {
  let line = start;
  const children = inline.children ?? [];
  children.forEach((token, index) => {
    if (token.type === 'softbreak' || token.type === 'hardbreak') line += 1;
    else if (token.type === 'image') resolveImage(token, line, env);
    else if (token.type === 'link_open')
      resolveLink(token, children[index + 1], line, env, anchors);
    else if (token.type === 'text') checkText(token.content, line, env);
  });
}

function checkText(text: string, line: number, env: RenderEnvironment): void {
  const html = RAW_HTML.exec(text)?.[0];
  if (html !== undefined) {
    env.fault(line, ['rawHtml', { html: html.slice(0, 40) }], ['useMarkdown']);
  }
  const address = /\]\(([^)\s]*)/.exec(text)?.[1];
  if (address !== undefined) {
    env.fault(line, ['linkUnclear', { address: address.slice(0, 60) }], ['linkForm']);
  }
}

function resolveImage(token: Token, line: number, env: RenderEnvironment): void {
  const path = String(token.attrGet('src') ?? '');
  const alternative = (token.children ?? []).map((child) => child.content).join('');
  token.content = alternative;
  if (alternative.trim() === '') {
    env.fault(line, ['noAlternative', { path }], ['sayWhatItShows']);
  }
  const image = env.image(path, line);
  token.meta = image && { src: image.url, width: image.width, height: image.height };
}

function resolveLink(
  token: Token,
  text: Token | undefined,
  line: number,
  env: RenderEnvironment,
  anchors: ReadonlySet<string>,
): void {
  const href = String(token.attrGet('href') ?? '');
  if (!text || text.type === 'link_close') {
    env.fault(line, ['linkNoWords', { href }], ['writeLinkWords']);
  }
  if (/^https?:\/\//i.test(href)) {
    token.attrSet('rel', 'noopener noreferrer');
  } else if (/^(mailto|tel):/i.test(href)) {
    return;
  } else if (href.startsWith('#')) {
    const anchor = decode(href.slice(1));
    // Authors write the words of the heading; the prefix is ours.
    const id = anchors.has(anchor) ? anchor : `s-${anchor}`;
    if (anchors.has(id)) token.attrSet('href', `#${id}`);
    else {
      const known = [...anchors].map((each) => each.slice(2));
      env.fault(line, ['noHeading', { href }], suggest(anchor, known));
    }
  } else if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith('/')) {
    env.fault(line, ['linkForbidden', { href }], ['linkTo']);
  } else if (env.place === 'quiz') {
    env.fault(line, ['linkInQuiz', { href }], ['nameLesson']);
  } else {
    const address = env.lesson(decode(href), line);
    if (address !== null) token.attrSet('href', address);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
