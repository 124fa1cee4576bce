import type { Exchange } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { LIMITS } from '../limits';

/**
 * What stands behind the link of a mail or of the log: opening links is counted against guessing,
 * and for one that is used, too old or wrong the page that says so is sent.
 * @param read what the token stands for; null when it is not a link of this kind
 * @param kind where another link comes from: the mail that confirms an address, or that of a forgotten password
 * @returns null when the answer is sent already
 */
export async function openLink<Link>(
  { rateLimits }: Pick<Platform, 'rateLimits'>,
  exchange: Exchange<'public', { token: string }>,
  kind: 'confirm' | 'reset' | 'welcome',
  read: (token: string) => Promise<Link | null>,
): Promise<Link | null> {
  await rateLimits.count(LIMITS.linkAddress, exchange.req.ip ?? '');
  const link = await read(exchange.params.token);
  if (link === null) {
    exchange.page(
      'accounts/link-gone',
      { kind },
      { title: exchange.t('accounts.linkGone.title'), status: 410, noindex: true },
    );
  }
  return link;
}
