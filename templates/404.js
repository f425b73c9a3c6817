// A host shows this page at any depth below the site's root. The root is what stands before the first of our folders.
const root = location.pathname.replace(/(?:datasets|report|thumbs|search|assets)\/.*$|[^/]*$/, "");
for (const each of document.querySelectorAll("link[href], a[href]")) {
  const href = each.getAttribute("href");
  if (href && !/^(?:[a-z]+:|#|\/)/i.test(href)) each.setAttribute("href", root + href);
}
