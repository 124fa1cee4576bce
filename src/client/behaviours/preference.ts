import { formFields } from '../behaviour';
import { rootAttribute } from '../logic/root-attribute';

/** Colours and text size change at once, and are remembered by the server meanwhile. */
export function attach(element: HTMLElement): void {
  if (!(element instanceof HTMLFormElement)) return;
  element.addEventListener('submit', (event) => {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement)) return;
    const change = rootAttribute(button.name, button.value);
    if (!change) return;
    event.preventDefault();
    document.documentElement.setAttribute(...change);
    for (const each of element.querySelectorAll('button')) {
      each.setAttribute('aria-pressed', String(each === button));
    }
    fetch(element.action, {
      method: 'POST',
      body: formFields(element, button),
      redirect: 'manual',
      keepalive: true,
    }).catch(() => {
      // Without a network, or a session, the choice holds for this page, with what is typed on it.
    });
  });
}
