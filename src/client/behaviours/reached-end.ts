import { arrived, formFields } from '../behaviour';

/**
 * At the end of a lesson: tells the server that the end was seen, once, by the form inside.
 * An element with data-reached-text then says so. The form's button does the same without scripts and stays for those who want to press it.
 */
export function attach(element: HTMLElement): void {
  const form = element.querySelector('form');
  if (!form) return;
  const send = async () => {
    const answer = await fetch(form.action, {
      method: 'POST',
      body: formFields(form),
      headers: { Accept: 'application/json' },
      redirect: 'manual',
      keepalive: true,
    });
    if (!arrived(answer)) throw new Error(`Status ${answer.status}`);
    const note = element.querySelector<HTMLElement>('[data-reached-text]');
    if (note) note.textContent = note.dataset['reachedText'] ?? '';
  };
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    send().catch(() => addEventListener('online', () => send().catch(() => {}), { once: true }));
  });
  observer.observe(element);
}
