import passport from 'passport';
import { Strategy } from 'passport-local';
import { logger } from '../../platform/logger';
import { findSignedIn } from './queries';
import { type Acting, actedBy } from './service/act-as';
import { authenticate } from './service/sign-in';

interface WithSession {
  session?: { acting?: Acting };
}

type Done = (error: unknown, user?: Express.User | false | null) => void;

/** The one whose session it is, or the one as whom an administrator acts. */
async function signedInOf(id: string, acting: Acting | undefined): Promise<Express.User | null> {
  const own = await findSignedIn(id);
  const person = own && (await actedBy(own, acting));
  return person ? { ...person, by: { id: own.id, name: own.name } } : own;
}

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
  passport.deserializeUser((req: object, id: unknown, done: Done) => {
    if (typeof id !== 'string') {
      logger.warn('a session names no account');
      done(null, false);
      return;
    }
    signedInOf(id, (req as WithSession).session?.acting).then(
      (user) => done(null, user ?? false),
      done,
    );
  });
}
