import sanitizeHtml from 'sanitize-html';
import { icon } from '../../../platform/assets';
import { CALLOUTS } from './containers';

const OPTIONS: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['h2', 'h3', 'h4', 'p', 'ul', 'ol', 'li', 'blockquote', 'hr', 'br', 'pre', 'code'],
    ...['strong', 'em', 's', 'a', 'span', 'div', 'details', 'summary'],
    ...['img', 'figure', 'figcaption', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
    a: ['href', 'rel'],
    img: ['src', 'alt', 'width', 'height', 'loading', 'decoding'],
    th: ['scope', 'class'],
    td: ['class'],
    ol: ['start'],
    h2: ['id'],
    h3: ['id'],
    h4: ['id'],
    code: ['class'],
    span: ['class'],
    p: ['class'],
    details: ['class'],
    div: ['class', 'data-kind', 'data-behaviour', 'tabindex', 'role', 'aria-label'],
  },
  allowedClasses: {
    div: ['k-callout', 'k-callout__body', 'k-interactive', 'k-scroll'],
    p: ['k-callout__title'],
    details: ['ds-details'],
    th: ['k-align-end', 'k-align-center'],
    td: ['k-align-end', 'k-align-center'],
    code: [/^language-[a-z0-9+-]+$/],
    span: [/^hljs-[a-z_-]+$/, /^[a-z]+_$/],
  },
  allowedSchemes: ['https', 'http', 'mailto', 'tel'],
  allowedSchemesByTag: { img: [] },
  allowProtocolRelative: false,
  // Pictures come from the course itself and from nowhere else.
  exclusiveFilter: ({ tag, attribs }) =>
    tag === 'img' &&
    !/^\/courses\/[a-z0-9-]+\/assets\/[0-9a-f]{32}\.[a-z]+$/.test(attribs['src'] ?? ''),
  transformTags: {
    div: (tagName, attribs) => {
      const { 'data-behaviour': behaviour, ...rest } = attribs;
      const kept = /^figure-[a-z0-9-]+$/.test(behaviour ?? '');
      return {
        tagName,
        attribs: kept ? { ...rest, 'data-behaviour': behaviour ?? '' } : rest,
      };
    },
  },
};

const CALLOUT_TITLE = /(<div class="k-callout" data-kind="([a-z]+)"><p class="k-callout__title">)/g;

/** Lets through what lessons are made of and nothing else; then adds the icons of the boxes. */
export const clean = (html: string): string =>
  sanitizeHtml(html, OPTIONS)
    .replaceAll(CALLOUT_TITLE, (_, start: string, kind: string) => {
      const name = CALLOUTS[kind];
      return name === undefined ? start : `${start}${icon(name)}`;
    })
    .trim();
