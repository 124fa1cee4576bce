/**
 * Lines to be put in order: their arrow buttons move them here, without a new page. What is in an
 * `li` moves with it, also the hidden field that the form sends. Each move is said to screen readers.
 */
export function attach(element: HTMLElement): void {
  const list = element.querySelector('ol');
  const say = element.querySelector<HTMLElement>('[data-order-say]');
  if (!list) return;
  const words = element.dataset['moved'] ?? '';

  const markEdges = () => {
    const lines = [...list.children];
    lines.forEach((line, index) => {
      const [up, down] = line.querySelectorAll('button');
      for (const [button, isEdge] of [
        [up, index === 0],
        [down, index === lines.length - 1],
      ] as const) {
        if (isEdge) button?.setAttribute('aria-disabled', 'true');
        else button?.removeAttribute('aria-disabled');
      }
    });
  };

  list.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    const line = button?.closest('li');
    if (!button || !line) return;
    event.preventDefault();
    const isUp = button.value.endsWith(':up');
    const other = isUp ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    if (isUp) other.before(line);
    else other.after(line);
    markEdges();
    // Moving an element takes its focus away.
    button.focus({ preventScroll: true });
    line.scrollIntoView({ block: 'nearest' });
    if (say) {
      const place = String([...list.children].indexOf(line) + 1);
      say.textContent = words
        .replace('{item}', () => line.dataset['words'] ?? '')
        .replace('{place}', place);
    }
    element.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
