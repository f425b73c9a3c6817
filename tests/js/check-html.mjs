// Reads names and texts of pages as JSON and gives what html-validate says of them: name, rule, place, message.
// Not a test itself: `tests/test_html.py` starts it.

import { HtmlValidate } from "html-validate";

const checker = new HtmlValidate({
  root: true,
  extends: ["html-validate:standard", "html-validate:document"],
  // What a page loads is of its own site, and none of it has to be proved.
  rules: { "require-sri": ["error", { target: "crossorigin" }] },
});
/** In templates, scripts set these attributes and words before a visitor sees them. */
const OF_SCRIPTS = new Set(["element-required-attributes", "input-missing-label"]);

let text = "";
for await (const part of process.stdin) text += part;
const found = [];
for (const [name, page] of Object.entries(JSON.parse(text))) {
  const { results } = await checker.validateString(page, name);
  for (const { ruleId, selector, message } of results.flatMap(({ messages }) => messages)) {
    if (OF_SCRIPTS.has(ruleId) && selector?.includes(" template")) continue;
    found.push([name, ruleId, selector, message]);
  }
}
console.log(JSON.stringify(found));
