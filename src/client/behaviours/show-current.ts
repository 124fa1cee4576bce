/** A row that scrolls sideways begins with its current item in sight. */
export function attach(element: HTMLElement): void {
  const current = element.querySelector('[aria-current]');
  if (!current) return;
  const [row, item] = [element.getBoundingClientRect(), current.getBoundingClientRect()];
  element.scrollLeft += item.left - row.left - (row.width - item.width) / 2;
}
