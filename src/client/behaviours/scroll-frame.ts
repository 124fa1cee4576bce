const NAMES = ['tabindex', 'role', 'aria-label'] as const;

/**
 * The frame of a table: while the table is wider than its place, the keyboard reaches the frame and
 * scrolls it, and a screen reader says whose it is, by the table's caption. A table that fits is no stop.
 */
export function attach(frame: HTMLElement): void {
  const table = frame.querySelector('table');
  if (!table) return;
  const update = () => {
    const scrolls = frame.scrollWidth > frame.clientWidth;
    if (scrolls === frame.hasAttribute('tabindex')) return;
    if (!scrolls) {
      for (const name of NAMES) frame.removeAttribute(name);
      return;
    }
    frame.tabIndex = 0;
    frame.role = 'region';
    frame.ariaLabel = table.caption?.textContent.trim() ?? '';
  };
  const observer = new ResizeObserver(update);
  observer.observe(frame);
  observer.observe(table);
}
