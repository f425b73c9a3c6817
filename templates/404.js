// A host shows this page at any depth below the site's root, which is the nearest folder above that holds our schema.
(async () => {
  const folders = location.pathname.split("/").slice(1, -1);
  let root = "/";
  for (let depth = folders.length; depth > 0; depth -= 1) {
    const folder = `/${folders.slice(0, depth).join("/")}/`;
    const answer = await fetch(`${folder}index.schema.json`, { method: "HEAD" }).catch(() => null);
    if (answer?.ok) {
      root = folder;
      break;
    }
  }
  for (const each of document.querySelectorAll("link[href], a[href]")) {
    const href = each.getAttribute("href");
    if (href && !/^(?:[a-z]+:|#|\/)/i.test(href)) each.setAttribute("href", root + href);
  }
})();
