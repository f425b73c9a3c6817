// Making elements. Texts are set as text: names come from data of strangers.

/**
 * Return an element with properties, attributes and children.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, unknown>} [properties] those with a `-` and `role` are attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role") element.setAttribute(key, String(value));
    else Object.assign(element, { [key]: value });
  }
  element.append(...children);
  return element;
}

/**
 * Return a button with an icon, whose words are for screen readers and the tooltip.
 * @param {string} icon @param {string} words @param {() => void} act
 */
export function makeTool(icon, words, act) {
  const button = make(
    "button",
    { type: "button", className: "viewer__tool", title: words },
    make("span", { className: `icon icon--${icon}`, "aria-hidden": "true" }),
    make("span", { className: "visually-hidden", textContent: words }),
  );
  button.dataset.action = icon;
  button.addEventListener("click", act);
  return button;
}
