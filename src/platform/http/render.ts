import ejs from 'ejs';
import type { Request, Response } from 'express';
import { initialsOf } from '../../shared/text';
import { type Assets, icon } from '../assets';
import { type Format, LANGUAGE_TAGS, type Language, type Translate } from '../i18n';
import { VIEWS } from '../paths';
import type { Csrf } from './csrf';
import { takeFlash } from './flash';
import { sendPacked } from './packed';
import { createTemplates } from './templates';
import { type Visitor, visitorOf } from './visitor';

/** What a page says about itself to its frame. */
export interface PageOptions {
  /** Plain text; the site's name is put after it. */
  title: string;
  description?: string;
  status?: number;
  /** Key of the current place: 'learn', 'courses', 'certificates', 'me', 'verify', or one of a room's. */
  active?: string;
  /** `focus`: a lesson or a quiz, without the bottom bar. `print`: nothing around the body. */
  layout?: 'page' | 'focus' | 'print';
  breadcrumbs?: readonly { text: string; href?: string }[];
  /** Further client entries, such as `quiz.js`. */
  scripts?: readonly string[];
  /** schema.org data of the page. */
  jsonLd?: object;
  /** Path of the page under which search engines should know it. */
  canonical?: string;
  noindex?: boolean;
  /** Asset, or path on this site, that is shown beside a link to the page elsewhere: 1200 by 630 pixels. */
  preview?: string;
  /** Seconds after which a page reloads itself when no script runs. */
  refreshSeconds?: number;
}

/** What every layout and component can use. */
export interface Shell {
  title: string;
  description: string | null;
  lang: Language;
  langTag: string;
  theme: string;
  textSize: string;
  active: string | null;
  user: {
    name: string;
    unread: number;
    /** Name of the administrator who acts as them; null: nobody does. */
    by: string | null;
    places: readonly { key: string; href: string; text: string; icon: string }[];
  } | null;
  path: string;
  csrfToken: string;
  flash: { kind: string; text: string } | null;
  scripts: readonly string[];
  layout: 'page' | 'focus' | 'print';
  breadcrumbs: readonly { text: string; href?: string }[];
  jsonLd: string | null;
  canonical: string | null;
  noindex: boolean;
  preview: string | null;
  refreshSeconds: number | null;
  demo: boolean;
}

export interface Renderer {
  /** Renders views/<page>.ejs inside its layout and sends it. */
  page(req: Request, res: Response, page: string, viewModel: object, options: PageOptions): void;
  /** Renders views/<page>.ejs alone, for an answer that replaces a part of a page. */
  fragment(req: Request, res: Response, page: string, viewModel: object): void;
  /** Text of a template for a given language without a request: for mail. */
  template(page: string, locals: object, language: Language, t: Translate, format: Format): string;
}

const HTML = 'text/html; charset=utf-8';

const escapeHtml = (text: string): string => ejs.escapeXML(text);

/** JSON inside a script element: `<` must not end it. */
const scriptJson = (value: object): string => JSON.stringify(value).replaceAll('<', '\\u003c');

export function createRenderer(options: {
  assets: Assets;
  csrf: Csrf;
  baseUrl: string;
  demo: boolean;
}): Renderer {
  const render = createTemplates(VIEWS);

  const helpers = (lang: Language, t: Translate, format: Format) => ({
    t,
    lang,
    fmt: format,
    icon,
    initials: initialsOf,
    asset: options.assets.asset,
    absolute: (ownPath: string) => `${options.baseUrl}${ownPath}`,
  });

  const localsOf = (req: Request, res: Response, visitor: Visitor) => {
    const { language } = visitor.preferences;
    let token: string | undefined;
    const csrfToken = () => {
      token ??= options.csrf.token(req, res);
      return token;
    };
    return {
      ...helpers(language, visitor.t, visitor.format),
      csrfToken,
      csrfField: () => `<input type="hidden" name="_csrf" value="${escapeHtml(csrfToken())}">`,
    };
  };

  const pictureAt = (preview: string): string =>
    preview.startsWith('/') ? preview : options.assets.asset(preview);

  const shellOf = (
    req: Request,
    res: Response,
    visitor: Visitor,
    page: PageOptions,
    csrfToken: string,
  ): Shell => {
    const { preferences } = visitor;
    const flash = takeFlash(req, res);
    return {
      title: page.title,
      description: page.description ?? null,
      lang: preferences.language,
      langTag: LANGUAGE_TAGS[preferences.language],
      theme: preferences.theme,
      textSize: preferences.textSize,
      active: page.active ?? null,
      user: visitor.user && {
        name: visitor.user.name,
        unread: visitor.user.unread,
        by: visitor.user.by ?? null,
        places: visitor.user.places.map(({ key, href, textKey, icon: name }) => ({
          key,
          href,
          text: visitor.t(textKey),
          icon: name,
        })),
      },
      path: req.originalUrl,
      csrfToken,
      flash: flash && { kind: flash.kind, text: visitor.t(flash.key, flash.values) },
      scripts: page.scripts ?? [],
      layout: page.layout ?? 'page',
      breadcrumbs: page.breadcrumbs ?? [],
      jsonLd: page.jsonLd ? scriptJson(page.jsonLd) : null,
      canonical: page.canonical === undefined ? null : `${options.baseUrl}${page.canonical}`,
      noindex: page.noindex ?? false,
      preview: page.preview === undefined ? null : `${options.baseUrl}${pictureAt(page.preview)}`,
      refreshSeconds: page.refreshSeconds ?? null,
      demo: options.demo,
    };
  };

  return {
    page(req, res, page, viewModel, pageOptions) {
      const visitor = visitorOf(req);
      const locals = localsOf(req, res, visitor);
      const shell = shellOf(req, res, visitor, pageOptions, locals.csrfToken());
      const body = render(page, { ...locals, ...viewModel, shell });
      const html = render(`layouts/${shell.layout}`, { ...locals, shell, body });
      res
        .status(pageOptions.status ?? 200)
        .set('Content-Language', shell.langTag)
        .set('Cache-Control', 'private, no-cache')
        .vary('Cookie')
        .setHeader('Content-Type', HTML);
      sendPacked(req, res, html);
    },
    fragment(req, res, page, viewModel) {
      const locals = localsOf(req, res, visitorOf(req));
      res.set('Cache-Control', 'private, no-store').setHeader('Content-Type', HTML);
      sendPacked(req, res, render(page, { ...locals, ...viewModel }));
    },
    template: (page, locals, language, t, format) =>
      render(page, { ...locals, ...helpers(language, t, format) }),
  };
}
