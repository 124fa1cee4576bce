import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import {
  findPublishedVersion,
  type PublishedVersion,
  type Question,
} from '../../src/modules/catalogue';
import { until } from '../boot/kelas';
import type { Site } from '../support/site';
import type { Hands } from './hands';

/** Someone who learns: what they do from the first page to the certificate. */
export interface Worker {
  readonly page: Page;
  readonly hands: Hands;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

const PATIENCE_MS = 60_000;

/** The link in a mail to `email` that begins with `start`. */
async function linkInMail(site: Site, email: string, start: string): Promise<string> {
  const folder = path.join(site.dataDir, 'mail');
  let link: string | undefined;
  await until(
    async () => {
      const names = await readdir(folder).catch(() => []);
      for (const name of names.filter((each) => each.endsWith('.eml'))) {
        const mail = await readFile(path.join(folder, name), 'utf8');
        if (!mail.includes(`To: ${email}`)) continue;
        // Quoted-printable: a line that ends in = goes on.
        const text = mail.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');
        link = text.match(new RegExp(`${site.url}${start}[\\w./~-]+`))?.[0] ?? link;
      }
      return link !== undefined;
    },
    `a mail to ${email} with ${start}`,
    PATIENCE_MS,
  );
  return link ?? '';
}

/** From the start page to being signed in, by the mail. */
export async function join(site: Site, worker: Worker): Promise<void> {
  const { page, hands } = worker;
  await page.goto(`${site.url}/`);
  await hands.press(page.locator('a[href="/sign-up"]:visible').first());
  await page.waitForURL('**/sign-up');
  await hands.type(page.locator('[name="name"]'), worker.name);
  await hands.type(page.locator('[name="email"]'), worker.email);
  await hands.type(page.locator('[name="password"]'), worker.password);
  await hands.press(page.locator('form[action="/sign-up"] button[type="submit"]'));
  await page.waitForURL('**/sign-up/check-your-mail');
  await page.goto(await linkInMail(site, worker.email, '/confirm/'));
  await hands.type(page.locator('main [name="password"]'), worker.password);
  await hands.press(page.locator('form[action^="/confirm/"] button[type="submit"]'));
  await page.waitForURL('**/learn');
}

/** Finds a course by its words and enrols. @returns the path of the enrolment */
export async function enrolIn(worker: Worker, words: string, title: string): Promise<string> {
  const { page, hands } = worker;
  await hands.press(page.locator('main a[href="/courses"]').first());
  await page.waitForURL('**/courses');
  await hands.type(page.locator('main [name="q"]'), words);
  await hands.press(page.locator('main form[role="search"] button[type="submit"]'));
  await page.waitForURL('**/courses?q=*');
  await hands.press(page.getByRole('link', { name: title, exact: true }));
  await hands.press(page.locator('form[action$="/enrol"] button').first());
  await page.waitForURL(/\/learn\/[0-9a-f]{24}$/);
  return new URL(page.url()).pathname;
}

/** Answers the question on the page rightly. */
async function answer({ page, hands }: Worker, question: Question): Promise<void> {
  const field = (name: string) => page.locator(`form#question [name="${name}"]`);
  const option = (value: string) => page.locator(`form#question [name="answer"][value="${value}"]`);
  const first = (texts: Readonly<Record<string, readonly string[]>>) => texts['en']?.[0] ?? '';
  switch (question.kind) {
    case 'one':
    case 'several':
      for (const { id, correct } of question.options) if (correct) await hands.choose(option(id));
      return;
    case 'true-false':
      return hands.choose(option(String(question.answer)));
    case 'number':
      return hands.type(field('answer'), String(question.answer));
    case 'text':
      return hands.type(field('answer'), first(question.accepted));
    case 'matching':
      for (const { id } of question.pairs) await hands.select(field(`answer.${id}`), id);
      return;
    case 'ordering': {
      const place = (id: string) =>
        field('answer').evaluateAll(
          (inputs, wanted) =>
            inputs.findIndex((each) => each instanceof HTMLInputElement && each.value === wanted),
          id,
        );
      for (const [wanted, { id }] of question.items.entries()) {
        for (let at = await place(id); at > wanted; at -= 1) {
          await hands.press(page.locator(`button[name="move"][value="${id}:up"]`));
          await until(async () => (await place(id)) === at - 1, `${id} to move up`, PATIENCE_MS);
        }
      }
      return;
    }
    case 'gaps':
      for (const gap of question.gaps) {
        const place = field(`answer.${gap.id}`);
        if ('options' in gap) await hands.select(place, gap.answer);
        else await hands.type(place, first(gap.accepted));
      }
  }
}

/** Takes the quiz that is on the page and goes on to what follows. */
async function takeQuiz(worker: Worker, questions: readonly Question[]): Promise<void> {
  const { page, hands } = worker;
  await hands.press(page.locator('button[form="start"]'));
  await page.waitForURL('**/question/1');
  while (!page.url().endsWith('/check')) {
    const id = await page.locator('form#question [name="question"]').inputValue();
    const question = questions.find((each) => each.id === id);
    if (!question) throw new Error(`The quiz has no question ${id}`);
    await answer(worker, question);
    const before = page.url();
    await hands.press(page.locator('button[form="question"][value="next"]'));
    await page.waitForURL((url) => url.href !== before);
  }
  await hands.press(page.locator('button[form="send"]'));
  await page.waitForURL('**/review/*');
}

/**
 * From the outline of a course to the page that says that it is completed: every lesson read to its
 * end, every quiz answered rightly, always by what the page offers next.
 */
export async function complete(worker: Worker, course: string): Promise<PublishedVersion> {
  const { page, hands } = worker;
  const version = await findPublishedVersion(course);
  if (!version) throw new Error(`There is no course ${course}`);
  const base = new URL(page.url()).pathname;
  const activities = version.modules.flatMap((module) => module.activities);
  await hands.press(page.locator(`main a.ds-button[href="${base}/${activities[0]?.id}"]`));
  for (const [index, activity] of activities.entries()) {
    await page.waitForURL(`**${base}/${activity.id}`);
    const following = activities[index + 1];
    const next = following ? `${base}/${following.id}` : `${base}/finished`;
    if (activity.kind === 'lesson') {
      await hands.readToTheEnd();
      await hands.press(page.locator('button[form="lesson-end"]'));
    } else {
      await takeQuiz(worker, activity.quiz.questions);
      await hands.press(page.locator(`.k-action-bar a[href="${next}"]`));
    }
    await page.waitForURL(`**${next}`);
  }
  return version;
}
