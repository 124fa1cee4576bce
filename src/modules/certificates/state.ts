import { DAY } from '../../shared/clock';
import type { CertificateRow, Standing } from './model';

/** What a certificate is worth at a moment. */
export type CertificateState = Standing | 'expired';

export const STATES = ['valid', 'expired', 'suspended', 'revoked', 'superseded'] as const;

type Held = Pick<CertificateRow, 'standing' | 'expiresAt'>;

export const stateOf = ({ standing, expiresAt }: Held, at: Date): CertificateState =>
  standing === 'valid' && expiresAt !== null && expiresAt <= at ? 'expired' : standing;

/** So long before its end one can earn it again; the new one then counts from the end of the old one. */
const RENEWAL_MS = 90 * DAY;

/** True from the beginning of the window; after the end as well: one can always earn it again. */
export const canRenew = (row: Held & Pick<CertificateRow, 'renewedBy'>, at: Date): boolean =>
  row.standing === 'valid' &&
  row.renewedBy === null &&
  row.expiresAt !== null &&
  row.expiresAt.getTime() - RENEWAL_MS <= at.getTime();
