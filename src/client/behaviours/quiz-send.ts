import { sendWaiting, waitingAt } from './quiz-answer';

/** What the page says of the answers: the list, and the link to the first that is missing. */
const SAID = ['#given', '.k-action-bar a'];

/**
 * Says of the answers what the server knows by now. Only what has changed is replaced, and the focus
 * keeps its place: the page is already under someone's hands.
 */
async function sayAnew(): Promise<void> {
  // An attempt that was sent in from elsewhere has no such page any more: sending will tell.
  const reply = await fetch(location.href, { redirect: 'error' });
  if (!reply.ok) return;
  const now = new DOMParser().parseFromString(await reply.text(), 'text/html');
  for (const selector of SAID) {
    const [old, fresh] = [document.querySelector(selector), now.querySelector(selector)];
    if (!old || !fresh || old.outerHTML === fresh.outerHTML) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const links = [old, ...old.querySelectorAll('a')];
    const place = focused ? links.indexOf(focused) : -1;
    old.replaceWith(fresh);
    const follower = [fresh, ...fresh.querySelectorAll('a')][place];
    if (follower instanceof HTMLElement) follower.focus({ preventScroll: true });
  }
}

/**
 * The form that sends an attempt in: first every answer that still waits on this device, so that
 * none comes too late. The form needs data-save-url; its [role="status"] says what is in the way.
 */
export function attach(element: HTMLElement): void {
  if (!(element instanceof HTMLFormElement)) return;
  const url = element.dataset['saveUrl'] ?? '';
  const state = element.querySelector<HTMLElement>('[role="status"]');
  const stillWaiting = async (): Promise<boolean> => {
    await sendWaiting();
    return waitingAt(url) > 0;
  };

  // The list on this page may have been made before these arrived. Without a network it stays.
  if (waitingAt(url) > 0) {
    void stillWaiting()
      .then((waiting) => (waiting ? undefined : sayAnew()))
      .catch(() => undefined);
  }
  element.addEventListener('submit', (event) => {
    if (waitingAt(url) === 0) return;
    event.preventDefault();
    void stillWaiting().then((waiting) => {
      if (!waiting) element.requestSubmit();
      else if (state) state.textContent = element.dataset['waiting'] ?? '';
    });
  });
}
