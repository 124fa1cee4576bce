/** Ticks the box of each row of its form; when all are ticked already, none. */
export function attach(element: HTMLElement): void {
  const form = element.closest('form');
  if (!form) return;
  element.hidden = false;
  element.addEventListener('click', () => {
    const boxes = [...form.querySelectorAll<HTMLInputElement>('table input[type="checkbox"]')];
    const all = boxes.every(({ checked }) => checked);
    for (const box of boxes) box.checked = !all;
  });
}
