import { noonOf } from '../../organisations';
import type { Week } from '../queries/figures';
import type { Reader } from './reader';

const WIDTH = 520;
const HEIGHT = 100;

/** Bars side by side, one a week; what they mean stands beside in words. */
function bars(values: readonly number[], label: string, most: number): string {
  const step = WIDTH / values.length;
  const rects = values.map((value, i) => {
    const height = Math.max(value > 0 ? 2 : 0, Math.round((value / Math.max(1, most)) * HEIGHT));
    return `<rect x="${(i * step + 2).toFixed(1)}" y="${HEIGHT - height}" width="${(step - 4).toFixed(1)}" height="${height}"/>`;
  });
  const escaped = label.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<svg class="k-plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escaped}"><line x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}"/>${rects.join('')}</svg>`;
}

export interface TrendPicture {
  readonly title: string;
  readonly text: string;
  readonly svg: string;
  readonly first: string;
  readonly last: string;
}

export interface Trend {
  readonly pictures: readonly TrendPicture[];
  readonly table: {
    readonly caption: string;
    readonly columns: readonly { label: string; numeric?: boolean; rowHeader?: boolean }[];
    readonly rows: readonly (readonly (string | number)[])[];
  };
}

/** The weeks as three pictures, and all of it as one table. */
export function trendOf(weeks: readonly Week[], { t, format }: Reader): Trend {
  const week = (index: number): string => {
    const found = weeks.at(index);
    return found ? format.day(noonOf(found.monday)) : '';
  };
  const kinds = ['enrolled', 'active', 'completed'] as const;
  return {
    pictures: kinds.map((kind) => {
      const values = weeks.map((each) => each[kind]);
      const most = Math.max(...values, 0);
      const text = t(`reporting.trend.${kind}.text`, {
        all: values.reduce((sum, value) => sum + value, 0),
        now: values.at(-1) ?? 0,
        most,
      });
      return {
        title: t(`reporting.trend.${kind}.title`),
        text,
        svg: bars(values, text, most),
        first: week(0),
        last: t('reporting.trend.now'),
      };
    }),
    table: {
      caption: t('reporting.trend.table'),
      columns: [
        { label: t('reporting.trend.week'), rowHeader: true },
        ...kinds.map((kind) => ({ label: t(`reporting.trend.${kind}.title`), numeric: true })),
      ],
      rows: weeks
        .toReversed()
        .map((each) => [
          format.day(noonOf(each.monday)),
          each.enrolled,
          each.active,
          each.completed,
        ]),
    },
  };
}
