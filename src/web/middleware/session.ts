import MongoStore from 'connect-mongo';
import type { RequestHandler } from 'express';
import session from 'express-session';
import mongoose from 'mongoose';
import { DAY } from '../../shared/clock';
import { randomToken } from '../../shared/ids';

/** Sessions live this long after their last use. */
const LIFETIME_MS = 30 * DAY;

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
    store: MongoStore.create({
      client: mongoose.connection.getClient() as never,
      dbName: mongoose.connection.name,
      collectionName: 'sessions',
      stringify: false,
      touchAfter: 3600,
      autoRemove: 'native',
    }),
  });
}
