import type { Request, RequestHandler } from 'express';
import { ANONYMOUS, type RoleGrant } from '../../platform/authz';
import { extendContext } from '../../platform/context';
import {
  makeVisitor,
  type Place,
  type Preferences,
  placesOf,
  setVisitor,
  TEXT_SIZES,
  THEMES,
} from '../../platform/http';
import { isLanguage, negotiate } from '../../platform/i18n';

/** What passport puts on a request: one read of the account at each request. */
export interface SignedInUser {
  id: string;
  name: string;
  unread: number;
  grants: readonly RoleGrant[];
  preferences: Preferences;
  /** The administrator who acts as them. */
  by?: { id: string; name: string };
}

declare global {
  namespace Express {
    interface User extends SignedInUser {}
  }
}

/** Preferences of someone without an account: cookie `kelas_preferences`, `language.theme.textSize`. */
function preferencesOf(req: Request): Preferences {
  const raw: unknown = req.cookies?.['kelas_preferences'];
  const [language, theme, textSize] = typeof raw === 'string' ? raw.split('.') : [];
  return {
    language: isLanguage(language) ? language : negotiate(req.headers['accept-language']),
    theme: THEMES.find((each) => each === theme) ?? 'system',
    textSize: TEXT_SIZES.find((each) => each === textSize) ?? 'normal',
  };
}

/** Tells everything behind it who asks and how they like to read. */
export function visitor(timeZone: string, places: readonly Place[]): RequestHandler {
  return (req, _res, next) => {
    const { user } = req;
    if (user) {
      const { by } = user;
      extendContext({ userId: user.id, ...(by ? { byUserId: by.id } : {}) });
      const actor = { id: user.id, grants: user.grants, ...(by ? { byId: by.id } : {}) };
      setVisitor(
        req,
        makeVisitor(
          actor,
          {
            id: user.id,
            name: user.name,
            unread: user.unread,
            ...(by ? { by: by.name } : {}),
            places: placesOf(places, actor),
          },
          user.preferences,
          timeZone,
        ),
      );
    } else {
      setVisitor(req, makeVisitor(ANONYMOUS, null, preferencesOf(req), timeZone));
    }
    next();
  };
}
