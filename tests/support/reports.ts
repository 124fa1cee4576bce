import { Building, Count, type CountRow, Row } from '../../src/modules/reporting/model';

/** Everything that reports show, without the number of its building and without figures that are 0. */
export async function shownReports() {
  const { current } = (await Building.findById('building').lean()) ?? { current: 1 };
  const rows = await Row.find({ g: current }).sort({ enrolmentId: 1 }).lean();
  const flat = (value: unknown, path = ''): [string, number][] =>
    typeof value === 'number'
      ? [[path, value]]
      : Object.entries(value as object).flatMap(([key, inner]) => flat(inner, `${path}.${key}`));
  const counts = (await Count.find({ g: current }).sort({ _id: 1 }).lean<CountRow[]>()).flatMap(
    ({ _id, n }) =>
      flat(n)
        .filter(([, figure]) => figure !== 0)
        .map(([path, figure]) => `${_id.replace(/^\d+/, '')}${path} = ${figure}`),
  );
  return { rows: rows.map(({ _id, g, ...row }) => row), counts: counts.sort() };
}
