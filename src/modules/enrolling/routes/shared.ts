import type { Exchange } from '../../../platform/http';
import type { Reader } from '../view-models';

export const readerOf = ({ visitor }: Pick<Exchange, 'visitor'>): Reader => ({
  t: visitor.t,
  format: visitor.format,
  language: visitor.preferences.language,
});

/** The frame of a page of this room. */
export const staffPage = (
  { t }: Pick<Exchange, 't'>,
  title: string,
  above: readonly { text: string; href: string }[] = [],
) => ({
  title,
  active: 'staff' as const,
  noindex: true,
  breadcrumbs: [{ text: t('enrolling.crumb'), href: '/staff' }, ...above, { text: title }],
});

/** Dry runs of one person: each reads and writes up to ten thousand rows. */
export const CHECK_LIMIT = { name: 'enrolling-check', tries: 60, seconds: 3600 };

/** Where one says what the columns of a file are. */
export const columnsHref = (uploadId: string): string => `/staff/enrol/columns/${uploadId}`;
