import type { Page } from 'playwright-core';
import { accessibilityFaults, gotoQuiz, useBrowser } from '../support/browser';
import { type LookSite, startLookSite } from './site';

const browser = useBrowser();
let site: LookSite;
beforeAll(async () => {
  site = await startLookSite();
});
afterAll(() => site.close());
beforeEach(() => {
  site.received.length = 0;
});

async function openAt(path: string): Promise<Page> {
  const { page } = await browser.open({ viewport: { width: 375, height: 780 } });
  await page.goto(site.url + path);
  return page;
}

async function openQuiz(): Promise<Page> {
  const { page } = await browser.open({ viewport: { width: 375, height: 780 } });
  await gotoQuiz(page, `${site.url}/quiz`);
  return page;
}

/** A page on a busy machine takes its time; whoever waits goes on as soon as it has come. */
const PATIENCE_MS = 60_000;

/** Waits until what `read` gives back is what a test expects. */
async function eventually<T>(read: () => T | Promise<T>, expected: T): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await read();
    if (JSON.stringify(value) === JSON.stringify(expected) || Date.now() > end) {
      expect(value).toEqual(expected);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const arrivals = () => site.received.map(({ path }) => path);

describe('a menu', () => {
  test('closes on Escape and gives the focus back', async () => {
    const page = await openAt('/home');
    const summary = page.locator('.k-menu > summary').first();
    await summary.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    expect(await page.locator('.k-menu[open]').count()).toBe(0);
    expect(await summary.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('closes on a tap outside', async () => {
    const page = await openAt('/home');
    await page.locator('.k-menu > summary').first().click();
    await page.mouse.click(180, 700);
    expect(await page.locator('.k-menu[open]').count()).toBe(0);
  });
});

describe('preferences', () => {
  test('change the page at once and are sent', async () => {
    const page = await openAt('/home');
    await page.locator('.k-menu > summary').first().click();
    await page.locator('button[name="theme"][value="dark"]').click();
    await page.locator('button[name="textSize"][value="large"]').click();
    const root = page.locator('html');
    expect(await root.getAttribute('data-color-scheme')).toBe('dark');
    expect(await root.getAttribute('data-text-size')).toBe('large');
    await eventually(arrivals, ['/preferences', '/preferences']);
    expect(site.received.map(({ fields }) => [fields['theme'], fields['textSize']])).toEqual([
      ['dark', undefined],
      [undefined, 'large'],
    ]);
    expect(site.received[0]?.fields['_csrf']).toMatch(/.{20}/);
    expect(page.url()).toBe(`${site.url}/home`);
  });

  test('a language is an ordinary form', async () => {
    const page = await openAt('/home');
    await page.locator('.k-menu > summary').first().click();
    await page.locator('button[value="ta"]').click();
    await eventually(arrivals, ['/preferences']);
    expect(site.received[0]?.fields).toMatchObject({ language: 'ta', returnTo: '/home' });
  });
});

describe('a form', () => {
  test('that came back puts the focus on what to put right', async () => {
    const page = await openAt('/form');
    await eventually(() => page.evaluate(() => document.activeElement?.id), 'error-summary');
    await page.locator('#error-summary a').first().click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-email');
  });

  test('shows a password and hides it again before it is sent', async () => {
    const page = await openAt('/form');
    const field = page.locator('#field-password');
    await field.fill('three random words');
    await page.getByRole('button', { name: 'Show password' }).click();
    expect(await field.getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Hide password' }).click();
    expect(await field.getAttribute('type')).toBe('password');
  });

  test('counts the characters that are left', async () => {
    const page = await openAt('/form');
    await page.locator('#field-about').fill('x'.repeat(150));
    expect(await page.locator('#field-about-count').textContent()).toBe('Characters left: 50');
  });

  test('is sent once, however often it is tapped', async () => {
    const page = await openAt('/form');
    await page.evaluate(() => {
      const button = document.querySelector<HTMLButtonElement>('.k-panel form button[type=submit]');
      for (let tap = 0; tap < 5; tap += 1) button?.click();
    });
    await page.waitForURL('**/home');
    expect(arrivals()).toEqual(['/form']);
  });

  test('asks before it is left with something typed in it', async () => {
    const page = await openAt('/form');
    await page.locator('#field-name').fill('Muthukrishnan');
    const asked = page.waitForEvent('dialog');
    const left = page.goto(`${site.url}/home`).catch(() => null);
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.accept();
    await left;
  });
});

describe('a table', () => {
  test('is a stop for the keyboard for as long as it is wider than its place', async () => {
    const { page } = await browser.open({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${site.url}/parts`);
    const frame = page.locator('.k-table-frame').first();
    const wideness = (width: string) =>
      frame.evaluate((element, wanted) => {
        element.style.inlineSize = wanted;
      }, width);
    const caption = (await frame.locator('caption').textContent())?.trim() ?? '';
    await wideness('200px');
    const region = page.getByRole('region', { name: caption });
    await region.focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => frame.evaluate(({ scrollLeft }) => scrollLeft > 0), true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await wideness('');
    await eventually(() => region.count(), 0);
    expect(await frame.getAttribute('tabindex')).toBeNull();
  });
});

describe('a lesson', () => {
  test('notes that its end was reached, once, and only there', async () => {
    const page = await openAt('/lesson');
    expect(arrivals()).toEqual([]);
    const end = page.locator('[data-behaviour="reached-end"]');
    await end.scrollIntoViewIfNeeded();
    await eventually(arrivals, ['/lesson/viewed']);
    expect(site.received[0]?.fields['_csrf']).toMatch(/.{20}/);
    await eventually(() => end.getByRole('status').textContent(), 'Noted: you reached the end.');
    await page.evaluate(() => scrollTo(0, 0));
    await end.scrollIntoViewIfNeeded();
    expect(arrivals()).toEqual(['/lesson/viewed']);
  });

  test('has its outline open where there is room', async () => {
    const page = await openAt('/lesson');
    expect(await page.locator('.k-lesson__side details[open]').count()).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.reload();
    await eventually(() => page.locator('.k-lesson__side details[open]').count(), 1);
  });
});

describe('an answer', () => {
  const state = (page: Page) => page.locator('[data-save-state]').getAttribute('data-state');

  test('is saved as it is given, and sent again with the same id', async () => {
    const page = await openQuiz();
    await page.getByLabel('Call it at once').check();
    await eventually(() => state(page), 'saved');
    const [saved] = site.received;
    expect(saved?.path).toBe('/quiz/answers');
    expect(saved?.fields).toMatchObject({
      answer: 'a',
      answerId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      answeredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    await page.locator('form[data-question]').evaluate((form: HTMLFormElement) => {
      form.noValidate = true;
      form.requestSubmit();
    });
    await page.waitForURL('**/home');
    expect(site.received[1]?.fields['answerId']).toBe(saved?.fields['answerId']);
  });

  test('waits on the device without a network and arrives once when it is back', async () => {
    const page = await openQuiz();
    await page.context().setOffline(true);
    await page.getByLabel('Call it at once').check();
    await eventually(() => state(page), 'waiting');
    await page.getByLabel('Look it up').check();
    await eventually(() => state(page), 'waiting');
    expect(arrivals()).toEqual([]);
    await page.context().setOffline(false);
    await eventually(() => state(page), 'saved');
    expect(site.received.map(({ fields }) => fields['answer'])).toEqual(['b']);
  });

  test('that the server refuses is not called saved', async () => {
    const page = await openQuiz();
    await page.getByLabel('Ask the chatbot').check();
    await eventually(() => state(page), 'refused');
    await page.getByLabel('Call it at once').check();
    await eventually(() => state(page), 'saved');
  });

  test('left waiting is sent by the next page, whatever it is', async () => {
    const page = await openQuiz();
    await page.context().setOffline(true);
    await page.getByLabel('Call it at once').check();
    await eventually(() => state(page), 'waiting');
    await page.goto('about:blank');
    await page.context().setOffline(false);
    await page.goto(`${site.url}/home`);
    await eventually(() => page.evaluate(() => localStorage.getItem('kelas.answers')), '[]');
    expect(new Set(arrivals())).toEqual(new Set(['/quiz/answers']));
    // However often it is sent, the id tells the server that it is one answer.
    expect(new Set(site.received.map(({ fields }) => fields['answerId'])).size).toBe(1);
  });

  test('typed just before the form is sent goes with it, under an id of its own', async () => {
    const page = await openQuiz();
    const field = page.getByLabel('How far?');
    await field.fill('1');
    await eventually(() => state(page), 'saved');
    await page.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('#field-km');
      if (!input?.form) return;
      input.value = '12';
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.form.noValidate = true;
      input.form.requestSubmit();
    });
    await page.waitForURL('**/home');
    await eventually(() => page.evaluate(() => localStorage.getItem('kelas.answers')), '[]');
    const [first, ...later] = site.received.map(({ fields }) => fields);
    expect(first?.['km']).toBe('1');
    expect(later.map((fields) => fields['km'])).toEqual(['12', '12']);
    expect(new Set(later.map((fields) => fields['answerId'])).size).toBe(1);
    expect(later[0]?.['answerId']).not.toBe(first?.['answerId']);
  });
});

describe('a page that waits', () => {
  test('asks again and shows what has come', async () => {
    const page = await openAt('/parts');
    const place = page.locator('[data-behaviour="live-poll"]');
    expect(await place.getByRole('link').count()).toBe(0);
    await page.clock.install();
    await page.reload();
    // The second question is asked when the first one is answered.
    const answered = page.waitForResponse('**/poll');
    await page.clock.runFor(2100);
    await answered;
    await page.clock.runFor(2100);
    await eventually(() => place.textContent(), 'Here it is');
  });
});

describe('a link to share', () => {
  test('is copied with one tap', async () => {
    const page = await openAt('/parts');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy' }).click();
    await eventually(() => page.locator('#toasts').textContent(), 'Copied');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('/verify/');
  });
});
