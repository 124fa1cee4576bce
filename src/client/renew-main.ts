import { announceAdded } from './behaviour';

/**
 * Shows the main part of this page as the server makes it now, under the hands of whoever uses it:
 * it is not loaded again, so that the place on it stays, and the focus with what had it. Where that
 * is gone, the focus is on the main part. Not for pages on which something is typed.
 * @throws when the page did not come: it stays as it is
 */
export async function renewMain(): Promise<void> {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [main, fresh] = [document, page].map((each) => each.getElementById('main'));
  if (!answer.ok || answer.redirected || !main || !fresh) throw new Error('The page did not come');
  const held = document.activeElement;
  const had = held !== main && main.contains(held) ? held?.outerHTML : undefined;
  main.replaceChildren(...fresh.childNodes);
  announceAdded(main);
  if (had === undefined) return;
  const again = [...main.querySelectorAll<HTMLElement>('a, button, summary, input, select')].find(
    (each) => each.outerHTML === had,
  );
  (again ?? main).focus({ preventScroll: true });
}
