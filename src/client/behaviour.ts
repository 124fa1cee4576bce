/** What a behaviour exports: called once with the element that asked for it. */
export type Attach = (element: HTMLElement) => void;

/** Tells the loader that `element` was filled anew, so that its behaviours are attached. */
export function announceAdded(element: HTMLElement): void {
  element.dispatchEvent(new Event('kelas:added', { bubbles: true }));
}

/** Shows a short message at the lower edge and lets a screen reader say it. */
export function toast(text: string, milliseconds = 4000): void {
  const region = document.getElementById('toasts');
  if (!region) return;
  const message = document.createElement('p');
  message.className = 'k-toast';
  message.textContent = text;
  region.append(message);
  setTimeout(() => message.remove(), milliseconds);
}

/** The fields of a form as it would send them, with the button that sends it. */
export function formFields(form: HTMLFormElement, submitter?: HTMLElement | null): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') fields.append(name, value);
  }
  if (submitter instanceof HTMLButtonElement && submitter.name) {
    fields.append(submitter.name, submitter.value);
  }
  return fields;
}

/** True when the server took what a form's address was sent; its redirect is not followed. */
export const arrived = (answer: Response): boolean => answer.ok || answer.type === 'opaqueredirect';
