import type { Request } from 'express';
import { type Actor, ANONYMOUS, hasRole, type Role } from '../authz';
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
  /** One of `TIME_ZONES`; left away: that of the site. */
  timeZone?: string;
}

/** A place of a room in the navigation, for those who hold one of its roles anywhere. */
export interface Place {
  /** What a page of the room gives as its `active`. */
  readonly key: string;
  readonly href: string;
  /** Locale key; a word or two. */
  readonly textKey: string;
  /** Name of an icon. */
  readonly icon: string;
  readonly roles: readonly Role[];
}

/** The places that the actor may go to. */
export const placesOf = (places: readonly Place[], actor: Actor): Place[] =>
  places.filter(({ roles }) => roles.some((role) => hasRole(actor, role)));

/** What the page's frame shows of the one who is signed in. */
export interface VisitorUser {
  id: string;
  name: string;
  /** Unread notifications. */
  unread: number;
  /** Name of the administrator who acts as them. */
  by?: string;
  /** Places of their roles, besides those of everyone. */
  places: readonly Place[];
}

/** The one who sent a request: who they are and how they like to read. */
export interface Visitor {
  actor: Actor;
  user: VisitorUser | null;
  preferences: Preferences;
  t: Translate;
  format: Format;
  /** Where they are: their own choice, or the site's. */
  timeZone: string;
}

const visitors = new WeakMap<Request, Visitor>();

export const makeVisitor = (
  actor: Actor,
  user: VisitorUser | null,
  preferences: Preferences,
  siteZone: string,
): Visitor => {
  const { language, timeZone = siteZone } = preferences;
  return {
    actor,
    user,
    preferences,
    t: translatorOf(language),
    format: formatOf(language, timeZone),
    timeZone,
  };
};

export const setVisitor = (req: Request, visitor: Visitor): void => {
  visitors.set(req, visitor);
};

/** False while nobody knows who sent it: a fault came first, or the session could not be read. */
export const hasVisitor = (req: Request): boolean => visitors.has(req);

/** The visitor of a request; before the session has been read, a stranger who reads English. */
export const visitorOf = (req: Request): Visitor =>
  visitors.get(req) ??
  makeVisitor(ANONYMOUS, null, { language: 'en', theme: 'system', textSize: 'normal' }, 'UTC');
