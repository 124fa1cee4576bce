import type { Format, Language, Translate } from '../../../platform/i18n';
import { type AccountRecord, type Merge, WHOLE_SITE } from '../../accounts';
import {
  type Day,
  type MembershipRecord,
  nameIn,
  noonOf,
  type Organisation,
} from '../../organisations';

interface Reader {
  t: Translate;
  format: Format;
  language: Language;
}

export const toPersonRow = (account: AccountRecord, format: Format, t: Translate) => ({
  href: `/admin/users/${account.id}`,
  name: account.name,
  email: account.email,
  roles: [...new Set(account.grants.map(({ role }) => t(`admin.role.${role}`)))].join(', '),
  since: format.date(account.createdAt),
});

/** Everything about a person that the reader may see and change. */
export function toPersonPage(
  account: AccountRecord & { sessions?: number },
  memberships: readonly MembershipRecord[],
  organisations: ReadonlyMap<string, Organisation>,
  reader: Reader & { reached: ReadonlySet<string>; merges: readonly Merge[] },
) {
  const { t, format, language } = reader;
  const dayText = (day: Day): string => format.day(noonOf(day));
  const nameOf = (id: string): string => {
    if (id === WHOLE_SITE) return t('admin.wholeSite');
    const organisation = organisations.get(id);
    return organisation ? nameIn(organisation, language) : t('admin.organisations.gone');
  };
  return {
    id: account.id,
    name: account.name,
    facts: [
      { term: t('accounts.email.label'), text: account.email },
      {
        term: t('admin.person.address'),
        text: t(account.emailConfirmed ? 'admin.person.confirmed' : 'admin.person.unconfirmed'),
      },
      { term: t('admin.person.since'), text: format.date(account.createdAt) },
      { term: t('common.preferences.language'), text: format.language(account.language) },
      { term: t('admin.person.sessions'), text: format.number(account.sessions ?? 0) },
      ...reader.merges.map(({ email, at }) => ({
        term: t('admin.merge.joined'),
        text: t('admin.merge.joinedLine', { email, date: format.date(at) }),
      })),
    ],
    grants: account.grants
      .filter(({ organisationId }) => reader.reached.has(organisationId))
      .map(({ role, organisationId }) => ({
        role,
        organisationId,
        text: t('admin.roles.line', {
          role: t(`admin.role.${role}`),
          place: nameOf(organisationId),
        }),
      })),
    memberships: memberships.map((each) => ({
      term: nameOf(each.organisationId),
      text: [
        t(`organisations.membership.kind.${each.kind}`),
        each.number,
        each.endsOn === null
          ? t('admin.person.from', { date: dayText(each.startsOn) })
          : `${dayText(each.startsOn)} – ${dayText(each.endsOn)}`,
      ]
        .filter(Boolean)
        .join(' · '),
    })),
  };
}
