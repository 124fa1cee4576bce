import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { NotFound } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { courseRetired, courseReturned } from '../events';
import { CatalogueState, Course } from '../model';
import { forgetCatalogue } from '../queries';

/**
 * Takes a course out of the catalogue, or brings it back. Nobody new may enrol in a retired course;
 * those inside go on, and what they earn stays. Again: the same result.
 * @throws NotFound when there is no such published course
 */
export async function setRetired(slug: string, retired: boolean): Promise<void> {
  await inTransaction(async () => {
    const course = await Course.findOne({ slug, publishedId: { $ne: null } }).lean();
    if (!course) throw new NotFound('catalogue.publish.unknown', { slug });
    const before = course.retiredAt ?? null;
    if ((before !== null) === retired) return;
    const retiredAt = retired ? now() : null;
    await Course.updateOne({ slug }, { $set: { retiredAt } });
    await CatalogueState.updateOne(
      { _id: 'published' },
      { $inc: { revision: 1 } },
      { upsert: true },
    );
    await audit({
      action: retired ? 'catalogue.retire' : 'catalogue.return',
      subject: { kind: 'course', id: slug },
      before: { retiredAt: before },
      after: { retiredAt },
    });
    await publish(retired ? courseRetired : courseReturned, { courseSlug: slug });
  });
  forgetCatalogue();
}
