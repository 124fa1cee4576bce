import MongoStore from 'connect-mongo';
import type { RequestHandler } from 'express';
import session, { type SessionData } from 'express-session';
import mongoose from 'mongoose';
import { DAY } from '../../shared/clock';
import { randomToken } from '../../shared/ids';

/** Sessions live this long after their last use. */
const LIFETIME_MS = 30 * DAY;

/** Answers a request for a session by its id alone, and looks at its end itself: half the work for the database. */
class Sessions extends MongoStore {
  override get(sid: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.collectionP
      .then((collection) => collection.findOne({ _id: sid }))
      .then((row) => {
        const isOver = row?.expires !== undefined && row.expires.getTime() <= Date.now();
        if (!row || isOver) return null;
        // By it the store knows whether the end must be moved.
        return { ...(row.session as SessionData), lastModified: row.lastModified };
      })
      .then((found) => done(null, found), done);
  }
}

/**
 * Sessions in the database. Nobody gets one before signing in; passport gives a new id at sign-in,
 * and the rooms write into the collection `sessions` nothing but what express-session keeps.
 */
export function sessions(options: { secret: string; secure: boolean }): RequestHandler {
  return session({
    name: options.secure ? '__Host-kelas_session' : 'kelas_session',
    secret: options.secret,
    genid: () => randomToken(32),
    resave: false,
    saveUninitialized: false,
    rolling: false,
    cookie: {
      httpOnly: true,
      sameSite: 'lax',
      secure: options.secure,
      path: '/',
      maxAge: LIFETIME_MS,
    },
    store: new Sessions({
      client: mongoose.connection.getClient() as never,
      dbName: mongoose.connection.name,
      collectionName: 'sessions',
      stringify: false,
      touchAfter: 3600,
      autoRemove: 'native',
    }),
  });
}
