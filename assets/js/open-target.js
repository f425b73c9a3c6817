// @ts-check
// A link to a list, or to a rule in a section, opens it.

/** Open the list or section that the address names, or that holds what it names. */
export function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  const closed = target?.closest("details");
  if (!target || !closed) return;
  closed.open = true;
  target.scrollIntoView();
}

addEventListener("hashchange", openTarget);
openTarget();
