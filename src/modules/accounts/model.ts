import { model, Schema, type Types } from 'mongoose';
import { ROLES, type RoleGrant } from '../../platform/authz';
import { type Preferences, TEXT_SIZES, THEMES } from '../../platform/http';
import { LANGUAGES } from '../../platform/i18n';

export interface KnownDevice {
  id: string;
  /** What the browser said of itself at its last sign-in. */
  browser: string | null;
  system: string | null;
  firstSeenAt: Date;
  lastSeenAt: Date;
}

export interface UserRow {
  _id: Types.ObjectId;
  name: string;
  /** As it was typed; mail goes there. */
  email: string;
  /** Under which the address is unique. */
  emailKey: string;
  emailConfirmedAt: Date | null;
  /**
   * True for an account that someone made on the sign-up page until its address is confirmed:
   * nobody signs in to it before, so that signing up tells nobody whether an account was there.
   */
  awaitsConfirmation: boolean;
  /** Address that was asked for and is not yet confirmed. */
  pendingEmail: string | null;
  /** Address before the last change: it is told of the change. */
  previousEmail: string | null;
  /** argon2id; null: only a reset link leads in. */
  passwordHash: string | null;
  preferences: Preferences;
  grants: RoleGrant[];
  /** Unread notifications, counted along by the room of notifications. */
  unread: number;
  knownDevices: KnownDevice[];
  /** Words of name and address by whose beginnings the account is found. */
  searchKeys: string[];
  createdAt: Date;
}

const userSchema = new Schema<UserRow>(
  {
    name: { type: String, required: true },
    email: { type: String, required: true },
    emailKey: { type: String, required: true },
    emailConfirmedAt: { type: Date, default: null },
    awaitsConfirmation: { type: Boolean, default: false },
    pendingEmail: { type: String, default: null },
    previousEmail: { type: String, default: null },
    passwordHash: { type: String, default: null },
    preferences: {
      language: { type: String, enum: LANGUAGES, default: 'en' },
      theme: { type: String, enum: THEMES, default: 'system' },
      textSize: { type: String, enum: TEXT_SIZES, default: 'normal' },
      timeZone: String,
    },
    grants: [
      {
        _id: false,
        role: { type: String, enum: ROLES, required: true },
        organisationId: { type: String, required: true },
      },
    ],
    unread: { type: Number, default: 0 },
    knownDevices: [
      {
        _id: false,
        id: { type: String, required: true },
        browser: { type: String, default: null },
        system: { type: String, default: null },
        firstSeenAt: { type: Date, required: true },
        lastSeenAt: { type: Date, required: true },
      },
    ],
    searchKeys: { type: [String], default: undefined },
    createdAt: { type: Date, required: true },
  },
  { collection: 'users', versionKey: false },
);
userSchema.index({ emailKey: 1 }, { unique: true });
userSchema.index({ emailConfirmedAt: 1, createdAt: 1 });
userSchema.index({ 'grants.role': 1 });
userSchema.index({ 'grants.organisationId': 1, _id: 1 });
userSchema.index({ searchKeys: 1, _id: 1 });

export const User = model('User', userSchema);

/** An account that was joined with another one of the same person. */
export interface MergedAccountRow {
  /** Id that the account had. */
  _id: Types.ObjectId;
  /** The account that stayed. */
  into: string;
  /** Its address: it leads to the account that stayed, and nobody signs in with it. */
  email: string;
  /** Null once its address belongs to an account again. */
  emailKey: string | null;
  /** Somebody had shown that the address was theirs. */
  confirmed: boolean;
  at: Date;
  /** When every room had joined what it keeps; null: not yet. */
  finishedAt: Date | null;
}

const mergedSchema = new Schema<MergedAccountRow>(
  {
    into: { type: String, required: true },
    email: { type: String, required: true },
    emailKey: { type: String, default: null },
    confirmed: { type: Boolean, required: true },
    at: { type: Date, required: true },
    finishedAt: { type: Date, default: null },
  },
  { collection: 'merged_accounts', versionKey: false },
);
mergedSchema.index(
  { emailKey: 1 },
  // Said so that a query for an address is answered by it: "is a text" is not taken as implied.
  { unique: true, partialFilterExpression: { emailKey: { $gt: '' } } },
);
mergedSchema.index({ into: 1 });
mergedSchema.index({ finishedAt: 1, at: 1 });

export const MergedAccount = model('MergedAccount', mergedSchema);

/** Addresses of someone who has left, until every room has forgotten them. */
export const LeavingAccount = model(
  'LeavingAccount',
  new Schema<{ _id: Types.ObjectId; emailKeys: string[] }>(
    {
      _id: { type: Schema.Types.ObjectId, required: true },
      emailKeys: { type: [String], required: true },
    },
    { collection: 'leaving_accounts', versionKey: false },
  ),
);

/** There for as long as the site has had its first administrator: the key allows one. */
interface FirstAdministratorRow {
  _id: 'first-administrator';
  userId: Types.ObjectId;
}

export const FirstAdministrator = model(
  'FirstAdministrator',
  new Schema<FirstAdministratorRow>(
    {
      _id: { type: String, required: true },
      userId: { type: Schema.Types.ObjectId, required: true },
    },
    { collection: 'first_administrator', versionKey: false },
  ),
);

/**
 * One document that every change of who administers the whole site writes: two changes at once
 * cannot each think that the other's administrator stays.
 */
export const AdministratorGuard = model(
  'AdministratorGuard',
  new Schema<{ _id: 'administrators'; changes: number }>(
    { _id: { type: String, required: true }, changes: { type: Number, required: true } },
    { collection: 'administrator_guard', versionKey: false },
  ),
);

/** What the sign-in adds to a session. */
export interface SessionDetails {
  deviceId: string;
  browser: string | null;
  system: string | null;
  ip: string | null;
  signedInAt: Date;
}

/** A session as express-session and connect-mongo keep it. */
export interface SessionRow {
  _id: string;
  expires: Date;
  lastModified?: Date;
  session: { passport?: { user?: string }; details?: SessionDetails };
}

const sessionSchema = new Schema<SessionRow>(
  {
    _id: { type: String, required: true },
    expires: { type: Date, required: true },
    lastModified: { type: Date },
    session: { type: Schema.Types.Mixed },
  },
  { collection: 'sessions', versionKey: false },
);
sessionSchema.index({ 'session.passport.user': 1, expires: 1 });

export const SessionRecord = model('SessionRow', sessionSchema);
