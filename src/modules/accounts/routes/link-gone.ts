import type { Exchange } from '../../../platform/http';

/** The page for a link that is used, too old or wrong: says so, and how to get another. */
export const linkGone = ({ page, t }: Pick<Exchange, 'page' | 't'>): void =>
  page(
    'accounts/link-gone',
    {},
    { title: t('accounts.linkGone.title'), status: 410, noindex: true },
  );
