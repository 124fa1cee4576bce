/** Shows and hides a password, so that one can see what a thumb has typed. */
export function attach(element: HTMLElement): void {
  if (!(element instanceof HTMLInputElement)) return;
  const button = element.parentElement?.querySelector<HTMLButtonElement>('.k-reveal-password');
  if (!button) return;
  const show = (shown: boolean) => {
    element.type = shown ? 'text' : 'password';
    const { dataset } = element;
    button.textContent = (shown ? dataset['hide'] : dataset['show']) ?? '';
    button.setAttribute('aria-label', (shown ? dataset['hideLong'] : dataset['showLong']) ?? '');
  };
  button.hidden = false;
  button.addEventListener('click', () => show(element.type === 'password'));
  // A password manager and the browser's own memory expect a password field.
  element.form?.addEventListener('submit', () => show(false));
}
