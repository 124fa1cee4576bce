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
    env.fault(line, 'a heading cannot stand in a quiz', 'write it as a paragraph, in **bold**');
  } else if (level === 1) {
    env.fault(line, 'a heading of level 1 stands in the lesson', 'use ##: the title is level 1');
  } else if (level > 4) {
    env.fault(line, `a heading of level ${level} is too deep`, 'use ##, ### or ####');
  } else if (level > before + 1) {
    env.fault(
      line,
      `the heading jumps from level ${before} to level ${level}`,
      `use ${'#'.repeat(before + 1)}`,
    );
  }
  return level;
}

function checkCode(token: Token, line: number, env: RenderEnvironment): void {
  const [language = ''] = token.info.trim().split(/\s/);
  if (language !== '' && language !== 'text' && !hljs.getLanguage(language)) {
    env.fault(
      line,
      `code in "${language}" cannot be coloured`,
      'use a language such as python, sql, json or bash, or text',
    );
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
    env.fault(
      line,
      `raw HTML is not allowed: ${html.slice(0, 40)}`,
      'write it in Markdown; to show it as text put it into `backticks`',
    );
  }
  const address = /\]\(([^)\s]*)/.exec(text)?.[1];
  if (address !== undefined) {
    env.fault(
      line,
      `the link to "${address.slice(0, 60)}" is not understood`,
      'write [words](https://example.org), without spaces in the address',
    );
  }
}

function resolveImage(token: Token, line: number, env: RenderEnvironment): void {
  const path = String(token.attrGet('src') ?? '');
  const alternative = (token.children ?? []).map((child) => child.content).join('');
  token.content = alternative;
  if (alternative.trim() === '') {
    env.fault(
      line,
      `the picture ${path} has no alternative text`,
      'say in the square brackets what it shows, for those who do not see it',
    );
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
    env.fault(line, `the link to ${href} has no words`, 'write [words](address)');
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
      env.fault(line, `there is no heading ${href} in this text`, suggest(anchor, known));
    }
  } else if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith('/')) {
    env.fault(
      line,
      `the link to ${href} is not allowed`,
      'link to https://…, mailto:…, tel:… or to the file of a lesson of this course',
    );
  } else if (env.place === 'quiz') {
    env.fault(line, `the link to ${href} cannot stand in a quiz`, 'name the lesson in words');
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
