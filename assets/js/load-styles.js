// Style sheets that a page does not come with, as what they are for is loaded later.

/**
 * Add a style sheet to the page, once; what it styles may be shown when the promise is fulfilled.
 * @param {string} address
 * @returns {Promise<void>}
 */
export function loadStyles(address) {
  if (document.querySelector(`link[href="${CSS.escape(address)}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
  return new Promise((resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      link.remove(); // so that it may be loaded again
      reject(new Error("the style sheet was not loaded"));
    });
    document.head.append(link);
  });
}
