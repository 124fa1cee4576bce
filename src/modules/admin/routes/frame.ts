import type { Exchange, FormState, PageOptions } from '../../../platform/http';

/** What every page of administration says of itself. */
export const frame = (
  { t }: Pick<Exchange, 't'>,
  title: string,
  options: { above?: readonly { text: string; href: string }[]; form?: FormState } = {},
): PageOptions => ({
  title,
  active: 'admin',
  noindex: true,
  status: options.form && options.form.faults.length > 0 ? 422 : 200,
  breadcrumbs: [{ text: t('admin.title'), href: '/admin' }, ...(options.above ?? [])],
});
