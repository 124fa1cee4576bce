import { type Route, route } from '../../../platform/http';
import { administrator, isOfWholeSite } from '../policy';

/** The rooms' work of administration, in the order of how often it is needed. */
const PARTS = [
  { key: 'users', href: '/admin/users', icon: 'users-round', wholeSite: false },
  {
    key: 'organisations',
    href: '/admin/organisations',
    icon: 'network',
    wholeSite: false,
  },
  { key: 'mails', href: '/admin/mails', icon: 'mail', wholeSite: true },
  { key: 'queues', href: '/admin/queues', icon: 'list-checks', wholeSite: true },
  { key: 'system', href: '/admin/system', icon: 'server', wholeSite: true },
  { key: 'retention', href: '/admin/retention', icon: 'timer-reset', wholeSite: true },
  { key: 'audit', href: '/admin/audit', icon: 'scroll-text', wholeSite: true },
] as const;

export const homeRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/admin',
    access: administrator,
    handler: ({ actor, page, t }) => {
      const all = isOfWholeSite(actor);
      page(
        'admin/home',
        {
          items: PARTS.filter(({ wholeSite }) => all || !wholeSite).map(({ key, href, icon }) => ({
            href,
            icon,
            text: t(`admin.${key}.title`),
            value: t(`admin.${key}.about`),
          })),
        },
        { title: t('admin.title'), active: 'admin', noindex: true },
      );
    },
  }),
];
