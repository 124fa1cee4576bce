/** A details element that is a menu: closes on Escape, on a tap outside, and when the focus leaves it. */
export function attach(element: HTMLElement): void {
  if (!(element instanceof HTMLDetailsElement)) return;
  const close = () => {
    element.open = false;
  };
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !element.open) return;
    close();
    element.querySelector('summary')?.focus();
  });
  document.addEventListener('pointerdown', (event) => {
    if (element.open && !element.contains(event.target as Node)) close();
  });
  element.addEventListener('focusout', (event) => {
    if (event.relatedTarget && !element.contains(event.relatedTarget as Node)) close();
  });
}
