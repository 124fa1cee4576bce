import type { Actor } from '../../platform/authz';
import { NotFound } from '../../platform/errors';
import { now } from '../../shared/clock';
import type { ListedPerson, PeopleLists } from '../enrolling';
import { type Day, dayIn } from '../organisations';
import { partsOf, placeWithPeople } from './policy';
import { everyoneIn, firstOf, lengthsOf, openOf, type PeopleFilter } from './queries/people';
import { PeopleQuery } from './schemas';
import { toAbout } from './view-models/views';

/** @throws NotFound for a place that the actor may not see (any more) */
async function readList(actor: Actor, list: string) {
  const query = PeopleQuery.parse(Object.fromEntries(new URLSearchParams(list)));
  const place = await placeWithPeople(actor, query.node);
  if (!place) throw new NotFound();
  return { place, query, filter: { ...query, node: place.node } };
}

async function* peopleOf(
  filter: PeopleFilter,
  today: Day,
): AsyncGenerator<readonly ListedPerson[]> {
  for await (const rows of everyoneIn(filter, today)) {
    yield rows.map(({ enrolmentId, userId, name }) => ({ enrolmentId, userId, name }));
  }
}

/** The lists of people of this room, for acts on everyone in one. */
export const peopleLists = (timeZone: string): PeopleLists => ({
  look: async (actor, list, { reader, most, openOnly }) => {
    const { place, query, filter } = await readList(actor, list);
    const today = dayIn(timeZone, now());
    const wanted = openOnly ? openOf(filter) : filter;
    return {
      about: await toAbout(place, query, reader),
      ...(await lengthsOf(filter, today)),
      first: wanted ? await firstOf(wanted, today, most) : [],
    };
  },
  late: async (actor, most) => {
    const today = dayIn(timeZone, now());
    const ids = new Set<string>();
    for (const { node, people } of await partsOf(actor)) {
      if (!people || ids.size >= most) continue;
      const filter = { node, state: 'overdue', sort: 'due' } as const;
      for (const id of await firstOf(filter, today, most - ids.size)) ids.add(id);
    }
    return [...ids];
  },
  each: async function* (actor, list, { openOnly }) {
    const { filter } = await readList(actor, list);
    const wanted = openOnly ? openOf(filter) : filter;
    if (wanted) yield* peopleOf(wanted, dayIn(timeZone, now()));
  },
});
