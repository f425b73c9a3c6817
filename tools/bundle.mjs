// Bundles the scripts and style sheets of assets/ into sitegen/bundle/, which a site publishes below `assets/`:
// `python tools/bundle.py`, which installs esbuild first; `pip install` runs that, too (hatch_build.py).
//
// Each kind of page gets one style sheet and one script; what a script imports with `import()`, and each worker, is a
// file of its own, which is loaded when it is needed. Names have a digest of the content, so that browsers may keep the
// files forever. pages.json says what each kind of page loads.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Style sheets of every page, in assets/css/. */
const FRAME = ["tokens", "base", "icons", "components", "pictures"];
/** The same of pages that are read or printed as they come; the home page loads the others later. */
const WHOLE = [...FRAME, "details", "print"];

/**
 * What each kind of page loads: its style sheets, and its script, in assets/js/. Templates choose by
 * `{% set page_kind = "home" %}`; without, a page is `plain`. A script may import packages of package.json.
 * @type {Record<string, {styles: string[], script?: string}>}
 */
const PAGES = {
  about: { styles: [...WHOLE, "report", "about"] },
  compare: { styles: [...WHOLE, "compare"], script: "compare" },
  data: { styles: [...WHOLE, "report", "data"], script: "data" },
  dataset: { styles: [...WHOLE, "dataset", "use-data", "picture", "plate"], script: "dataset" },
  home: { styles: [...FRAME, "home", "filters", "results"], script: "home" },
  overview: { styles: [...WHOLE, "report", "history", "overview"], script: "overview" },
  overviews: { styles: [...WHOLE, "report", "overview"], script: "overviews" },
  plain: { styles: WHOLE },
  report: { styles: [...WHOLE, "report", "history"], script: "report" },
  rules: { styles: [...WHOLE, "report", "rules"], script: "rules" },
  statistics: { styles: [...WHOLE, "report", "statistics"], script: "build-figures" },
  // no pages: loaded by those of home and of a dataset, after the first pictures and after a click
  "home-late": {
    styles: [
      "details",
      "search-help",
      "suggestions",
      "sheet",
      "ranges",
      "chips",
      "answers",
      "selection",
      "table",
      "print",
    ],
  },
  viewer: { styles: ["viewer", "viewer-controls"] },
};

/** Loaded by every page before it is painted, as a classic script. */
const EARLY = "theme";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const ASSETS = join(ROOT, "assets");
const OUT = join(ROOT, "sitegen", "bundle");
const FILES = join(OUT, "pages");

/** Browsers since 2024, the first with all that the scripts and style sheets use, such as `light-dark()`. */
const TARGET = ["chrome123", "firefox120", "safari17.5"];

/** @type {import("esbuild").BuildOptions} */
const OPTIONS = {
  absWorkingDir: ROOT,
  alias: { "numcodecs/zstd": "fzstd" }, // 750 kB that zarrita names and the viewer replaces (viewer/codecs.js)
  assetNames: "[name]-[hash]",
  bundle: true,
  chunkNames: "part-[hash]",
  entryNames: "[name]-[hash]",
  legalComments: "none", // licenses.txt has the licenses of all packages
  logLevel: "warning",
  metafile: true,
  minify: true,
  outdir: FILES,
  sourcemap: true,
  target: TARGET,
};

/** Workers are found by how they are started; the same expression works in a browser without bundling. */
const WORKER = /new Worker\(\s*new URL\("(\.[^"]+)", import\.meta\.url\)/g;

const LICENSE = /^(licen[cs]e|copying|notice)/i;

/** Packages of which something is in a bundle, by their folders. @type {Set<string>} */
const packages = new Set();

/**
 * What is imported when nothing was found, for an address that asks for something, and for a table: bundles with all
 * that they import. Shared with the worker of the search, or with the home page, that would be more files which these
 * wait for at their start. Types are imported without `await`.
 */
const ALONE = /await import\("(\.\/(?:ways(?:-on)?|address-notes|table-parts)\.js)"\)/g;

/**
 * Bundles what is a file of its own, and puts its name into the script that names it.
 * @type {import("esbuild").Plugin}
 */
const workers = {
  name: "workers",
  setup({ onLoad, onResolve }) {
    /** @type {Set<string>} */
    const bundled = new Set();
    onResolve({ filter: /^\.\// }, ({ path }) => (bundled.has(path) ? { path, external: true } : undefined));
    onLoad({ filter: /\.m?js$/ }, async ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [expression, address] of [...contents.matchAll(WORKER), ...contents.matchAll(ALONE)]) {
        const { file } = await bundleScript(join(dirname(path), address));
        bundled.add(`./${file}`);
        contents = contents.replace(expression, () => expression.replace(address, `./${file}`));
      }
      return { contents, loader: "js" };
    });
  },
};

/**
 * Puts pictures into the style sheets that use them, without line breaks and the names of their parts.
 * @type {import("esbuild").Plugin}
 */
const pictures = {
  name: "pictures",
  setup({ onLoad }) {
    onLoad({ filter: /\.svg$/ }, ({ path }) => {
      const contents = readFileSync(path, "utf8")
        .replace(/ id="[^"]*"/g, "")
        .replace(/\s+/g, " ");
      return { contents: contents.replaceAll("> <", "><"), loader: "dataurl" };
    });
  },
};

/**
 * Bundle a script with what it imports.
 * @param {string} path
 * @returns {Promise<{file: string, preloaded: string[]}>} `preloaded`: the files that it imports at its start
 */
async function bundleScript(path) {
  const options = { ...OPTIONS, entryPoints: [path], format: /** @type {const} */ ("esm"), splitting: true };
  return readOutputs(await build({ ...options, plugins: [workers] }), path);
}

/** @param {string} path of a script that is no module @returns {Promise<string>} its file */
async function bundleClassic(path) {
  return readOutputs(await build({ ...OPTIONS, entryPoints: [path], format: "iife" }), path).file;
}

/** @param {string} name @param {string[]} styles @returns {Promise<string>} the file of all of them */
async function bundleStyles(name, styles) {
  const contents = styles.map((each) => `@import "./${each}.css";`).join("\n");
  const folder = join(ASSETS, "css");
  const stdin = { contents, loader: /** @type {const} */ ("css"), resolveDir: folder, sourcefile: join(folder, name) };
  const options = { ...OPTIONS, entryNames: `${name}-[hash]`, stdin, sourcemap: false };
  const made = await build({ ...options, plugins: [pictures] });
  return basename(Object.keys(made.metafile?.outputs ?? {})[0]);
}

/** @param {import("esbuild").BuildResult} made @param {string} path */
function readOutputs({ metafile }, path) {
  const { inputs, outputs } = metafile ?? { inputs: {}, outputs: {} };
  for (const input of Object.keys(inputs)) {
    const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input) ?? [];
    if (folder) packages.add(folder);
  }
  const entry = relative(ROOT, path).replaceAll(sep, "/");
  const file = Object.keys(outputs).find((each) => outputs[each].entryPoint === entry) ?? "";
  return { file: basename(file), preloaded: importsOf(outputs, file, new Set()).map((each) => basename(each)) };
}

/**
 * Return the files that a file imports at its start, directly or through others.
 * @param {import("esbuild").Metafile["outputs"]} outputs
 * @param {string} file
 * @param {Set<string>} known
 */
function importsOf(outputs, file, known) {
  for (const { path, kind } of outputs[file].imports) {
    if (kind !== "import-statement" || known.has(path)) continue;
    known.add(path);
    importsOf(outputs, path, known);
  }
  return [...known].sort();
}

/** Return the licenses of the packages in the bundles. */
function licenses() {
  return [...packages].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
    const texts = readdirSync(join(ROOT, folder)).filter((each) => LICENSE.test(each));
    if (!texts.length) throw new Error(`${name}: its package has no license file; a site may not publish it`);
    return [`${name} ${version}`, ...texts.map((each) => readFileSync(join(ROOT, folder, each), "utf8"))].join("\n\n");
  });
}

/** Return the digest of what bundles are made from; `sources_digest` in sitegen/site/resources.py gives the same. */
function digestOfSources() {
  const hash = createHash("sha256");
  const assets = readdirSync(ASSETS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(css|js|svg)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
  for (const path of [...assets, "package-lock.json", "tools/bundle.mjs"].sort()) {
    hash.update(`${path}\n`).update(readFileSync(join(ROOT, path)));
  }
  return hash.digest("hex");
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(FILES, { recursive: true });
const inPages = (/** @type {string} */ file) => `assets/pages/${file}`;
const pages = await Promise.all(
  Object.entries(PAGES).map(async ([name, { styles, script }]) => {
    const made = script ? await bundleScript(join(ASSETS, "js", `${script}.js`)) : null;
    const style = inPages(await bundleStyles(name, styles));
    return [name, { style, script: made && inPages(made.file), preloaded: made?.preloaded.map(inPages) ?? [] }];
  }),
);
const early = inPages(await bundleClassic(join(ASSETS, "js", `${EARLY}.js`)));
cpSync(join(ASSETS, "icon.svg"), join(OUT, "icon.svg"));
const texts = licenses();
if (texts.length) writeFileSync(join(OUT, "licenses.txt"), texts.join("\n\n"));
const contents = { sources: digestOfSources(), early, pages: Object.fromEntries(pages) };
writeFileSync(join(OUT, "pages.json"), `${JSON.stringify(contents, null, 2)}\n`); // last: it says that all is there
