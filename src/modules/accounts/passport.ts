import passport from 'passport';
import { Strategy } from 'passport-local';
import { logger } from '../../platform/logger';
import { findSignedIn } from './queries';
import { authenticate } from './service/sign-in';

/** Teaches passport our accounts: how one signs in, and what a session holds of a person: the id. */
export function setUpPassport(): void {
  passport.use(
    new Strategy({ usernameField: 'email' }, (email, password, done) => {
      authenticate(email, password)
        .then((userId) => (userId === null ? null : findSignedIn(userId)))
        .then((user) => done(null, user ?? false), done);
    }),
  );
  passport.serializeUser((user, done) => done(null, user.id));
  passport.deserializeUser((id: unknown, done) => {
    if (typeof id !== 'string') {
      logger.warn('a session names no account');
      done(null, false);
      return;
    }
    findSignedIn(id).then((user) => done(null, user ?? false), done);
  });
}
