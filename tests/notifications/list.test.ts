import { User } from '../../src/modules/accounts/model';
import { Notification } from '../../src/modules/notifications/model';
import type { Notice } from '../../src/modules/notifications/notice';
import { addNotifications } from '../../src/modules/notifications/service/add-notifications';
import { useApp } from '../support/app';
import { signedIn } from '../support/factories/accounts';

const app = useApp();

const notice = (userId: string, key: string): Notice => ({
  kind: 'password-changed',
  userId,
  key,
  values: {},
  href: '/me/sessions',
});
const unreadOf = async (userId: string) => (await User.findById(userId).lean())?.unread;

describe('the list of notifications', () => {
  test('is empty at first and says what will come', async () => {
    const { client } = await signedIn(app);
    const page = await client.get('/notifications');
    expect(page.text).toContain('Nothing new');
    expect(page.text).not.toContain('Mark all as read');
    expect((await app.client().get('/notifications')).headers['location']).toContain('/sign-in');
  });

  test('a fact is told once, and counted once, whatever runs twice', async () => {
    const { client, userId } = await signedIn(app);
    await Promise.allSettled(
      Array.from({ length: 20 }, () => addNotifications([notice(userId, 'same')])),
    );
    await addNotifications([notice(userId, 'same')]);
    expect(await Notification.countDocuments({ userId })).toBe(1);
    expect(await unreadOf(userId)).toBe(1);
    expect((await client.get('/me')).text).toContain('aria-label="Notifications: 1 new"');
  });

  test('opening one leads where it says and counts it down, once', async () => {
    const { client, userId } = await signedIn(app);
    await addNotifications([notice(userId, 'a')]);
    await addNotifications([notice(userId, 'b')]);
    const page = await client.get('/notifications');
    const [path] = /\/notifications\/[0-9a-f]{24}\/open/.exec(page.text) ?? [''];
    const answers = await Promise.all([1, 2, 3, 4].map(() => client.post(path)));
    for (const answer of answers) expect(answer.headers['location']).toBe('/me/sessions');
    expect(await unreadOf(userId)).toBe(1);
    const again = await client.get('/notifications');
    expect(again.text.match(/Mark as read/g)).toHaveLength(1);
  });

  test('can be marked read one by one or all together', async () => {
    const { client, userId } = await signedIn(app);
    for (const key of ['a', 'b', 'c']) await addNotifications([notice(userId, key)]);
    const page = await client.get('/notifications');
    const [path] = /\/notifications\/[0-9a-f]{24}\/read/.exec(page.text) ?? [''];
    expect((await client.post(path)).headers['location']).toBe('/notifications');
    expect(await unreadOf(userId)).toBe(2);
    await client.post('/notifications/read-all');
    expect(await unreadOf(userId)).toBe(0);
    await client.post('/notifications/read-all');
    expect(await unreadOf(userId)).toBe(0);
    expect((await client.get('/notifications')).text).not.toContain('Mark as read');
  });

  test('of someone else is not there', async () => {
    const victim = await signedIn(app);
    await addNotifications([notice(victim.userId, 'mine')]);
    const row = await Notification.findOne({ userId: victim.userId }).lean();
    const { client } = await signedIn(app);
    for (const act of ['open', 'read']) {
      expect((await client.post(`/notifications/${row?._id}/${act}`)).status).toBe(404);
    }
    expect((await client.get('/notifications')).text).not.toContain(String(row?._id));
    expect(await unreadOf(victim.userId)).toBe(1);
  });

  test('a long list has pages, the latest first', async () => {
    const { client, userId } = await signedIn(app);
    for (let i = 0; i < 45; i += 1) await addNotifications([notice(userId, `n${i}`)]);
    const idsOn = async (page: number) => {
      const { text } = await client.get(`/notifications?page=${page}`);
      return [...text.matchAll(/\/notifications\/([0-9a-f]{24})\/open/g)].map((m) => m[1] ?? '');
    };
    const pages = [await idsOn(1), await idsOn(2), await idsOn(3)];
    expect(pages.map(({ length }) => length)).toEqual([20, 20, 5]);
    expect(new Set(pages.flat()).size).toBe(45);
    const latest = await Notification.findOne({ userId, eventKey: 'n44' }).lean();
    expect(pages[0]?.[0]).toBe(String(latest?._id));
    expect(await idsOn(99)).toEqual(pages[2]);
    expect(await idsOn(-3)).toEqual(pages[0]);
  });
});
