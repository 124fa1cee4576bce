import { certificateOf } from '../../src/modules/certificates';
import { Notification } from '../../src/modules/notifications/model';
import { useApp } from '../support/app';
import { makeCentre, publishReadingCourse } from '../support/factories/certificates';
import { makeLearner } from '../support/factories/learning';
import { mailsTo } from '../support/mails';

const app = useApp();

beforeAll(async () => {
  await makeCentre();
  await publishReadingCourse(app, 'told', ['first-steps', 'second-steps']);
});

describe('the PDF with the mail', () => {
  test('comes to whoever wants it, and to nobody else', async () => {
    const complete = async (wanted: boolean) => {
      const { client, email, href } = await makeLearner(app, 'told');
      if (wanted) {
        const fields = { mails: ['certificate-ready'], attachPdf: 'yes' };
        expect((await client.post('/me/notifications', fields)).status).toBe(303);
        expect((await client.get('/me/notifications')).text).toMatch(
          /name="attachPdf"[^>]*checked/,
        );
      }
      for (const lesson of ['first-steps', 'second-steps']) {
        await client.post(`${href}/${lesson}/viewed`);
      }
      await app.drain();
      const mails = await mailsTo(app, email);
      return (
        mails.find(({ subject }) => subject.startsWith('Your certificate is ready'))?.raw ?? ''
      );
    };
    const mail = await complete(true);
    expect(mail).toMatch(/filename="?certificate-KC-/);
    expect(mail).toContain('The PDF of your certificate is attached');
    const [, base64 = ''] = /application\/pdf[\s\S]*?\n\n([A-Za-z0-9+/=\n]+)/.exec(mail) ?? [];
    expect(Buffer.from(base64, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
    const bare = await complete(false);
    expect(bare).not.toContain('application/pdf');
    expect(bare).not.toContain('is attached');
  });
});

describe('a completed course', () => {
  test('fifty requests at once give one certificate, one mail and one notification', async () => {
    const { client, email, enrolmentId, href, userId } = await makeLearner(app, 'told', {
      language: 'zh',
    });
    await client.post(`${href}/first-steps/viewed`);
    await Promise.all(Array.from({ length: 50 }, () => client.post(`${href}/second-steps/viewed`)));
    await app.drain();
    const certificate = await certificateOf(enrolmentId);
    const subjects = (await mailsTo(app, email)).map(({ subject }) => subject).sort();
    expect(subjects).toEqual(
      ['您已报名：A small course', '您的证书已准备好：A small course'].sort(),
    );
    const rows = await Notification.find({ userId, kind: 'certificate-ready' }).lean();
    expect(rows).toHaveLength(1);
    expect(rows[0]?.href).toBe(`/certificates/${certificate?.id}`);
    const opened = await client.post(`/notifications/${rows[0]?._id}/open`);
    expect(opened.headers['location']).toBe(rows[0]?.href);
    expect((await client.follow(opened)).status).toBe(200);
  });
});
