/** Opens the device's own way of sharing for data-share-url. */
export function attach(element: HTMLElement): void {
  if (!navigator.share) return;
  element.hidden = false;
  element.addEventListener('click', () => {
    const url = element.dataset['shareUrl'] ?? location.href;
    navigator.share({ title: element.dataset['shareTitle'] ?? document.title, url }).catch(() => {
      // Sharing was cancelled: nothing has to be said.
    });
  });
}
