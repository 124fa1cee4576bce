import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { saveAnswer, startAttempt } from '../../src/modules/assessment';
import { findPublishedVersion } from '../../src/modules/catalogue';
import { enrol, submitQuiz, viewLesson } from '../../src/modules/learning';
import { giveFeedback } from '../../src/modules/learning/service/give-feedback';
import { createOrganisation } from '../../src/modules/organisations';
import { countResults } from '../../src/modules/teaching';
import { READERS } from '../browser/hands';
import { useAddress } from '../support/address';
import { useApp } from '../support/app';
import { accessibilityFaults, sidewaysScroll, useBrowser } from '../support/browser';
import { makePerson, PASSWORD } from '../support/factories/accounts';
import { plainCourse } from '../support/factories/catalogue';
import { enrolmentRow } from '../support/factories/learning';
import { under, zipOf } from '../support/zip';

const app = useApp();
const site = useAddress(app);
const browser = useBrowser();
let organisationId: string;

beforeAll(async () => {
  ({ id: organisationId } = await createOrganisation({
    code: 'kelas-centre',
    name: 'Kelas Centre',
    kind: 'umbrella',
    timeZone: 'Asia/Singapore',
  }));
});

const LESSON = 'modules/01-only/01-lesson.md';
const QUIZ = 'modules/01-only/quiz.yml';
const MODULE = 'modules/01-only/module.yml';

/** A course whose quiz has a fault in line 9, the same without it, and what it becomes later. */
function coursesOf(slug: string) {
  const first: Record<string, string> = {
    ...plainCourse(slug),
    'course.zh.yml':
      'title: 简单课程\nsummary: 一课和一个测验。\naudience: 测试的人。\noutcomes: [一, 二, 三]\n',
    'modules/01-only/module.zh.yml': 'title: 唯一的单元\nsummary: 全部内容。\n',
    'modules/01-only/01-lesson.zh.md': '---\ntitle: 第一课\nminutes: 8\n---\n\n几句话。\n',
    'modules/01-only/quiz.zh.yml': `title: 测验
questions:
  - id: sky
    text: 天空是什么颜色？
    options: [{ id: blue, text: 蓝 }, { id: red, text: 红 }]
`,
  };
  return {
    first,
    faulty: { ...first, [QUIZ]: (first[QUIZ] ?? '').replace('correct: true', 'corect: true') },
    second: {
      ...first,
      [LESSON]: (first[LESSON] ?? '').replace('Some words.', 'Some clearer words.'),
      [MODULE]: (first[MODULE] ?? '').replace('id: a-lesson', 'id: a-new-lesson'),
    },
  };
}

/** Someone who has read the lesson, taken the wrong colour, and said what they think. */
async function learns(slug: string): Promise<void> {
  const { userId } = await makePerson({ name: 'Siti Aminah' });
  const { enrolmentId } = await enrol({ userId, courseSlug: slug });
  await viewLesson({ enrolmentId, userId, activityId: 'a-lesson' });
  const versionId = (await findPublishedVersion(slug))?.id ?? '';
  const { attemptId } = await startAttempt({
    enrolmentId,
    userId,
    versionId,
    activityId: 'a-quiz',
  });
  const value = { kind: 'one', option: 'red' };
  await saveAnswer({ attemptId, userId, questionId: 'sky', answerId: randomUUID(), value });
  await submitQuiz({ attemptId, userId });
  await giveFeedback(await enrolmentRow(enrolmentId), {
    moduleId: 'only',
    text: 'Shorter, please.',
    signed: true,
  });
  await app.drain();
  await countResults();
}

/** Whether the tab that is open can be seen in its row. */
const currentTabIsSeen = (page: Page): Promise<boolean> =>
  page
    .locator('.k-tabs [aria-current]')
    .first()
    .evaluate((tab) => {
      const { left, right } = tab.getBoundingClientRect();
      return left >= 0 && right <= document.documentElement.clientWidth;
    });

test.each(READERS)(
  'a course from a .zip with a fault to its second version, on %s',
  async (on, options, handsOf) => {
    const slug = on.startsWith('a phone') ? 'by-touch' : 'by-keyboard';
    const { faulty, first, second } = coursesOf(slug);
    const { email } = await makePerson({ grants: [{ role: 'trainer', organisationId }] });
    const { page, faults } = await browser.open({ ...options, baseURL: site.origin });
    const hands = handsOf(page);
    const link = (name: string | RegExp) =>
      page.locator('main').getByRole('link', { name }).first();
    const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
    const isFine = async () => {
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
    };
    const upload = async (bytes: Buffer) => {
      await page
        .locator('input[type="file"]')
        .setInputFiles({ name: `${slug}.zip`, mimeType: 'application/zip', buffer: bytes });
      await hands.press(button('Check and upload'));
    };

    await page.goto('/sign-in?returnTo=/teach');
    await page.fill('[name="email"]', email);
    await page.fill('[name="password"]', PASSWORD);
    await page.click('form[action="/sign-in"] button[type="submit"]');
    await page.waitForURL('**/teach');

    await hands.press(link('Upload a course'));
    await page.waitForURL('**/teach/upload');
    await upload(await zipOf(under(slug, faulty)));
    await page.getByText('Nothing was changed.').waitFor();
    await page.getByText(`${QUIZ}:9`).waitFor();
    await isFine();
    await upload(await zipOf(under(slug, first)));
    await page.waitForURL(`**/teach/courses/${slug}`);

    await hands.press(link('Preview'));
    await page.waitForURL('**/preview/**');
    await hands.press(link('Chinese'));
    await page.waitForURL('**language=zh**');
    await page.frameLocator('iframe').getByText('第一课').first().waitFor();
    await hands.press(link('Versions'));
    await page.waitForURL(`**/teach/courses/${slug}`);
    await hands.press(link('Publish …'));
    await hands.press(button('Publish version 1'));
    await page.getByText('Version 1 is published.').waitFor();
    await learns(slug);

    await hands.press(link('Upload a course'));
    await page.waitForURL('**/teach/upload');
    await upload(await zipOf(under(slug, second)));
    await page.waitForURL(`**/teach/courses/${slug}`);
    await hands.press(link('What changed'));
    await page.waitForURL('**/changes/**');
    await page.locator('.k-change', { hasText: 'A lesson' }).getByText('Removed').waitFor();
    await hands.press(link('Publish …'));
    await hands.press(button('Publish version 2'));
    await page.getByText('Version 2 is published.').waitFor();

    await hands.press(link('People'));
    await hands.press(link('1 person is still on Version 1: move them …'));
    await page.getByText('1 person loses something that is done.').waitFor();
    await page.getByText('A lesson: 1 person').waitFor();
    await isFine();
    await hands.press(button('Move everyone (1)'));
    await page.waitForURL('**/acts/*');
    const back = link('Go back');
    await back.focus();
    await page.evaluate(() => Object.assign(window, { samePage: true }));
    await app.drain();
    // It comes by itself, and takes nothing out of the hands.
    await page.getByRole('heading', { name: 'Finished' }).waitFor();
    expect(await page.evaluate(() => 'samePage' in window)).toBe(true);
    expect(await back.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.getByRole('button', { name: 'Stop' }).count()).toBe(0);
    await isFine();
    await hands.press(back);

    await page.waitForURL(`**/teach/courses/${slug}**`);
    await hands.press(link('Questions'));
    await page.waitForURL('**/questions');
    await hands.press(link('Version 1'));
    await page.waitForURL('**/questions?**');
    await page.getByText('What colour is the sky?').waitFor();
    await page.locator('.k-bars li', { hasText: 'Red' }).getByText('1 · 100%').waitFor();
    await hands.press(link('Feedback'));
    await page.waitForURL('**/feedback');
    await page.getByText('Shorter, please.').waitFor();
    await page.getByText('Siti Aminah').waitFor();
    expect(await currentTabIsSeen(page)).toBe(true);

    // What comes down goes up again, and is what is there.
    await hands.press(link('Versions'));
    await page.waitForURL(`**/teach/courses/${slug}`);
    const coming = page.waitForEvent('download');
    await hands.press(link('Download'));
    const download = await coming;
    expect(download.suggestedFilename()).toMatch(new RegExp(`^${slug}.*\\.zip$`));
    const bytes = await readFile(await download.path());
    await hands.press(link('Upload a course'));
    await page.waitForURL('**/teach/upload');
    await upload(bytes);
    await page.getByText('The newest version was made from exactly these files.').waitFor();
    // A form that came back with a fault answers 422, which a browser tells its console.
    expect(faults.filter((fault) => !fault.includes('422'))).toEqual([]);
  },
);
