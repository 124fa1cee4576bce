/** What is left of a person's certificates when they leave. */
export const CERTIFICATE_NAMES = ['keep', 'remove'] as const;
export type CertificateNames = (typeof CERTIFICATE_NAMES)[number];

/** A list of what a room keeps about a person: plain values by name, ready for JSON. */
export type PersonalList = readonly object[];

/** What a room does for the people whose data it keeps. */
export interface PersonalData {
  /** Everything that the room keeps about the person, list by list. */
  exportOf(userId: string): Promise<Record<string, PersonalList>>;
  /**
   * Takes the person, whose account is gone, out of everything that the room keeps; what stays
   * names nobody. May be run again after it was cut off anywhere.
   */
  forget(userId: string, choice: { certificateNames: CertificateNames }): Promise<void>;
  /**
   * Makes what the room keeps about someone whose second account (`from`) was joined with the one
   * that stays (`to`) that of the one account. May be run again after it was cut off anywhere.
   */
  merge(from: string, to: string): Promise<void>;
}
