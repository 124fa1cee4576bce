import type { Exchange } from '../../../platform/http';
import type { Reader } from '../view-models/public';

/** Who looks at the page, as the view models want it. */
export const readerOf = ({ visitor }: Pick<Exchange, 'visitor'>): Reader => ({
  t: visitor.t,
  format: visitor.format,
  language: visitor.preferences.language,
});
