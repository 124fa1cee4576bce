import { roomLeft } from '../logic/room-left';

/** Says under a field how many characters are left. Spoken after a pause, not at every key. */
export function attach(element: HTMLElement): void {
  if (!(element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement)) return;
  const output = document.getElementById(`${element.id}-count`);
  const limit = element.maxLength;
  if (!output || limit < 0) return;
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const spoken = document.createElement('span');
  spoken.className = 'k-sr';
  spoken.setAttribute('role', 'status');
  output.after(spoken);
  let pause = 0;
  const show = () => {
    const { over, count } = roomLeft(element.value.length, limit);
    const template = (over ? element.dataset['over'] : element.dataset['left']) ?? '#';
    output.textContent = template.replace('#', numbers.format(count));
    clearTimeout(pause);
    pause = window.setTimeout(() => {
      spoken.textContent = output.textContent;
    }, 1000);
  };
  element.addEventListener('input', show);
}
