import { RHYTHMS, type ViewRow } from '../kept-model';
import type { Place } from '../policy';
import { PeopleQuery } from '../schemas';
import { queryOf } from './people';
import { address, courseName, placeName, type Reader } from './reader';

const rhythms = ({ t }: Reader) =>
  RHYTHMS.map((every) => ({ value: every, text: t(`reporting.every.${every}`) }));

/** What views/reporting/views.ejs shows. */
export const toViewsPage = (views: readonly ViewRow[], reader: Reader) => ({
  rhythms: rhythms(reader),
  views: views.map((view) => ({
    id: view._id.toHexString(),
    name: view.name,
    every: view.every,
    href: address('/staff/people', queryOf(PeopleQuery.parse(view.query))),
  })),
});

/** What a list asks for, in words. */
export async function toAbout(place: Place, query: PeopleQuery, reader: Reader) {
  const { t } = reader;
  return [
    { term: t('reporting.column.organisation'), text: placeName(place.organisation, reader) },
    ...(query.course
      ? [{ term: t('reporting.column.course'), text: await courseName(query.course, reader) }]
      : []),
    ...(query.state
      ? [{ term: t('reporting.column.state'), text: t(`reporting.state.${query.state}`) }]
      : []),
    ...(query.q ? [{ term: t('reporting.people.placeholder'), text: query.q }] : []),
  ];
}

/** What views/reporting/save-view.ejs shows besides its form. */
export async function toSaveViewPage(place: Place, query: PeopleQuery, reader: Reader) {
  const filters = queryOf({ ...query, node: place.node });
  return {
    listHref: address('/staff/people', filters),
    hidden: Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)),
    rhythms: rhythms(reader),
    about: await toAbout(place, query, reader),
  };
}
