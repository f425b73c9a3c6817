// @ts-check
// This site's own address in examples, where the catalog does not know it: `data-example-site` names the placeholder,
// and `data-root` the way to the site's root; elements with `data-example` have the examples.

const page = document.querySelector("[data-example-site]");
const example = page?.getAttribute("data-example-site");

if (page && example && /^https?:/.test(location.protocol)) {
  const site = new URL(page.getAttribute("data-root") || "./", location.href).href.replace(/[?#].*/, "");
  for (const each of document.querySelectorAll("[data-example]")) {
    const code = each.querySelector("code") ?? each;
    code.textContent = (code.textContent ?? "").replaceAll(example, site);
  }
}
