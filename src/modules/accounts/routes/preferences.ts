import {
  type Exchange,
  ownPath,
  type Preferences,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { DAY } from '../../../shared/clock';
import { PreferencesForm } from '../schemas';
import { changePreferences } from '../service/profile';

/** Leaves the choices in this browser, for whoever is not signed in. */
export function rememberPreferences(
  { secureCookies }: Platform,
  { res }: Pick<Exchange, 'res'>,
  { language, theme, textSize }: Preferences,
): void {
  res.cookie('kelas_preferences', `${language}.${theme}.${textSize}`, {
    httpOnly: true,
    sameSite: 'lax',
    secure: secureCookies,
    path: '/',
    maxAge: 400 * DAY,
  });
}

const zoneOf = (timeZone: string | undefined): Pick<Preferences, 'timeZone'> =>
  timeZone ? { timeZone } : {};

export const preferenceRoutes = (platform: Platform): Route[] => [
  route({
    method: 'post',
    path: '/preferences',
    access: 'public',
    schemas: { body: PreferencesForm },
    handler: async (exchange) => {
      const { actor, body, visitor, redirect } = exchange;
      const before = visitor.preferences;
      const after: Preferences = {
        language: body.language ?? before.language,
        theme: body.theme ?? before.theme,
        textSize: body.textSize ?? before.textSize,
        ...zoneOf(body.timeZone ?? before.timeZone),
      };
      if (actor.id !== null) await changePreferences(actor.id, before, after);
      rememberPreferences(platform, exchange, after);
      redirect(ownPath(body.returnTo, '/'));
    },
  }),
];
