// Buttons that scripts add to a page.

/**
 * Return a button with an icon and words.
 * @param {string} action what it does, as `data-action` and as the name of its icon
 * @param {string} words
 * @param {string} [style] a further class
 */
export function makeButton(action, words, style = "") {
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: `button ${style}`.trim(),
  });
  const icon = Object.assign(document.createElement("span"), { className: `icon icon--${action}` });
  const label = Object.assign(document.createElement("span"), { textContent: words });
  icon.setAttribute("aria-hidden", "true");
  button.dataset.action = action;
  button.append(icon, label);
  return { button, label };
}
