import { model, Schema, type Types } from 'mongoose';
import { LANGUAGES, type Language } from '../../platform/i18n';

export const ORGANISATION_KINDS = [
  'umbrella',
  'union',
  'branch',
  'company',
  'partner',
  'agency',
] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

/** Under what each kind may stand; null: at the root of a tree. */
export const PLACES: Record<OrganisationKind, readonly (OrganisationKind | null)[]> = {
  umbrella: [null],
  union: [null, 'umbrella'],
  branch: ['union', 'branch'],
  company: [null, 'umbrella', 'union', 'branch'],
  partner: [null, 'umbrella'],
  agency: [null, 'umbrella'],
};

export const MEMBERSHIP_KINDS = ['union-member', 'employee'] as const;
export type MembershipKind = (typeof MEMBERSHIP_KINDS)[number];

export interface OrganisationRow {
  _id: Types.ObjectId;
  /** Short and stable; course files name providers by it. */
  code: string;
  name: string;
  names: Partial<Record<Language, string>>;
  kind: OrganisationKind;
  parentId: string | null;
  /** Ids from the root of the tree to this organisation. */
  path: string[];
  timeZone: string;
  /** Nothing new is begun under it from then on. */
  closedAt: Date | null;
  /** See `holdPlace`. */
  held?: number;
  createdAt: Date;
}

const organisationSchema = new Schema<OrganisationRow>(
  {
    code: { type: String, required: true },
    name: { type: String, required: true },
    names: Object.fromEntries(LANGUAGES.map((language) => [language, { type: String }])),
    kind: { type: String, enum: ORGANISATION_KINDS, required: true },
    parentId: { type: String, default: null },
    path: { type: [String], required: true },
    timeZone: { type: String, required: true },
    closedAt: { type: Date, default: null },
    held: { type: Number },
    createdAt: { type: Date, required: true },
  },
  { collection: 'organisations', versionKey: false },
);
organisationSchema.index({ code: 1 }, { unique: true });
organisationSchema.index({ path: 1, name: 1 });
organisationSchema.index({ parentId: 1, name: 1 });

export const Organisation = model('Organisation', organisationSchema);

/**
 * One document that every change of the shape of the tree writes: of two at once the later one sees
 * the tree of the earlier one.
 */
export const TreeGuard = model(
  'TreeGuard',
  new Schema<{ _id: 'tree'; changes: number }>(
    { _id: { type: String, required: true }, changes: { type: Number, required: true } },
    { collection: 'tree_guard', versionKey: false },
  ),
);

/** An organisation that was moved, and how far the records of its people have come after it. */
export interface OrganisationMoveRow {
  _id: Types.ObjectId;
  organisationId: string;
  from: string | null;
  to: string | null;
  /** Ids of those above which it stood and no longer stands. */
  left: string[];
  at: Date;
  /** When every room had followed; null: not yet. */
  followedAt: Date | null;
  /** When they had followed once more, after everything that was under way at the move was over. */
  settledAt: Date | null;
}

const moveSchema = new Schema<OrganisationMoveRow>(
  {
    organisationId: { type: String, required: true },
    from: { type: String, default: null },
    to: { type: String, default: null },
    left: { type: [String], required: true },
    at: { type: Date, required: true },
    followedAt: { type: Date, default: null },
    settledAt: { type: Date, default: null },
  },
  { collection: 'organisation_moves', versionKey: false },
);
moveSchema.index({ organisationId: 1, followedAt: 1 });
moveSchema.index({ settledAt: 1, at: 1 });

export const OrganisationMove = model('OrganisationMove', moveSchema);

export interface MembershipRow {
  _id: Types.ObjectId;
  userId: string;
  organisationId: string;
  /** That of the organisation, for queries within a scope. */
  organisationPath: string[];
  kind: MembershipKind;
  number: string | null;
  /** Calendar days, YYYY-MM-DD, both included. */
  startsOn: string;
  endsOn: string | null;
  /** True while there is no last day; there can be one such per person, organisation and kind. */
  open: boolean;
  createdAt: Date;
}

const membershipSchema = new Schema<MembershipRow>(
  {
    userId: { type: String, required: true },
    organisationId: { type: String, required: true },
    organisationPath: { type: [String], required: true },
    kind: { type: String, enum: MEMBERSHIP_KINDS, required: true },
    number: { type: String, default: null },
    startsOn: { type: String, required: true },
    endsOn: { type: String, default: null },
    open: { type: Boolean, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'memberships', versionKey: false },
);
membershipSchema.index({ userId: 1, startsOn: -1 });
// Who joins or leaves on a day.
membershipSchema.index({ startsOn: 1 });
membershipSchema.index({ endsOn: 1 });
membershipSchema.index({ organisationPath: 1, kind: 1, startsOn: 1 });
membershipSchema.index(
  { userId: 1, organisationId: 1, kind: 1 },
  { unique: true, partialFilterExpression: { open: true } },
);

export const Membership = model('Membership', membershipSchema);

/** Whose a number in a union is: one person's for ever, also after they have left and come back. */
interface MemberNumberRow {
  _id: Types.ObjectId;
  unionId: string;
  number: string;
  userId: string;
}

const numberSchema = new Schema<MemberNumberRow>(
  {
    unionId: { type: String, required: true },
    number: { type: String, required: true },
    userId: { type: String, required: true },
  },
  { collection: 'member_numbers', versionKey: false },
);
numberSchema.index({ unionId: 1, number: 1 }, { unique: true });
numberSchema.index({ userId: 1 });

export const MemberNumber = model('MemberNumber', numberSchema);
