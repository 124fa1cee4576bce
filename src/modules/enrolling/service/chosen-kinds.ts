import { z } from 'zod';
import { withoutWords } from '../../../platform/audit';
import type { Actor } from '../../../platform/authz';
import type { BulkContext, BulkItem, BulkKind } from '../../../platform/bulk';
import { Conflict, NotFound } from '../../../platform/errors';
import { rolesOf } from '../../accounts';
import { type EnrolmentSummary, enrolMany, setDueDate, withdrawByStaff } from '../../learning';
import type { Day } from '../../organisations';
import type { ListedPerson, PeopleLists } from '../lists';
import type { MessageTexts } from '../model';
import { remind, Texts } from './remind';
import { enrolmentsFor, peopleScopeOf } from './within';
import { worldOf } from './world';

const item = z.object({ enrolmentId: z.string() });
type Item = z.infer<typeof item>;

/** What every act on chosen people keeps. */
const common = {
  back: z.string(),
  /** The list whose people it is for, all of them; null: for those who were ticked. */
  list: z.string().nullable().default(null),
};
interface Common {
  back: string;
  list: string | null;
}

/** What the one who began an act may still do when it runs. */
const actorNow = async (by: string): Promise<Actor & { id: string }> => ({
  id: by,
  grants: await rolesOf(by),
});

/** The enrolments of the items. @throws NotFound when one is not in the scope (any more) */
async function known(actor: Actor, items: readonly BulkItem<Item>[]): Promise<EnrolmentSummary[]> {
  const ids = items.map(({ data }) => data.enrolmentId);
  const found = await enrolmentsFor(await peopleScopeOf(actor), ids);
  if (found.length < ids.length) throw new NotFound('enrolling.error.notYours');
  return found;
}

type Work<P> = (
  enrolments: readonly EnrolmentSummary[],
  context: BulkContext<P> & { readonly actor: Actor & { id: string } },
) => Promise<void>;

/** Each once: a list may move while it is read. */
async function* once(
  people: AsyncIterable<readonly ListedPerson[]>,
  idOf: (person: ListedPerson) => string,
) {
  const met = new Set<string>();
  for await (const batch of people) {
    const fresh = batch.filter((person) => {
      const isNew = !met.has(idOf(person));
      met.add(idOf(person));
      return isNew;
    });
    yield fresh.map(({ enrolmentId, name }) => ({ label: name, data: { enrolmentId } }));
  }
}

/** The acts on people who were chosen in a list, or on everyone in one. */
export function chosenKinds(lists: PeopleLists, timeZone: string) {
  const kindOf = <P extends object>(
    name: string,
    words: string,
    params: z.ZodType<P & Common>,
    work: Work<P & Common>,
    /** Acts on the person, so a second enrolment of theirs brings nothing; otherwise on each one that is open. */
    byPerson = false,
  ): BulkKind<P & Common, Item> => ({
    kind: `enrolling.${name}`,
    titleKey: `enrolling.${words}.doing`,
    mode: 'each',
    params,
    item,
    audited: ({ back: _back, list, ...own }) => ({
      ...own,
      list: list && withoutWords(Object.fromEntries(new URLSearchParams(list)), 'q'),
    }),
    backHref: ({ back }) => back,
    gather: async function* ({ by, params: { list } }) {
      const people = lists.each(await actorNow(by), list ?? '', { openOnly: !byPerson });
      try {
        yield* once(people, ({ enrolmentId, userId }) => (byPerson ? userId : enrolmentId));
      } catch (error) {
        throw error instanceof NotFound ? new NotFound('enrolling.error.notYours') : error;
      }
    },
    handle: async (items, context) => {
      const actor = await actorNow(context.by);
      await work(await known(actor, items), { ...context, actor });
    },
  });

  return {
    /** Sets the day by which people are to be done, or takes it away. */
    due: kindOf<{ dueOn: Day | null }>(
      'set-due',
      'due',
      z.object({ ...common, dueOn: z.string().nullable() }),
      async (enrolments, { params: { dueOn } }) => {
        for (const { enrolmentId } of enrolments) {
          await setDueDate({ enrolmentId, dueOn, scope: { kind: 'all' } });
        }
      },
    ),
    /** Takes people out of a course. */
    withdraw: kindOf<{ reason: string }>(
      'withdraw',
      'withdraw',
      z.object({ ...common, reason: z.string() }),
      async (enrolments, { params: { reason } }) => {
        for (const { enrolmentId } of enrolments) {
          await withdrawByStaff({ enrolmentId, reason, scope: { kind: 'all' } });
        }
      },
    ),
    /** Reminds people of their course: each person once a day, whoever presses what. */
    remind: kindOf<{ texts: MessageTexts }>(
      'remind',
      'remind',
      z.object({ ...common, texts: Texts }),
      async (enrolments, { by, actId }) => {
        for (const { enrolmentId, status, userId } of enrolments) {
          if (status !== 'active') throw new Conflict('not-open', 'enrolling.remind.notOpen');
          await remind({ enrolmentId, userId, by, actId, timeZone });
        }
      },
    ),
    /** Enrols people into another course; who is in it already stays as they are. */
    enrol: kindOf<{ courseSlug: string; organisationId: string; dueOn: Day | null }>(
      'enrol-chosen',
      'again',
      z.object({
        ...common,
        courseSlug: z.string(),
        organisationId: z.string(),
        dueOn: z.string().nullable(),
      }),
      async (enrolments, { actor, params: { courseSlug, organisationId, dueOn } }) => {
        const { organisations } = await worldOf(actor);
        if (!organisations.some(({ id }) => id === organisationId)) {
          throw new NotFound('enrolling.error.notYours');
        }
        const userIds = [...new Set(enrolments.map(({ userId }) => userId))];
        await enrolMany(
          userIds.map((userId) => ({ userId, courseSlug, organisationId, dueOn })),
          actor.id,
        );
      },
      true,
    ),
  };
}

export type ChosenKinds = ReturnType<typeof chosenKinds>;
