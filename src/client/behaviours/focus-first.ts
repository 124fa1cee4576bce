/** Takes the focus when the page opens: the summary of what to put right, or what has just happened. */
export function attach(element: HTMLElement): void {
  element.focus({ preventScroll: element.id === 'flash' });
}
