import { announceAdded } from '../behaviour';
import { pollDelay } from '../logic/poll-delay';
import { renew } from '../renew';

/**
 * Asks data-poll-url for a fragment of HTML while the page can be seen, and shows it in this place.
 * An answer with the header `X-Poll: done` is the last; 204 means that nothing has changed.
 * With data-poll-renew the last one shows the whole page as it is then, with what comes next.
 */
export function attach(element: HTMLElement): void {
  const url = element.dataset['pollUrl'];
  if (!url) return;
  element.querySelector('[data-poll-fallback]')?.remove();
  let asked = 0;
  let shown = '';
  let timer = 0;

  const wait = () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, pollDelay(asked));
  };
  const ask = async () => {
    if (document.hidden || !element.isConnected) return;
    asked += 1;
    try {
      const answer = await fetch(url, { headers: { Accept: 'text/html' } });
      if (answer.ok && answer.status !== 204) {
        const html = await answer.text();
        if (html !== shown) {
          shown = html;
          element.innerHTML = html;
          announceAdded(element);
        }
      }
      if (answer.headers.get('X-Poll') === 'done') {
        if (element.dataset['pollRenew'] !== undefined) await renew('#main');
        document.removeEventListener('visibilitychange', look);
        return;
      }
    } catch {
      // No network for the moment: the next question is on its way.
    }
    wait();
  };
  const look = () => {
    if (document.hidden) return;
    asked = Math.min(asked, 1);
    wait();
  };
  document.addEventListener('visibilitychange', look);
  wait();
}
