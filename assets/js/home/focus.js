// The focus stays in the page, though what has it may go.

let isWatched = false;

/**
 * Change the page. If the element with the focus goes, another gets it, so that it does not go to the top. That is
 * found out just before the page is painted, when its layout is computed anyway.
 * @param {HTMLElement} next
 * @param {() => void} change
 */
export function keepFocus(next, change) {
  const before = document.activeElement;
  change();
  if (before === document.body || before === null || isWatched) return;
  isWatched = true;
  requestAnimationFrame(() => {
    isWatched = false;
    const now = document.activeElement;
    if ((now !== before && now !== document.body) || before.checkVisibility()) return;
    next.focus({ preventScroll: true });
  });
}
