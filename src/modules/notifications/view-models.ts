import type { ListedKind } from './kinds';
import type { NotificationPage } from './queries';
import { type Reader, wordsOf } from './reader';

export interface NotificationView {
  id: string;
  icon: string;
  title: string;
  text: string;
  /** What opening it leads to. */
  action: string;
  when: string;
  unread: boolean;
}

export interface NotificationsPage {
  notifications: NotificationView[];
  page: number;
  pages: number;
  unread: number;
}

const ICONS: Record<ListedKind, string> = {
  welcome: 'hand-heart',
  enrolled: 'book-open',
  invited: 'mail',
  reminded: 'bell',
  'certificate-ready': 'award',
  'certificate-replaced': 'replace',
  'certificate-revoked': 'circle-x',
  'certificate-suspended': 'circle-pause',
  'certificate-reinstated': 'circle-check',
  'certificate-expiring': 'hourglass',
  'new-device': 'smartphone',
  'email-changed': 'at-sign',
  'password-changed': 'key-round',
  'accounts-merged': 'merge',
};

export async function toNotificationsPage(
  { rows, page, pages }: NotificationPage,
  reader: Reader,
  unread: number,
): Promise<NotificationsPage> {
  const notifications: NotificationView[] = [];
  for (const row of rows) {
    const key = `notifications.item.${row.kind}`;
    const words = await wordsOf(row.values, reader);
    notifications.push({
      id: row._id.toHexString(),
      icon: ICONS[row.kind],
      title: reader.t(`${key}.title`, words),
      text: reader.t(`${key}.text`, words),
      action: reader.t(`${key}.action`),
      when: reader.format.relative(row.createdAt),
      unread: row.readAt === null,
    });
  }
  return { notifications, page, pages, unread };
}
