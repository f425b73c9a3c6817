// Answers questions over search files handed in by line, one JSON document a line, so that Python can compare them
// with brute force. Not a test itself: `tests/test_search.py` starts it.

import { createInterface } from "node:readline";

/** Now, to every question, in milliseconds: an answer to "added this month" must not change with the month. */
const NOW = Date.UTC(2026, 10, 18, 12);

globalThis.Date = class extends Date {
  /** @param {any[]} parts as of any date; without them, `NOW` */
  constructor(...parts) {
    super(...(parts.length ? parts : [NOW]));
  }

  static now() {
    return NOW;
  }
};

const assets = new URL(process.argv[2]);
const { answer, exportRows, openCatalog, prefetchCards } = await import(new URL("js/search/catalog.js", assets).href);
const { fold, plain } = await import(new URL("js/search/words.js", assets).href);
const { readQuery } = await import(new URL("js/search/query.js", assets).href);
const { unpack } = await import(new URL("js/search/files.js", assets).href);

/** One catalog, by the line that brings its files. */
let catalog;

/** Names of the files that were read of it, each as often as it was. */
let namesRead = [];

const asked = {
  open: async ({ files, manifest }) => {
    namesRead = [];
    const read = async (name) => {
      namesRead.push(name);
      return unpack(new Uint8Array(Buffer.from(files[name], "base64")));
    };
    catalog = await openCatalog(read, manifest);
    return catalog.manifest;
  },
  prefetchCards: async () => (await prefetchCards(catalog)) ?? null,
  filesRead: () => namesRead,
  query: ({ question }) => answer(catalog, question),
  rows: ({ question }) => exportRows(catalog, question),
  fold: ({ texts }) => texts.map(fold),
  plain: ({ texts }) => texts.map(plain),
  read: ({ text }) => readQuery(text, catalog.grammar),
};

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  console.log(JSON.stringify(await asked[message.ask](message)));
}
