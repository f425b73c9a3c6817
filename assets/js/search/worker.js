// The worker: messages in, answers out, files from the network. Of several questions only the last is answered.

import { answer, exportRows, openCatalog, prefetch, prefetchCards } from "./catalog.js";
import { unpack } from "./files.js";

/** @typedef {import("./catalog.js").Question} Question */
/** @typedef {"query" | "foresee" | "rows"} Asked */
/** @typedef {{ask: "open", url: string} | {ask: "prefetch"} | {ask: Asked, question: Question}} Request */
/** @typedef {{id: number} & Request} Message */

/** @type {Promise<import("./catalog.js").Catalog>} */
let catalog = Promise.reject(new Error("the catalog is not open"));
catalog.catch(() => {});
let lastQuery = 0;
let isPrefetching = false;
/** Whether all cards are in memory that are fetched ahead. */
let isAhead = false;

/** After this time nothing is waited for any longer; what is fetched has some 100 kB. */
const MOST_MS = 60_000;

/** @param {string} folder with its slash @returns {import("./catalog.js").Read} */
const readerOf = (folder) => async (name) => unpack(await fetchFile(folder, name));

/**
 * @param {string} folder
 * @param {string} name
 */
async function fetchFile(folder, name) {
  try {
    const response = await fetch(folder + name, { signal: AbortSignal.timeout?.(MOST_MS) });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw new Error(explain(name, response.status));
  } catch (error) {
    if (error instanceof Error && error.message.startsWith(name)) throw error;
    throw new Error(`${name} could not be fetched: the network or the server did not answer.`);
  }
}

/** @param {string} name @param {number} status */
const explain = (name, status) =>
  status === 404
    ? `${name} no longer exists, because the catalog was rebuilt. Reload the page.`
    : `${name}: the server answered with status ${status}.`;

/**
 * Fetch cards ahead, once, unless the visitor saves data; what is missing is fetched when it is shown.
 * @param {import("./catalog.js").Catalog} opened
 */
function fetchCardsAhead(opened) {
  const { connection } = /** @type {{connection?: {saveData?: boolean}}} */ (navigator);
  if (isPrefetching || connection?.saveData) return;
  isPrefetching = true;
  prefetchCards(opened).then(
    () => (isAhead = opened.manifest.files.decks.length > 0),
    () => (isPrefetching = false),
  );
}

/** @param {Message} message */
async function respond(message) {
  if (message.ask === "open") {
    const cut = message.url.lastIndexOf("/") + 1;
    catalog = openCatalog(readerOf(message.url.slice(0, cut)), message.url.slice(cut));
    return (await catalog).manifest;
  }
  const opened = await catalog;
  if (message.ask === "prefetch") return prefetch(opened).then(() => fetchCardsAhead(opened));
  if (message.ask === "rows") return exportRows(opened, message.question);
  if (message.ask === "foresee") return isAhead ? answer(opened, message.question) : null;
  const answered = await answer(opened, message.question, () => message.id !== lastQuery);
  if (answered?.cards.length) fetchCardsAhead(opened);
  return answered;
}

addEventListener("message", async ({ data }) => {
  if (data.ask === "query") lastQuery = data.id;
  try {
    postMessage({ id: data.id, result: await respond(data) });
  } catch (error) {
    postMessage({ id: data.id, error: error instanceof Error ? error.message : String(error) });
  }
});
