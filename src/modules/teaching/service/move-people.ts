import { z } from 'zod';
import type { SignedInActor } from '../../../platform/authz';
import { type BulkKind, startBulk } from '../../../platform/bulk';
import { Conflict, invalidField } from '../../../platform/errors';
import { findPeople, rolesOf } from '../../accounts';
import { movableIn, moveEnrolment } from '../../learning';
import { courseOf } from '../policy';

interface MoveParams {
  slug: string;
  versionId: string;
}

interface MoveItem {
  enrolmentId: string;
}

/** Moving people to another version: one after the other, each by itself. */
export const movePeopleKind: BulkKind<MoveParams, MoveItem> = {
  kind: 'teaching.move-people',
  titleKey: 'teaching.move.act',
  mode: 'each',
  sliceSize: 50,
  params: z.object({ slug: z.string(), versionId: z.string() }),
  item: z.object({ enrolmentId: z.string() }),
  backHref: ({ slug }) => `/teach/courses/${slug}/people`,
  handle: async (items, { by, params }) => {
    await courseOf({ id: by, grants: await rolesOf(by) }, params.slug);
    for (const { data } of items) {
      await moveEnrolment({ enrolmentId: data.enrolmentId, versionId: params.versionId });
    }
  },
};

const NAMES_AT_ONCE = 1_000;

async function namesOf(userIds: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (let from = 0; from < userIds.length; from += NAMES_AT_ONCE) {
    const people = await findPeople(userIds.slice(from, from + NAMES_AT_ONCE));
    for (const { id, name } of people.values()) names.set(id, name);
  }
  return names;
}

/**
 * Begins to move people from one version to the newest.
 * @param request.chosen ids of enrolments; null: everyone
 * @throws Invalid (field `chosen`) when nobody is chosen; Conflict `version-changed` when another
 * version than the one that was looked at is the newest by now
 */
export async function movePeople(request: {
  actor: SignedInActor;
  slug: string;
  fromId: string;
  toId: string;
  chosen: readonly string[] | null;
}): Promise<{ actId: string }> {
  const { actor, slug, fromId, toId, chosen } = request;
  const course = await courseOf(actor, slug);
  if (course.published?.id !== toId) {
    throw new Conflict('version-changed', 'teaching.move.versionChanged');
  }
  const wanted = chosen && new Set(chosen);
  const items: { userId: string; enrolmentId: string }[] = [];
  for await (const { enrolmentId, userId } of movableIn(fromId, toId)) {
    if (!wanted || wanted.has(enrolmentId)) items.push({ userId, enrolmentId });
  }
  if (items.length === 0) throw invalidField('chosen', 'teaching.move.nobody');
  const names = await namesOf(items.map(({ userId }) => userId));
  return startBulk(movePeopleKind, {
    by: actor.id,
    params: { slug, versionId: toId },
    items: items.map(({ userId, enrolmentId }) => ({
      label: names.get(userId) ?? enrolmentId,
      data: { enrolmentId },
    })),
  });
}
