import { figures } from 'kelas:figures';
import type { Attach } from './behaviour';
import { attach as characterCount } from './behaviours/character-count';
import { attach as chooseAll } from './behaviours/choose-all';
import { attach as confirmLeave } from './behaviours/confirm-leave';
import { attach as copyLink } from './behaviours/copy-link';
import { attach as focusFirst } from './behaviours/focus-first';
import { attach as livePoll } from './behaviours/live-poll';
import { attach as menu } from './behaviours/menu';
import { attach as openWide } from './behaviours/open-wide';
import { attach as passwordShow } from './behaviours/password-show';
import { attach as preference } from './behaviours/preference';
import { attach as reachedEnd } from './behaviours/reached-end';
import { attach as scrollFrame } from './behaviours/scroll-frame';
import { attach as share } from './behaviours/share';
import { attach as showCurrent } from './behaviours/show-current';
import { attach as submitOnce } from './behaviours/submit-once';
import { renew } from './renew';

/**
 * Every page works without scripts; what is here only makes it smoother. An element asks for a
 * behaviour by name: data-behaviour="menu". All of these are smaller than one more request.
 */
const behaviours: Record<string, Attach> = {
  'character-count': characterCount,
  'choose-all': chooseAll,
  'confirm-leave': confirmLeave,
  'copy-link': copyLink,
  'focus-first': focusFirst,
  'live-poll': livePoll,
  menu,
  'open-wide': openWide,
  'password-show': passwordShow,
  preference,
  'reached-end': reachedEnd,
  'scroll-frame': scrollFrame,
  share,
  'show-current': showCurrent,
  'submit-once': submitOnce,
};

/** Fetched by the pages that ask for it, and wherever an answer still waits to be sent. */
const quizzes = () => import('./behaviours/quiz');

/** Interactive figures of lessons, fetched when one is there: data-behaviour="figure-<file>". */
const FIGURE = 'figure-';

/** Resolves when the reader is about to reach the element: who never gets there fetches nothing. */
const nearlySeen = (element: HTMLElement): Promise<void> =>
  new Promise((resolve) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        resolve();
      },
      { rootMargin: '50% 0px' },
    );
    observer.observe(element);
  });

const attached = new WeakSet<HTMLElement>();

async function attachTo(element: HTMLElement): Promise<void> {
  if (attached.has(element)) return;
  attached.add(element);
  for (const name of (element.dataset['behaviour'] ?? '').split(' ')) {
    behaviours[name]?.(element);
    if (name.startsWith('quiz-')) (await quizzes()).quiz[name]?.(element);
    if (name.startsWith(FIGURE)) {
      await nearlySeen(element);
      const figure = await figures[name.slice(FIGURE.length)]?.();
      figure?.attach(element);
    }
  }
}

/** Gives the elements in `root` their behaviours; for parts of a page that arrive later, too. */
function attachAll(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-behaviour]')) {
    // One behaviour that fails must not take the others with it: the page works without.
    attachTo(element).catch((error: unknown) => reportError(error));
  }
}

document.addEventListener('kelas:added', (event) => attachAll(event.target as HTMLElement));
attachAll(document);

// An event, because what two files import becomes a third one, and a request more on every page.
document.addEventListener('kelas:outdated', (event) => {
  const parts = (event as CustomEvent<readonly string[]>).detail;
  // Without a network the page stays as it is.
  renew(...parts).catch(() => undefined);
});

async function sendWaitingAnswers(): Promise<void> {
  try {
    // Two characters are an empty list.
    if ((localStorage.getItem('kelas.answers') ?? '').length <= 2) return;
  } catch {
    return; // The browser keeps nothing for this site: nothing waits.
  }
  await (await quizzes()).sendWaiting();
}
addEventListener('online', sendWaitingAnswers);
void sendWaitingAnswers();
