import MongoStore from 'connect-mongo';
import cookieParser from 'cookie-parser';
import type { Request, RequestHandler } from 'express';
import session, { type Session, type SessionData } from 'express-session';
import mongoose from 'mongoose';
import passport from 'passport';
import { readerTogether } from '../../platform/db';
import { isRead } from '../../platform/http';
import { DAY, HOUR } from '../../shared/clock';
import { randomToken } from '../../shared/ids';

/** Sessions live this long after their last use. */
const LIFETIME_MS = 30 * DAY;
/** The end of a session is moved this often at most: a page that is only read writes nothing. */
const TOUCH_MS = HOUR;

interface Row {
  readonly session: SessionData & { passport?: { user?: unknown } };
  readonly expires?: Date;
  readonly lastModified?: Date;
}

type Stored = SessionData & { lastModified?: Date };

const isFresh = (lastModified: Date | undefined): boolean =>
  lastModified !== undefined && Date.now() - lastModified.getTime() < TOUCH_MS;

/** Answers a request for a session by its id alone, and looks at its end itself: half the work for the database. */
class Sessions extends MongoStore {
  readonly #read = readerTogether<Row>(
    { collection: mongoose.connection.collection('sessions') },
    (id) => id,
  );

  /** The session while it lasts. */
  async find(sid: string): Promise<Row | null> {
    const row = await this.#read(sid);
    const isOver = row?.expires !== undefined && row.expires.getTime() <= Date.now();
    return isOver ? null : row;
  }

  override get(sid: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.find(sid)
      // By the time of its last change the store knows whether the end must be moved.
      .then((row) => row && { ...row.session, lastModified: row.lastModified })
      .then((found) => done(null, found), done);
  }

  /** When nothing is due it says so at once: an answer that waits goes out in two pieces. */
  override touch(sid: string, stored: Stored, done: (error?: unknown) => void): void {
    if (isFresh(stored.lastModified)) done();
    else super.touch(sid, stored as never, done);
  }
}

/** By passport, as the session says. */
const personOf = (req: Request, serialized: NonNullable<unknown>): Promise<Express.User | null> =>
  new Promise((resolve, reject) => {
    passport.deserializeUser(serialized, req, (error: unknown, user?: Express.User | false) =>
      error ? reject(error) : resolve(user || null),
    );
  });

/**
 * Sessions in the database, and who is signed in by them. Nobody gets one before signing in; passport
 * gives a new id at sign-in, and the rooms write into the collection `sessions` nothing but what
 * express-session keeps. Who only asks for a page (GET) finds the session as it is, to be read: what
 * express-session does around an answer so that it can be changed is a good part of what a page costs.
 */
export function sessions(options: { secret: string; secure: boolean }): RequestHandler {
  const { secret, secure } = options;
  const name = secure ? '__Host-kelas_session' : 'kelas_session';
  const store = new Sessions({
    client: mongoose.connection.getClient() as never,
    dbName: mongoose.connection.name,
    collectionName: 'sessions',
    stringify: false,
    touchAfter: TOUCH_MS / 1000,
    autoRemove: 'native',
  });

  /** True when that was all: nobody is there, or who it is has been found. */
  const recognise = async (req: Request): Promise<boolean> => {
    const cookie: unknown = req.cookies?.[name];
    const sid = typeof cookie === 'string' && cookieParser.signedCookie(cookie, secret);
    if (!sid || sid === cookie) return true;
    const row = await store.find(sid);
    if (!row) return true;
    if (!isFresh(row.lastModified)) return false;
    const serialized = row.session.passport?.user;
    if (serialized === undefined || serialized === null) return true;
    req.sessionID = sid;
    req.session = Object.freeze(row.session) as unknown as Session & SessionData;
    const user = await personOf(req, serialized);
    if (user) req.user = user;
    return true;
  };

  const whole = session({
    name,
    secret,
    genid: () => randomToken(32),
    resave: false,
    saveUninitialized: false,
    rolling: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: LIFETIME_MS },
    store,
  });
  const byPassport: RequestHandler = passport.session();
  return (req, res, next) => {
    const wholly = () =>
      whole(req, res, (error?: unknown) => {
        // What is asked of the whole server (`OPTIONS *`) is outside the path of the cookie, and has none.
        if (error || !req.session) next(error);
        else byPassport(req, res, next);
      });
    if (!isRead(req)) wholly();
    else recognise(req).then((done) => (done ? next() : wholly()), next);
  };
}
