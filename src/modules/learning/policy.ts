import type { EnrolmentRow } from './model';

type Standing = Pick<EnrolmentRow, 'status'>;

/** A completed course stays readable. */
export const canLearn = ({ status }: Standing): boolean =>
  status === 'active' || status === 'completed';

export const canWithdraw = ({ status }: Standing): boolean =>
  status === 'active' || status === 'invited' || status === 'waiting';
