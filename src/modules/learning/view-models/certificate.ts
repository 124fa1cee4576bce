/** What the pages of this room know of a certificate. */
export interface CertificateState {
  readonly id: string;
  /** True once the PDF is there. */
  readonly ready: boolean;
}

/** Of these enrolments, the certificates that exist, by the enrolment's id. */
export type CertificatesOf = (
  enrolmentIds: readonly string[],
) => Promise<ReadonlyMap<string, CertificateState>>;
