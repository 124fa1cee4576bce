import { sendWaiting, waitingAt } from './quiz-answer';

/** What the page says of the answers: the list, and the link to the first that is missing. */
const SAID = ['#given', '.k-action-bar__in > :first-child'] as const;

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

  // The list on this page may have been made before these arrived.
  if (waitingAt(url) > 0) {
    void stillWaiting().then((waiting) => {
      if (!waiting) document.dispatchEvent(new CustomEvent('kelas:outdated', { detail: SAID }));
    });
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
