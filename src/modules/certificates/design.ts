import type { Design, PdfStandard } from '../../platform/pdf';

/** How the certificates of a design are made. */
export interface DesignRule {
  readonly design: Design;
  readonly standard: PdfStandard;
  readonly signed: boolean;
}

/** Designs that one can choose; the first is the one of whoever chooses none. */
export const DESIGNS = ['band-1', 'frame-1', 'upright-1'] as const;
export type DesignName = (typeof DESIGNS)[number];

/** Certificates of before there was a choice: not signed, and made like this for ever. */
const FIRST: DesignRule = { design: { file: 'first.typ' }, standard: 'ua-1', signed: false };

/**
 * How the file of a certificate is made, today as on its first day: a design that was used never
 * changes. @param name what the snapshot says; null: the certificate is older than the choice
 */
export const designOf = (name: string | null): DesignRule =>
  name === null ? FIRST : { design: { file: `${name}.typ` }, standard: 'a-3a', signed: true };
