import mongoose from 'mongoose';
import { BoundedCache } from '../../shared/bounded-cache';
import { CatalogueState, Course, CourseVersion, type VersionRow } from './model';
import type { PublishedVersion } from './types';

/** A published version without the texts of its lessons and quizzes: what the public pages show. */
export interface CourseListing extends Omit<PublishedVersion, 'modules'> {
  readonly modules: readonly {
    readonly id: string;
    readonly title: PublishedVersion['title'];
    readonly summary: PublishedVersion['title'];
    readonly activities: readonly Pick<
      PublishedVersion['modules'][number]['activities'][number],
      'id' | 'kind' | 'title' | 'minutes'
    >[];
  }[];
}

type PublishedRow = Pick<VersionRow, '_id' | 'courseSlug' | 'number' | 'publishedAt' | 'content'>;

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

function toVersion({
  _id,
  courseSlug,
  number,
  publishedAt,
  content,
}: PublishedRow): PublishedVersion {
  if (number === null || publishedAt === null) throw new Error('A draft was read as a version');
  const { slug: _slug, ...rest } = content;
  const frame = { id: _id.toHexString(), courseSlug, number, publishedAt };
  // Shared by all requests of the process, so nobody may change it.
  return { ...frame, ...deepFreeze(rest) };
}

const versions = new BoundedCache<string, Promise<PublishedVersion | null>>(100);

async function readVersion(versionId: string): Promise<PublishedVersion | null> {
  const row = await CourseVersion.findOne({
    _id: versionId,
    status: 'published',
  }).lean<PublishedRow>();
  return row && toVersion(row);
}

/** A published version by its id (hex), or null. Kept in memory: it never changes. */
export async function findVersion(versionId: string): Promise<PublishedVersion | null> {
  if (!mongoose.isValidObjectId(versionId)) return null;
  let version = versions.get(versionId);
  if (!version) {
    version = readVersion(versionId);
    versions.set(versionId, version);
    const forget = () => versions.delete(versionId);
    // Only what is there is kept: neither an absence nor a failure lasts.
    version.then((found) => found === null && forget(), forget);
  }
  return version;
}

interface Catalogue {
  revision: number;
  /** In the order of their titles. */
  listings: readonly CourseListing[];
  bySlug: ReadonlyMap<string, CourseListing>;
}

/** How long a web process trusts its list without asking whether something was published. */
const TRUST_MS = 1_000;
let known: { catalogue: Promise<Catalogue>; revision: number } | undefined;
let askedAt = Number.NEGATIVE_INFINITY;
let connection: unknown;

async function readCatalogue(revision: number): Promise<Catalogue> {
  const courses = await Course.find(
    { publishedId: { $ne: null }, retiredAt: null },
    { publishedId: 1 },
  ).lean();
  const rows = await CourseVersion.find(
    { _id: { $in: courses.map(({ publishedId }) => publishedId) } },
    { 'content.modules.activities.html': 0, 'content.modules.activities.quiz': 0 },
  ).lean<PublishedRow[]>();
  const listings: CourseListing[] = rows.map(toVersion);
  const name = ({ title, language }: CourseListing) => title[language] ?? '';
  listings.sort((a, b) => name(a).localeCompare(name(b), 'en'));
  return {
    revision,
    listings,
    bySlug: new Map(listings.map((listing) => [listing.courseSlug, listing])),
  };
}

async function catalogue(): Promise<Catalogue> {
  const time = performance.now();
  // Tests connect one process to several databases, one after the other.
  const same = connection === mongoose.connection.db;
  if (known && same && time - askedAt < TRUST_MS) return known.catalogue;
  connection = mongoose.connection.db;
  askedAt = time;
  const state = await CatalogueState.findById('published').lean();
  const revision = state?.revision ?? 0;
  if (!known || !same || known.revision !== revision) {
    const reading = readCatalogue(revision);
    known = { catalogue: reading, revision };
    reading.catch(forgetCatalogue);
  }
  return known.catalogue;
}

/** Makes the next reader ask again; after a publication in this process. */
export function forgetCatalogue(): void {
  known = undefined;
}

/** Every course that is open for enrolment, in the order of the titles. */
export const listCourses = async (): Promise<readonly CourseListing[]> =>
  (await catalogue()).listings;

/** A course that is open for enrolment, or null. */
export const findCourse = async (slug: string): Promise<CourseListing | null> =>
  (await catalogue()).bySlug.get(slug) ?? null;

/** The version that people enrol in now, or null when there is no such published course. */
export async function findPublishedVersion(slug: string): Promise<PublishedVersion | null> {
  const listing = await findCourse(slug);
  return listing && findVersion(listing.id);
}
