import type { Fault, PublishedVersion } from './types';

export { languageOf, textIn } from './localised';
export * from './types';

/** A version by its id (hex), or null. Kept in memory: it never changes. */
export declare function findVersion(versionId: string): Promise<PublishedVersion | null>;
/** The version that people enrol in now, or null when there is no such published course. */
export declare function findPublishedVersion(slug: string): Promise<PublishedVersion | null>;
/** Every fault of a course folder, in the order of files and lines; none: it can be published. */
export declare function checkCourse(dir: string): Promise<Fault[]>;
/** Publishes the draft of a course. @throws NotFound, Conflict `no-draft` */
export declare function publishCourse(slug: string): Promise<PublishedVersion>;
