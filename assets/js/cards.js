// Cards and table rows: the browser's fill of the templates in the page. The markup itself is `macros/card.html` and
// `home.html`; here are only texts, put in as text, and attributes, set as properties.

/** @typedef {import("./search/files.js").Card} Card */

/**
 * Return the one element of that class or selector.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {T}
 */
export function part(parent, selector) {
  const found = parent.querySelector(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return /** @type {T} */ (found);
}

/**
 * Return a copy of what a template holds: its one element.
 * @param {HTMLTemplateElement} template
 * @returns {HTMLElement}
 */
export function copyOf(template) {
  const copy = document.importNode(template.content, true).firstElementChild;
  if (!copy) throw new Error("a template of the page is empty");
  return /** @type {HTMLElement} */ (copy);
}

/** @param {Card} card */
const pageOf = (card) => `datasets/${card.id}/index.html`;

/**
 * Return a card of the gallery.
 * @param {HTMLTemplateElement} template
 * @param {Card} card
 */
export function makeCard(template, card) {
  const made = copyOf(template);
  /** @type {HTMLAnchorElement} */ (part(made, ".card__link")).href = pageOf(card);
  part(made, ".card__title").textContent = card.title;
  part(made, ".card__source").textContent = card.source;
  part(made, ".card__facts").textContent = card.facts;
  fillPicture(part(made, ".card__image"), card);
  fillOrRemove(part(made, ".card__blank"), card.picture ? "" : card.blank);
  fillOrRemove(part(made, ".card__kind"), card.kind);
  const flag = part(made, ".card__flag");
  if (card.tone) flag.classList.add(`card__badge--${card.tone}`);
  fillOrRemove(flag, card.flag);
  if (!card.kind && !card.flag) part(made, ".card__badges").remove();
  return made;
}

/**
 * Return a row of the table.
 * @param {HTMLTemplateElement} template
 * @param {Card} card
 */
export function makeRow(template, card) {
  const made = copyOf(template);
  const link = /** @type {HTMLAnchorElement} */ (part(made, ".datasets__link"));
  link.href = pageOf(card);
  link.textContent = card.title;
  fillPicture(part(made, ".datasets__image"), card);
  const flag = part(made, ".badge");
  flag.hidden = !card.flag;
  flag.textContent = card.flag;
  if (card.tone) flag.classList.add(`badge--${card.tone}`);
  for (const cell of made.querySelectorAll("td[data-column]")) {
    cell.textContent = card.cells?.[/** @type {HTMLElement} */ (cell).dataset.column ?? ""] ?? "";
  }
  return made;
}

/** @param {HTMLImageElement} image @param {Card} card */
function fillPicture(image, card) {
  if (!card.picture) return image.remove();
  image.width = card.width;
  image.height = card.height;
  image.src = card.picture;
}

/** @param {HTMLElement} element @param {string} text */
function fillOrRemove(element, text) {
  if (text) element.textContent = text;
  else element.remove();
}
