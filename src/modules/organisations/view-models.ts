import type { Format, Language } from '../../platform/i18n';
import { noonOf } from './dates';
import { isCurrent, type MembershipRecord, nameIn, type Organisation } from './queries';

export interface MembershipView {
  kind: MembershipRecord['kind'];
  organisation: string;
  /** Organisations above it, the nearest first. */
  above: string;
  number: string | null;
  from: string;
  until: string | null;
}

export interface MembershipsPage {
  current: MembershipView[];
  earlier: MembershipView[];
}

/** What a person sees of their own memberships and employers. */
export function toMembershipsPage(
  memberships: readonly MembershipRecord[],
  organisations: ReadonlyMap<string, Organisation>,
  reader: { language: Language; format: Format },
): MembershipsPage {
  const name = (id: string): string => {
    const organisation = organisations.get(id);
    return organisation ? nameIn(organisation, reader.language) : '';
  };
  const view = (membership: MembershipRecord): MembershipView => ({
    kind: membership.kind,
    organisation: name(membership.organisationId),
    above: membership.organisationPath.slice(0, -1).reverse().map(name).filter(Boolean).join(' · '),
    number: membership.number,
    from: reader.format.date(noonOf(membership.startsOn)),
    until: membership.endsOn === null ? null : reader.format.date(noonOf(membership.endsOn)),
  });
  const isNow = (membership: MembershipRecord) => isCurrent(membership, organisations);
  return {
    current: memberships.filter(isNow).map(view),
    earlier: memberships.filter((each) => !isNow(each)).map(view),
  };
}
