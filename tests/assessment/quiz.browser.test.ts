import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { questionsOf, startAttempt } from '../../src/modules/assessment';
import type { PublishedVersion } from '../../src/modules/catalogue';
import { useApp } from '../support/app';
import {
  accessibilityFaults,
  gotoQuiz,
  sidewaysScroll,
  smallTargets,
  useBrowser,
} from '../support/browser';
import { makePerson, PASSWORD } from '../support/factories/accounts';
import {
  answerLog,
  EIGHT_KINDS,
  makeEnrolledAs,
  publishQuiz,
  rightAnswer,
} from '../support/factories/assessment';

const app = useApp();
const browser = useBrowser();
let server: Server;
let origin: string;
let version: PublishedVersion;
let timed: PublishedVersion;

const PHONE: BrowserContextOptions = { viewport: { width: 375, height: 740 } };

beforeAll(async () => {
  server = createServer(app.app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const head = 'passMark: 60\nshuffleOptions: false\nintro: Take your time.\n';
  version = await publishQuiz(app, 'browser-quiz', head + EIGHT_KINDS);
  timed = await publishQuiz(app, 'timed-quiz', `${head}timeLimitMinutes: 10\n${EIGHT_KINDS}`);
});
afterAll(
  () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
);

/** A person in a browser, signed in and enrolled, with an open attempt. */
async function taking(options: BrowserContextOptions = PHONE, of = version) {
  const { userId, email } = await makePerson();
  const { place, enrolmentId } = await makeEnrolledAs(userId, of);
  const { attemptId } = await startAttempt(place);
  const { page, faults } = await browser.open(options);
  await page.goto(`${origin}/sign-in`);
  await page.fill('[name="email"]', email);
  await page.fill('[name="password"]', PASSWORD);
  await Promise.all([page.waitForURL(/\/learn/), page.locator('main form button').last().click()]);
  const base = `${origin}/learn/${enrolmentId}/the-quiz`;
  const questions = await questionsOf(attemptId);
  const open = (id: string) =>
    gotoQuiz(page, `${base}/question/${questions.findIndex((question) => question.id === id) + 1}`);
  return { page, faults, base, attemptId, questions, open };
}

const saved = (page: Page, state = 'saved') =>
  page.waitForSelector(`[data-save-state][data-state="${state}"]`);

test('every page is right for a finger and for a screen reader, light and dark', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, faults, base, questions, attemptId } = await taking({ ...PHONE, colorScheme });
    const check = async (path: string) => {
      await page.goto(base + path);
      expect({ path, faults: await accessibilityFaults(page) }).toEqual({ path, faults: [] });
      expect({ path, small: await smallTargets(page) }).toEqual({ path, small: [] });
      expect({ path, sideways: await sidewaysScroll(page) }).toEqual({ path, sideways: 0 });
    };
    await check('');
    for (const index of questions.keys()) await check(`/question/${index + 1}`);
    await page.locator('[name="answer.from"]').fill('data');
    await saved(page);
    await check('/check');
    await page.getByRole('button', { name: 'Send my answers' }).click();
    await page.waitForURL(/review/);
    await check(`/review/${attemptId}`);
    expect(faults).toEqual([]);
  }
});

test('an answer is saved as it is given, and once', async () => {
  const { page, open, attemptId } = await taking();
  await open('one-kind');
  await page.getByLabel('That one').check();
  await saved(page);
  await page.getByLabel('This one').check();
  await saved(page);
  await page.getByRole('button', { name: 'Next', exact: true }).last().click();
  await page.waitForURL(/question\/2/);
  const log = await answerLog(attemptId);
  expect(log.map(({ value }) => value)).toEqual([
    { kind: 'one', option: 'that' },
    { kind: 'one', option: 'this' },
  ]);
  expect(log[1]?.replaces).toContain(log[0]?.answerId);
});

test('an answer that is faster than the script is saved when the script has come', async () => {
  const { page, base, questions, attemptId } = await taking();
  let come = () => {};
  const held = new Promise<void>((resolve) => {
    come = resolve;
  });
  await page.route('**/assets/quiz-*.js', async (route) => {
    await held;
    await route.continue();
  });
  const number = questions.findIndex(({ id }) => id === 'one-kind') + 1;
  await page.goto(`${base}/question/${number}`, { waitUntil: 'commit' });
  await page.getByLabel('That one').check();
  come();
  await saved(page);
  expect((await answerLog(attemptId)).map(({ value }) => value)).toEqual([
    { kind: 'one', option: 'that' },
  ]);
});

test('lines are moved by keyboard, with the focus, and the order is told', async () => {
  const { page, open, attemptId } = await taking();
  await open('ordering-kind');
  const lines = () =>
    page.locator('.k-order > li').evaluateAll((all) => all.map((li) => li.dataset['words']));
  const [first, second, third] = await lines();
  const down = page.getByRole('button', { name: `Move down: ${first}` });
  await down.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  expect(await lines()).toEqual([second, third, first]);
  expect(await down.evaluate((button) => button === document.activeElement)).toBe(true);
  expect(await page.locator('[data-order-say]').textContent()).toBe(`${first}: now 3 of 3`);
  await saved(page);
  const at = page.url();
  await page.reload();
  expect(page.url()).toBe(at);
  expect(await lines()).toEqual([second, third, first]);
  expect((await answerLog(attemptId)).at(-1)?.value).toMatchObject({ kind: 'ordering' });
});

test('Enter in a text leads on, with what was typed to the last letter', async () => {
  const { page, open, attemptId } = await taking();
  await open('text-kind');
  await page.getByLabel('Your answer').fill('examp');
  await saved(page);
  await page.getByLabel('Your answer').pressSequentially('les');
  await page.keyboard.press('Enter');
  await page.waitForURL(/question\/6/);
  const log = await answerLog(attemptId);
  expect(log.at(-1)?.value).toEqual({ kind: 'text', text: 'examples' });
});

test('without a network the page stays, and nothing is sent in before the answer has arrived', async () => {
  const { page, open, attemptId, base, questions } = await taking();
  await open('text-kind');
  await page.context().setOffline(true);
  await page.getByLabel('Your answer').fill('examples');
  await saved(page, 'waiting');
  const at = page.url();
  await page.getByRole('button', { name: 'Next', exact: true }).last().click();
  expect(page.url()).toBe(at);
  expect(await answerLog(attemptId)).toEqual([]);
  await page.context().setOffline(false);
  await saved(page);
  expect(await answerLog(attemptId)).toHaveLength(1);

  // The same, given away from the network just before the overview is sent.
  const gaps = questions.find(({ id }) => id === 'gaps-kind');
  if (!gaps) throw new Error('no gaps');
  await gotoQuiz(page, `${base}/check`);
  await page.evaluate(
    ([url, id, fields]) => {
      const at = new Date().toISOString();
      const answer = { id, url, question: 'x', fields, at };
      localStorage.setItem('kelas.answers', JSON.stringify([answer]));
    },
    [
      new URL(`${base}/answer`).pathname,
      'left-on-the-device',
      [
        ['attempt', attemptId],
        ['question', 'gaps-kind'],
        ['answer.from', 'data'],
      ],
    ] as const,
  );
  await page.getByRole('button', { name: 'Send my answers' }).click();
  await page.waitForURL(/review/);
  expect((await answerLog(attemptId)).at(-1)).toMatchObject({
    answerId: 'left-on-the-device',
    value: { kind: 'gaps', gaps: { from: 'data' } },
  });
});

test('an answer that comes late is told of without a reload under the hands', async () => {
  const { page, open, base, questions, attemptId } = await taking();
  const gaps = questions.findIndex(({ id }) => id === 'gaps-kind');
  await open('text-kind');
  await page.evaluate(
    ([url, fields]) => {
      const at = new Date().toISOString();
      const answer = { id: 'comes-late', url, question: 'gaps-kind', fields, at };
      localStorage.setItem('kelas.answers', JSON.stringify([answer]));
    },
    [
      new URL(`${base}/answer`).pathname,
      [
        ['attempt', attemptId],
        ['question', 'gaps-kind'],
        ['answer.from', 'data'],
      ],
    ] as const,
  );
  // Held until the focus is in the list that is about to be replaced.
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route('**/answer', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${base}/check`);
  const row = page.locator(`#given a[href$="/question/${gaps + 1}"]`);
  const alert = page.locator('#given [role="status"]');
  const before = await alert.textContent();
  const oldRow = await row.textContent();
  await row.focus();
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  letGo();
  await page.waitForFunction(
    ([selector, text]) => document.querySelector(selector)?.textContent !== text,
    ['#given [role="status"]', before] as const,
  );
  expect(await row.textContent()).not.toBe(oldRow);
  expect(await row.evaluate((link) => link === document.activeElement)).toBe(true);
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
});

test('the clock counts down, says so, and leads to the review at the end', async () => {
  const { page, base } = await taking(PHONE, timed);
  await page.clock.install();
  await page.goto(`${base}/question/1`);
  const clock = page.locator('[data-clock-left]');
  // The script has come when the time of day, for pages without it, is gone.
  await page.locator('[data-clock-until]').waitFor({ state: 'hidden' });
  await page.clock.runFor(1000);
  expect(await clock.textContent()).toMatch(/^9:[0-5]\d$/);
  await page.clock.runFor('05:00');
  expect(await page.locator('[data-clock-say]').textContent()).toBe('About 5 minutes left');
  await page.clock.runFor('05:00');
  expect(await clock.textContent()).toBe('The time is over. Your answers are being sent in.');
  // The server, whose time is not over, shows the overview.
  await page.clock.runFor('00:17');
  await page.waitForURL(/\/check$/);
});

test('all kinds are answered without scripts', async () => {
  const { page, base, questions, attemptId } = await taking({ ...PHONE, javaScriptEnabled: false });
  await page.goto(`${base}/question/1`);
  for (const question of questions) {
    const answer = rightAnswer(question);
    if (answer.kind === 'one') await page.check(`[value="${answer.option}"]`);
    if (answer.kind === 'several') {
      for (const option of answer.options) await page.check(`[value="${option}"]`);
    }
    if (answer.kind === 'true-false') await page.check(`[value="${answer.value}"]`);
    if (answer.kind === 'number' || answer.kind === 'text') {
      await page.fill('[name="answer"]', answer.text);
    }
    if (answer.kind === 'matching') {
      for (const [left, right] of Object.entries(answer.pairs)) {
        await page.selectOption(`[name="answer.${left}"]`, right);
      }
    }
    if (answer.kind === 'gaps') {
      await page.fill('[name="answer.from"]', 'examples');
      await page.selectOption('[name="answer.on"]', { label: 'new data' });
    }
    if (answer.kind === 'ordering') {
      // Each to its place, from the top.
      for (const [place, id] of answer.order.entries()) {
        for (;;) {
          const ids = await page
            .locator('[type="hidden"][name="answer"]')
            .evaluateAll((all) => all.map((field) => (field as HTMLInputElement).value));
          if (ids.indexOf(id) <= place) break;
          await page.locator(`[value="${id}:up"]`).click();
        }
      }
    }
    await page.locator('.k-action-bar__main button').click();
  }
  await page.waitForURL(/\/check$/);
  expect(await page.textContent('main')).toContain('All 8 questions are answered.');
  await page.getByRole('button', { name: 'Send my answers' }).click();
  await page.waitForURL(new RegExp(attemptId));
  expect(await page.textContent('main')).toContain('You reached 100%');
});
