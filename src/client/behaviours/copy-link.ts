import { toast } from '../behaviour';

/** Copies data-copy to the clipboard and says so with data-copied. */
export function attach(element: HTMLElement): void {
  if (!navigator.clipboard) return;
  element.hidden = false;
  element.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(element.dataset['copy'] ?? '');
      toast(element.dataset['copied'] ?? '');
    } catch {
      // The browser does not allow it: the address can still be marked and copied by hand.
      const field = element.closest('.k-affixed')?.querySelector('input');
      field?.select();
    }
  });
}
