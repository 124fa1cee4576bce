import { formFields } from '../behaviour';

/** Asks before a form with something typed in it is left. */
export function attach(element: HTMLElement): void {
  if (!(element instanceof HTMLFormElement)) return;
  const before = formFields(element).toString();
  let sending = false;
  element.addEventListener('submit', () => {
    sending = true;
  });
  addEventListener('beforeunload', (event) => {
    if (!sending && formFields(element).toString() !== before) event.preventDefault();
  });
}
