import { audit, withoutWords } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { NotFound } from '../../../platform/errors';
import { type Route, route, sendStream } from '../../../platform/http';
import { csv, type Sheet, xlsx } from '../../../platform/spreadsheet';
import { now } from '../../../shared/clock';
import { dayIn } from '../../organisations';
import type { ReportRow } from '../model';
import { placeWithPeople, seesReports } from '../policy';
import { everyoneIn } from '../queries/people';
import { PeopleQuery } from '../schemas';
import { daysIn } from '../service/days-in';
import { toSheet } from '../view-models/export';
import { readerOf } from '../view-models/reader';

const FORMATS: readonly {
  ending: 'csv' | 'xlsx';
  type: string;
  write: (sheet: Sheet) => AsyncIterable<string | Buffer>;
}[] = [
  { ending: 'csv', type: 'text/csv; charset=utf-8', write: csv },
  {
    ending: 'xlsx',
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: xlsx,
  },
];

async function* inZone(
  batches: AsyncIterable<readonly ReportRow[]>,
  zones: Parameters<typeof daysIn>[1],
): AsyncGenerator<readonly ReportRow[]> {
  for await (const rows of batches) yield await daysIn(rows, zones);
}

/** A list as a file, as long as it is: made while it is sent. */
export const exportRoutes = (timeZone: string): readonly Route[] =>
  FORMATS.map(({ ending, type, write }) =>
    route({
      method: 'get',
      path: `/staff/people.${ending}`,
      access: seesReports,
      schemas: { query: PeopleQuery },
      handler: async ({ actor, query, res, visitor }) => {
        const place = await placeWithPeople(actor, query.node);
        if (!place) throw new NotFound();
        const { page: _page, ...filters } = query;
        const today = dayIn(timeZone, now());
        await inTransaction(() =>
          audit({
            action: 'reporting.export',
            subject: { kind: 'organisation', id: place.node },
            after: { ...withoutWords(filters, 'q'), format: ending },
          }),
        );
        const batches = everyoneIn({ ...query, node: place.node }, today);
        const zones = { reader: visitor.timeZone, site: timeZone };
        const sheet = toSheet(place, inZone(batches, zones), readerOf(visitor), today);
        res
          .set('Content-Type', type)
          .set(
            'Content-Disposition',
            `attachment; filename="kelas-people-${dayIn(visitor.timeZone, now())}.${ending}"`,
          )
          .set('Cache-Control', 'private, no-store');
        await sendStream(res, write(sheet));
      },
    }),
  );
