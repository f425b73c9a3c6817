// The boundary between the page and the search. What is behind it (which files, which index) may change; this may not.

/** @typedef {import("./catalog.js").Answer} Answer */
/** @typedef {import("./catalog.js").Question} Question */
/** @typedef {import("./files.js").Manifest} Manifest */
/** @typedef {Record<string, string | number | boolean | string[] | null>} Row */

/**
 * @typedef {object} Search
 * @property {Promise<Manifest>} opened
 * @property {(question: Question) => Promise<Answer | null>} query null where a later question overtook this one
 * @property {(question: Question) => Promise<Answer | null>} foresee the answer to what may be asked next; null where
 *   it would need the network
 * @property {(question: Question) => Promise<Row[]>} rows everything found, to export
 * @property {() => Promise<void>} prefetch fetches ahead of the first question
 * @property {() => void} close
 */

/**
 * Open the search files that a manifest names, in a worker of their own.
 * @param {string} manifestUrl absolute
 * @returns {Search}
 */
export function open(manifestUrl) {
  /** @type {Map<number, {resolve: (result: any) => void, reject: (error: Error) => void}>} */
  const waiting = new Map();
  let lastId = 0;
  /** @type {string} why nothing is answered any more; empty while it is */
  let ended = "";

  const end = (/** @type {string} */ reason) => {
    ended ||= reason;
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  };

  const worker = startWorker(end);

  /** @param {object} message @returns {Promise<any>} */
  const ask = (message) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(new Error(ended));
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      worker?.postMessage({ id, ...message });
    });

  worker?.addEventListener("message", ({ data }) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error === undefined) asked?.resolve(data.result);
    else asked?.reject(new Error(data.error));
  });

  const opened = ask({ ask: "open", url: manifestUrl });
  opened.catch(() => {}); // the next question reports it
  return {
    opened,
    query: (question) => ask({ ask: "query", question }),
    foresee: (question) => ask({ ask: "foresee", question }),
    rows: (question) => ask({ ask: "rows", question }),
    prefetch: () => ask({ ask: "prefetch" }),
    close: () => {
      worker?.terminate();
      end("the search was closed before it answered");
    },
  };
}

/**
 * Start the worker; null where this browser cannot. `end` is told why it will not answer.
 * @param {(reason: string) => void} end
 */
function startWorker(end) {
  try {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      end("A script of the search did not load, or it does not run in this browser.");
    });
    return worker;
  } catch {
    end("This browser does not run the search.");
    return null;
  }
}
