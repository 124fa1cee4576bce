import hljs from 'highlight.js/lib/common';
import MarkdownIt, { type Token } from 'markdown-it';
import { translatorOf } from '../../../platform/i18n';
import { checkTokens } from './checks';
import { clean } from './clean';
import { useContainers } from './containers';
import type { RenderEnvironment } from './environment';

const md = new MarkdownIt({
  html: false,
  linkify: true,
  highlight: (code, language) =>
    hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : '',
});
// Only whole addresses become links by themselves, not every "word.ending".
md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
useContainers(md);

const { escapeHtml } = md.utils;
const languageOf = (env: unknown) => (env as RenderEnvironment).language;

md.renderer.rules['table_open'] = (_tokens, _index, _options, env) => {
  const label = escapeHtml(translatorOf(languageOf(env))('catalogue.table.label'));
  return `<div class="k-scroll" tabindex="0" role="group" aria-label="${label}"><table>\n`;
};
md.renderer.rules['table_close'] = () => '</table></div>\n';

/** The column's alignment comes as a style, which the content security policy forbids. */
function alignment(token: Token): string {
  const side = /text-align:(right|center)/.exec(String(token.attrGet('style') ?? ''))?.[1];
  if (!side) return '';
  return ` class="k-align-${side === 'right' ? 'end' : 'center'}"`;
}
md.renderer.rules['th_open'] = (tokens, index) => {
  const token = tokens[index];
  return token ? `<th scope="col"${alignment(token)}>` : '';
};
md.renderer.rules['td_open'] = (tokens, index) => {
  const token = tokens[index];
  return token ? `<td${alignment(token)}>` : '';
};

interface ImageMeta {
  src: string;
  width: number | null;
  height: number | null;
}

md.renderer.rules['image'] = (tokens, index) => {
  const token = tokens[index];
  const meta = token?.meta as ImageMeta | null | undefined;
  if (!token || !meta) return '';
  const size =
    meta.width !== null && meta.height !== null
      ? ` width="${meta.width}" height="${meta.height}"`
      : '';
  return `<img src="${escapeHtml(meta.src)}" alt="${escapeHtml(token.content)}"${size} loading="lazy" decoding="async">`;
};

const isFigure = (tokens: readonly Token[], index: number): boolean => {
  const inline = tokens[index + 1];
  const [only, ...others] = inline?.children ?? [];
  return others.length === 0 && only?.type === 'image';
};

// A picture that stands alone is a figure; its title is the caption.
md.renderer.rules['paragraph_open'] = (tokens, index, options, _env, self) =>
  isFigure(tokens, index) ? '<figure>' : self.renderToken(tokens, index, options);
md.renderer.rules['paragraph_close'] = (tokens, index, options, _env, self) => {
  if (!isFigure(tokens, index - 2)) return self.renderToken(tokens, index, options);
  const caption = tokens[index - 1]?.children?.[0]?.attrGet('title');
  return caption
    ? `<figcaption>${escapeHtml(String(caption))}</figcaption></figure>\n`
    : '</figure>\n';
};

function slugs(): (heading: string) => string {
  const used = new Map<string, number>();
  return (heading) => {
    const slug =
      heading
        .normalize('NFC')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')
        .replaceAll(/^-|-$/g, '') || 'section';
    const count = (used.get(slug) ?? 0) + 1;
    used.set(slug, count);
    // The prefix keeps them apart from the ids of the page around.
    return count === 1 ? `s-${slug}` : `s-${slug}-${count}`;
  };
}

const plainText = (token: Token | undefined): string =>
  (token?.children ?? [])
    .filter((child) => child.type === 'text' || child.type === 'code_inline')
    .map((child) => child.content)
    .join('');

/** Gives headings their anchors. @returns the anchors. */
function anchorHeadings(tokens: readonly Token[]): Set<string> {
  const slug = slugs();
  const anchors = new Set<string>();
  tokens.forEach((token, index) => {
    if (token.type !== 'heading_open') return;
    const id = slug(plainText(tokens[index + 1]));
    token.attrSet('id', id);
    anchors.add(id);
  });
  return anchors;
}

/** A text of several paragraphs as clean HTML; tells every fault in it. */
export function renderBlock(text: string, env: RenderEnvironment): string {
  const tokens = md.parse(text, env as never);
  checkTokens(tokens, env, anchorHeadings(tokens));
  return clean(md.renderer.render(tokens, md.options, env as never));
}

/** A text of one line as clean HTML without a paragraph around it; tells every fault in it. */
export function renderLine(text: string, env: RenderEnvironment): string {
  const tokens = md.parseInline(text.replaceAll(/\s*\n\s*/g, ' '), env as never);
  checkTokens(tokens, env, new Set());
  return clean(md.renderer.render(tokens, md.options, env as never));
}

/** True when Markdown would change the text: it holds marks that plain text would show as they are. */
export const hasMarkup = (text: string): boolean => md.renderInline(text) !== escapeHtml(text);
