import type { Format, Language, Translate } from '../../../platform/i18n';
import { type AccountRecord, WHOLE_SITE } from '../../accounts';
import type { MergePlan } from '../../learning';
import { type MembershipRecord, nameIn, type Organisation } from '../../organisations';

/** One of two accounts, as they stand side by side. */
export interface Side {
  account: AccountRecord;
  memberships: readonly MembershipRecord[];
  courses: number;
  certificates: number;
}

interface Reader {
  t: Translate;
  format: Format;
  language: Language;
  organisations: ReadonlyMap<string, Organisation>;
}

const NONE = '–';

/** Rows of [what, of the one that stays, of the one that goes]. */
export function sideBySide(stays: Side, goes: Side, reader: Reader): string[][] {
  const { t, format, language, organisations } = reader;
  const nameOf = (id: string): string => {
    if (id === WHOLE_SITE) return t('admin.wholeSite');
    const organisation = organisations.get(id);
    return organisation ? nameIn(organisation, language) : t('admin.organisations.gone');
  };
  const line = (term: string, of: (side: Side) => string) => [term, of(stays), of(goes)];
  const listed = (texts: readonly string[]) => texts.join('; ') || NONE;
  return [
    line(t('accounts.name.label'), ({ account }) => account.name),
    line(t('accounts.email.label'), ({ account }) => account.email),
    line(t('admin.person.address'), ({ account }) =>
      t(account.emailConfirmed ? 'admin.person.confirmed' : 'admin.person.unconfirmed'),
    ),
    line(t('admin.person.since'), ({ account }) => format.date(account.createdAt)),
    line(t('admin.merge.courses'), ({ courses }) => format.number(courses)),
    line(t('admin.merge.certificates'), ({ certificates }) => format.number(certificates)),
    line(t('admin.person.memberships'), ({ memberships }) =>
      listed(
        memberships.map(({ organisationId, number }) =>
          [nameOf(organisationId), number].filter(Boolean).join(' · '),
        ),
      ),
    ),
    line(t('admin.person.roles'), ({ account }) =>
      listed(
        account.grants.map(({ role, organisationId }) =>
          t('admin.roles.line', { role: t(`admin.role.${role}`), place: nameOf(organisationId) }),
        ),
      ),
    ),
  ];
}

const NAMED = 10;

/** What will happen, in sentences. */
export function outlookOf(
  { stays, goes, plan }: { stays: Side; goes: Side; plan: readonly MergePlan[] },
  titleOf: (courseSlug: string) => string,
  t: Translate,
): string[] {
  const [kept, gone] = [stays.account.email, goes.account.email];
  const both = plan.filter((course) => course.both);
  return [
    t('admin.merge.will.signIn', { kept, gone }),
    t('admin.merge.will.courses', { count: plan.length - both.length }),
    ...both.slice(0, NAMED).map(({ courseSlug, keeps }) =>
      t('admin.merge.will.both', {
        course: titleOf(courseSlug),
        email: keeps === 'to' ? kept : gone,
      }),
    ),
    ...(both.length > NAMED ? [t('admin.merge.will.more', { count: both.length - NAMED })] : []),
    t('admin.merge.will.certificates', { count: goes.certificates }),
    t('admin.merge.will.memberships'),
    t('admin.merge.will.told'),
  ];
}
