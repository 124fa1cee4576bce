import { announceAdded } from './behaviour';

const FOCUSABLE = 'a, button, summary, input, select, textarea';

/** What tells that an element of one page is that of another: where it leads or what it sends. */
const keyOf = (element: Element): string =>
  [
    element.tagName,
    ...['id', 'href', 'name', 'value', 'form'].map((name) => element.getAttribute(name)),
  ].join('\n');

/**
 * Shows parts of this page as the server makes them now, under the hands of whoever uses it: the
 * page is not loaded again, what has not changed stays untouched, so that no press is lost, and the
 * focus stays with what had it. Where that is gone, it is on the main part. Not for parts in which
 * something is typed.
 * @throws when the page did not come: it stays as it is
 */
export async function renew(...selectors: readonly string[]): Promise<void> {
  // A redirect is another page: what is asked for is gone.
  const answer = await fetch(location.href, {
    headers: { Accept: 'text/html' },
    redirect: 'error',
  });
  if (!answer.ok) throw new Error('The page did not come');
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const selector of selectors) {
    const [old, fresh] = [document, page].map((each) => each.querySelector<HTMLElement>(selector));
    if (!old || !fresh || old.innerHTML === fresh.innerHTML) continue;
    const held = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceChildren(...fresh.childNodes);
    announceAdded(old);
    if (!held || held === old) continue;
    const again = [...old.querySelectorAll<HTMLElement>(FOCUSABLE)].find(
      (each) => keyOf(each) === keyOf(held),
    );
    (again ?? document.getElementById('main'))?.focus({ preventScroll: true });
  }
}
