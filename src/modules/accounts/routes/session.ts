import passport from 'passport';
import { NotFound } from '../../../platform/errors';
import type { Exchange } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { now } from '../../../shared/clock';
import {
  DEVICE_COOKIE_MS,
  describeDevice,
  deviceCookie,
  newDeviceId,
  readDeviceCookie,
} from '../devices';
import type { SessionDetails } from '../model';
import { findSignedIn } from '../queries';
import type { Acting } from '../service/act-as';
import { recordSignIn } from '../service/sign-in';
import { rememberPreferences } from './preferences';

declare module 'express-session' {
  interface SessionData {
    /** What the page of one's own sessions shows. */
    details: SessionDetails;
    /** There while an administrator acts as someone else. */
    acting: Acting;
  }
}

type Login = Pick<Exchange, 'req' | 'res'>;

/** The account that the e-mail and password of this request open, by passport; null when none. */
export const signedInBy = ({ req, res }: Login): Promise<Express.User | null> =>
  new Promise((resolve, reject) => {
    const check = passport.authenticate(
      'local',
      { session: false },
      (error: unknown, user: Express.User | false | null) =>
        error ? reject(error) : resolve(user || null),
    );
    check(req, res, (error: unknown) => reject(error));
  });

/** Signs the visitor in: a new session, which knows its device, and a cookie that knows it again. */
export async function beginSession(
  platform: Platform,
  { req, res }: Login,
  userId: string,
): Promise<void> {
  const secret = platform.config.sessionSecret ?? '';
  const name = platform.secureCookies ? '__Host-kelas_device' : 'kelas_device';
  const device = {
    id: readDeviceCookie(secret, req.cookies?.[name]) ?? newDeviceId(),
    ...describeDevice(req.headers['user-agent']),
  };
  const user = await findSignedIn(userId);
  if (!user) throw new NotFound();
  await recordSignIn(userId, device);
  // When the session has run out, its pages are still in their language.
  rememberPreferences(platform, { res }, user.preferences);
  await new Promise<void>((resolve, reject) => {
    req.logIn(user, (error: unknown) => (error ? reject(error) : resolve()));
  });
  req.session.details = {
    deviceId: device.id,
    browser: device.browser,
    system: device.system,
    ip: req.ip ?? null,
    signedInAt: now(),
  };
  res.cookie(name, deviceCookie(secret, device.id), {
    httpOnly: true,
    sameSite: 'lax',
    secure: platform.secureCookies,
    path: '/',
    maxAge: DEVICE_COOKIE_MS,
  });
}

/** Signs the visitor out; the session is gone from the database. */
export const endPresentSession = ({ req }: Login): Promise<void> =>
  new Promise((resolve, reject) => {
    req.logout((error: unknown) => (error ? reject(error) : resolve()));
  });
