import type { BrowserContextOptions, Locator, Page } from 'playwright-core';

/** How someone uses a page: with a finger, a mouse, or the keyboard alone. */
export interface Hands {
  /** Presses a button or follows a link. */
  press(target: Locator): Promise<void>;
  /** Ticks a box or chooses a radio button. */
  choose(target: Locator): Promise<void>;
  type(target: Locator, text: string): Promise<void>;
  /** Chooses from a list by the value of its option. */
  select(target: Locator, value: string): Promise<void>;
  /** Goes to the end of the page. */
  readToTheEnd(): Promise<void>;
}

/** The two ways by which every journey must lead. */
export const READERS: readonly (readonly [
  on: string,
  options: BrowserContextOptions,
  handsOf: (page: Page) => Hands,
])[] = [
  [
    'a phone, by touch',
    { viewport: { width: 375, height: 740 }, hasTouch: true },
    (page) => finger(page),
  ],
  [
    'a desk, with the keyboard alone',
    { viewport: { width: 1280, height: 860 } },
    (page) => keyboard(page),
  ],
];

const endOf = (page: Page) => page.evaluate(() => scrollTo(0, document.body.scrollHeight));

export const finger = (page: Page): Hands => ({
  press: (target) => target.tap(),
  choose: (target) => target.tap(),
  async type(target, text) {
    await target.tap();
    await page.keyboard.type(text);
  },
  async select(target, value) {
    await target.selectOption(value);
  },
  readToTheEnd: () => endOf(page),
});

export const mouse = (page: Page): Hands => ({
  press: (target) => target.click(),
  choose: (target) => target.click(),
  async type(target, text) {
    await target.click();
    await page.keyboard.type(text);
  },
  async select(target, value) {
    await target.selectOption(value);
  },
  readToTheEnd: () => endOf(page),
});

const MOST_STOPS = 150;

/** What a keyboard reaches, and nothing else: each target must be come to by the Tab key. */
export function keyboard(page: Page): Hands {
  /** Where the focus is: on the target; on its group of radio buttons, which is one stop; elsewhere. */
  const focusOf = (target: Locator) =>
    target.evaluate((element) => {
      const other = document.activeElement;
      if (element === other) return 'here';
      const isGroup =
        element instanceof HTMLInputElement &&
        other instanceof HTMLInputElement &&
        element.type === 'radio' &&
        other.name === element.name &&
        other.form === element.form;
      return isGroup ? 'group' : 'elsewhere';
    });

  async function goTo(target: Locator): Promise<'here' | 'group'> {
    await target.waitFor();
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      const focus = await focusOf(target);
      if (focus !== 'elsewhere') {
        await expectSeen(target);
        return focus;
      }
      await page.keyboard.press('Tab');
    }
    throw new Error(`The Tab key does not come to ${target}`);
  }

  /** WCAG 2.4.11: what has the focus is not wholly hidden behind a bar. */
  async function expectSeen(target: Locator): Promise<void> {
    const seen = await target.evaluate(() => {
      const focused = document.activeElement;
      const whole = focused?.closest('label') ?? focused;
      if (!whole) return false;
      const { left, top, width, height } = whole.getBoundingClientRect();
      return [0.15, 0.5, 0.85].some((part) =>
        whole.contains(document.elementFromPoint(left + width / 2, top + height * part)),
      );
    });
    if (!seen) throw new Error(`${target} has the focus and cannot be seen`);
  }

  return {
    async press(target) {
      await goTo(target);
      await page.keyboard.press('Enter');
    },
    async choose(target) {
      let focus: string = await goTo(target);
      for (let step = 0; step < 20 && focus === 'group'; step += 1) {
        await page.keyboard.press('ArrowDown');
        focus = await focusOf(target);
      }
      if (!(await target.isChecked())) await page.keyboard.press('Space');
    },
    async type(target, text) {
      await goTo(target);
      await page.keyboard.type(text);
    },
    async select(target, value) {
      await goTo(target);
      const steps = await target.evaluate(
        (element, wanted) =>
          element instanceof HTMLSelectElement
            ? [...element.options].findIndex((option) => option.value === wanted) -
              element.selectedIndex
            : 0,
        value,
      );
      const key = steps < 0 ? 'ArrowUp' : 'ArrowDown';
      for (let step = 0; step < Math.abs(steps); step += 1) await page.keyboard.press(key);
      if ((await target.inputValue()) !== value) throw new Error(`${target} cannot be set`);
    },
    async readToTheEnd() {
      await page.keyboard.press('End');
    },
  };
}
