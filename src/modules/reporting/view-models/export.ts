import type { Cell, Sheet } from '../../../platform/spreadsheet';
import type { Day } from '../../organisations';
import type { ReportRow } from '../model';
import type { Place } from '../policy';
import { shownState } from './people';
import { courseName, homesWithin, type Reader } from './reader';

/** A list as a table for a spreadsheet, in the reader's language; days as days. */
export function toSheet(
  place: Place,
  batches: AsyncIterable<readonly ReportRow[]>,
  reader: Reader,
  today: Day,
): Sheet {
  const { t } = reader;
  const label = (name: string) => t(`reporting.column.${name}`);
  async function* rows(): AsyncGenerator<Cell[][]> {
    for await (const batch of batches) {
      const homes = await homesWithin(
        batch.flatMap((row) => row.homes),
        [place.part],
        reader,
      );
      const cells: Cell[][] = [];
      for (const row of batch) {
        cells.push([
          row.name,
          row.email,
          await courseName(row.courseSlug, reader),
          row.homes.flatMap((id) => homes.get(id) ?? []).join('; '),
          t(`reporting.state.${shownState(row, today)}`),
          row.progress,
          row.mark,
          row.enrolledOn,
          row.dueOn,
          row.lastActiveOn,
          row.completedOn,
          row.certifiedOn,
        ]);
      }
      yield cells;
    }
  }
  return {
    name: t('reporting.people.title'),
    columns: [
      { label: label('name'), kind: 'text' },
      { label: label('email'), kind: 'text' },
      { label: label('course'), kind: 'text' },
      { label: label('organisation'), kind: 'text' },
      { label: label('state'), kind: 'text' },
      { label: label('progress'), kind: 'percent' },
      { label: label('mark'), kind: 'percent' },
      { label: label('enrolled'), kind: 'day' },
      { label: label('due'), kind: 'day' },
      { label: label('active'), kind: 'day' },
      { label: label('completed'), kind: 'day' },
      { label: label('certificate'), kind: 'day' },
    ],
    rows: rows(),
  };
}
