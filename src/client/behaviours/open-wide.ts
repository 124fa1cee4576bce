/** A details element that is folded away on a phone only. */
export function attach(element: HTMLElement): void {
  if (!(element instanceof HTMLDetailsElement)) return;
  const wide = matchMedia('(min-width: 56.25em)');
  if (wide.matches) element.open = true;
}
