// Where the page of a dataset is: `Layout.dataset_path` of the builder, once more.

/** Characters of an id that name a folder, where pages are split among folders. */
const SPLIT_BY = 2;

/** Whether they are, as every page says of its site. Scripts without a page are asked for other things. */
const isSplit = () => globalThis.document?.documentElement.dataset.folders === "split";

/**
 * Return the path of a file of a dataset below the site's root.
 * @param {string} id
 * @param {string} [name]
 */
export function datasetPath(id, name = "index.html") {
  const between = isSplit() ? `${id.slice(-SPLIT_BY)}/` : "";
  return `datasets/${between}${encodeURIComponent(id)}/${name}`;
}

const PAGE = /(?:^|\/)datasets\/(?:[a-z0-9]{2}\/)?([a-z0-9-]+)\/(?:index\.html)?$/;

/**
 * Return the id of the dataset whose page a link leads to; null where it leads elsewhere.
 * @param {Element} link
 */
export const idOf = (link) => (link.getAttribute("href") ?? "").match(PAGE)?.[1] ?? null;
