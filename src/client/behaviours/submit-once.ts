/** Keeps a second tap from sending a form twice; the page that comes back starts anew. */
export function attach(element: HTMLElement): void {
  if (!(element instanceof HTMLFormElement)) return;
  let sent = false;
  let pressed: HTMLElement | null = null;
  element.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    pressed = event.submitter ?? element.querySelector('button[type="submit"]');
    pressed?.setAttribute('aria-busy', 'true');
  });
  // Back to a page that the browser kept as it was left.
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    sent = false;
    pressed?.removeAttribute('aria-busy');
  });
}
