// Lighthouse on several pages, in one Chromium: `node lighthouse.mjs CHROME ADDRESS…` prints a line of JSON for each
// address and device, with the score of each category and the audits that cost points.

import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const DEVICES = { phone: undefined, desktop: desktopConfig };

const [chromePath, ...addresses] = process.argv.slice(2);
const chrome = await launch({ chromePath: chromePath || undefined, chromeFlags: ["--headless=new", "--no-sandbox"] });
try {
  for (const address of addresses) {
    for (const [device, config] of Object.entries(DEVICES)) {
      const flags = { port: chrome.port, onlyCategories: CATEGORIES, logLevel: "error", output: "json" };
      const { lhr } = await lighthouse(address, flags, config);
      if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
      console.log(JSON.stringify({ address, device, ...summarize(lhr) }));
    }
  }
} finally {
  chrome.kill();
}

/** @param {any} lhr */
function summarize({ categories, audits }) {
  const scores = Object.fromEntries(CATEGORIES.map((name) => [name, Math.round(categories[name].score * 100)]));
  const lost = CATEGORIES.flatMap((name) =>
    categories[name].auditRefs
      .filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1)
      .map(({ id }) => `${id} ${audits[id].displayValue ?? ""}`.trim()),
  );
  return { scores, lost };
}
