import { clockText } from '../logic/time-left';

const MINUTE = 60_000;

/**
 * The time of an attempt, counted down. Five minutes and one minute before the end are said to
 * screen readers. At the end it says so, waits until the last answer can have arrived, and goes
 * where the attempt is sent in. The server decides; this only shows.
 */
export function attach(element: HTMLElement): void {
  const { left: leftText, grace: graceText, href, over, five, one } = element.dataset;
  const left = element.querySelector<HTMLElement>('[data-clock-left]');
  const until = element.querySelector<HTMLElement>('[data-clock-until]');
  const say = element.querySelector<HTMLElement>('[data-clock-say]');
  if (!left || !href) return;
  // By the clock of this device only as a difference: a wrong clock counts right, and sleep counts.
  const end = Date.now() + Number(leftText);
  const leaveAt = end + Number(graceText) + 1000;
  if (until) until.hidden = true;
  let before = Number.POSITIVE_INFINITY;
  let timer = 0;

  const passes = (rest: number, mark: number) => before > mark && rest <= mark && rest > 0;
  const tick = () => {
    const rest = end - Date.now();
    if (say && passes(rest, MINUTE)) say.textContent = one ?? '';
    else if (say && passes(rest, 5 * MINUTE) && before !== Number.POSITIVE_INFINITY) {
      say.textContent = five ?? '';
    }
    if (rest <= 0 && before > 0) {
      left.textContent = over ?? '';
      if (say) say.textContent = over ?? '';
    }
    if (rest > 0) left.textContent = clockText(rest);
    before = rest;
    if (Date.now() < leaveAt || !navigator.onLine) return;
    clearInterval(timer);
    location.assign(href);
  };
  timer = window.setInterval(tick, 1000);
  tick();
}
