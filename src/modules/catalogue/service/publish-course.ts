import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { coursePublished } from '../events';
import { CatalogueState, Course, CourseVersion } from '../model';
import { findVersion, forgetCatalogue } from '../queries';
import type { PublishedVersion } from '../types';

/**
 * Publishes the draft of a course: from now on it never changes, and people enrol in it.
 * @param expected hash of the draft that was looked at; without it, whichever waits
 * @throws NotFound when there is no such course, Conflict `no-draft` when nothing waits,
 * `draft-changed` when another draft waits than the expected one
 */
export async function publishCourse(slug: string, expected?: string): Promise<PublishedVersion> {
  const versionId = await inTransaction(async () => {
    const course = await Course.findOneAndUpdate(
      { slug },
      { $inc: { lastNumber: 1 } },
      { returnDocument: 'before' },
    ).lean();
    if (!course) throw new NotFound('catalogue.publish.unknown', { slug });
    const number = course.lastNumber + 1;
    const version = await CourseVersion.findOneAndUpdate(
      { courseSlug: slug, status: 'draft' },
      { $set: { status: 'published', number, publishedAt: now() } },
      { projection: { _id: 1, hash: 1 } },
    ).lean();
    if (version && expected !== undefined && version.hash !== expected) {
      throw new Conflict('draft-changed', 'catalogue.publish.draftChanged');
    }
    if (!version) throw new Conflict('no-draft', 'catalogue.publish.noDraft', { slug });
    await Course.updateOne({ slug }, { $set: { publishedId: version._id } });
    await CatalogueState.updateOne(
      { _id: 'published' },
      { $inc: { revision: 1 } },
      { upsert: true },
    );
    const id = version._id.toHexString();
    await audit({
      action: 'catalogue.publish',
      subject: { kind: 'course', id: slug },
      before: { versionId: course.publishedId?.toHexString() ?? null, number: course.lastNumber },
      after: { versionId: id, number },
    });
    await publish(coursePublished, { courseSlug: slug, versionId: id });
    return id;
  });
  forgetCatalogue();
  const version = await findVersion(versionId);
  if (!version) throw new Error(`The version ${versionId} is not there after its publication`);
  return version;
}
