import type { Request } from 'express';
import { type Actor, ANONYMOUS } from '../authz';
import type { Format, Language, Translate } from '../i18n';
import { formatOf, translatorOf } from '../i18n';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const TEXT_SIZES = ['normal', 'large', 'larger'] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

export interface Preferences {
  language: Language;
  theme: Theme;
  textSize: TextSize;
}

/** What the page's frame shows of the one who is signed in. */
export interface VisitorUser {
  id: string;
  name: string;
  /** Unread notifications. */
  unread: number;
}

/** The one who sent a request: who they are and how they like to read. */
export interface Visitor {
  actor: Actor;
  user: VisitorUser | null;
  preferences: Preferences;
  t: Translate;
  format: Format;
}

const visitors = new WeakMap<Request, Visitor>();

export const makeVisitor = (
  actor: Actor,
  user: VisitorUser | null,
  preferences: Preferences,
  timeZone: string,
): Visitor => ({
  actor,
  user,
  preferences,
  t: translatorOf(preferences.language),
  format: formatOf(preferences.language, timeZone),
});

export const setVisitor = (req: Request, visitor: Visitor): void => {
  visitors.set(req, visitor);
};

/** The visitor of a request; before the session has been read, a stranger who reads English. */
export const visitorOf = (req: Request): Visitor =>
  visitors.get(req) ??
  makeVisitor(ANONYMOUS, null, { language: 'en', theme: 'system', textSize: 'normal' }, 'UTC');
