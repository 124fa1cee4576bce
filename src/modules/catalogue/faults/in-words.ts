import type { Translate } from '../../../platform/i18n';
import type { Fault } from '../types';

/** A fault as a person reads it. */
export interface FaultInWords extends Omit<Fault, 'problem' | 'mend'> {
  readonly problem: string;
  /** What a parser said about it, in English; null: nothing. */
  readonly reason: string | null;
  readonly mend: string;
}

/** A fault in the language of `t`. */
export function inWords({ problem, mend, ...place }: Fault, t: Translate): FaultInWords {
  const [code, values] = problem;
  return {
    ...place,
    problem: t(`catalogue.problem.${code}`, values),
    reason: values && 'reason' in values ? values.reason : null,
    mend: t(`catalogue.mend.${mend[0]}`, mend[1]),
  };
}
