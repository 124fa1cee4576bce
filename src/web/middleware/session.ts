import MongoStore from 'connect-mongo';
import type { RequestHandler } from 'express';
import session, { type SessionData } from 'express-session';
import mongoose from 'mongoose';
import { readerTogether } from '../../platform/db';
import { DAY, HOUR } from '../../shared/clock';
import { randomToken } from '../../shared/ids';

/** Sessions live this long after their last use. */
const LIFETIME_MS = 30 * DAY;
/** The end of a session is moved this often at most: a page that is only read writes nothing. */
const TOUCH_MS = HOUR;

interface Row {
  readonly session: SessionData;
  readonly expires?: Date;
  readonly lastModified?: Date;
}

type Stored = SessionData & { lastModified?: Date };

/** Answers a request for a session by its id alone, and looks at its end itself: half the work for the database. */
class Sessions extends MongoStore {
  readonly #read = readerTogether<Row>(
    { collection: mongoose.connection.collection('sessions') },
    (id) => id,
  );

  override get(sid: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.#read(sid)
      .then((row) => {
        const isOver = row?.expires !== undefined && row.expires.getTime() <= Date.now();
        if (!row || isOver) return null;
        // By it the store knows whether the end must be moved.
        return { ...row.session, lastModified: row.lastModified };
      })
      .then((found) => done(null, found), done);
  }

  /** When nothing is due it says so at once: an answer that waits goes out in two pieces. */
  override touch(sid: string, stored: Stored, done: (error?: unknown) => void): void {
    const { lastModified } = stored;
    if (lastModified && Date.now() - lastModified.getTime() < TOUCH_MS) done();
    else super.touch(sid, stored as never, done);
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
      touchAfter: TOUCH_MS / 1000,
      autoRemove: 'native',
    }),
  });
}
