import assert from "node:assert/strict";
import { test } from "node:test";

import { readAddress, readTerm } from "../../assets/js/search/addresses.js";
import { readAmount, readComparison, readCount } from "../../assets/js/search/amounts.js";
import { makeGrammar, readQuery } from "../../assets/js/search/query.js";

const GRAMMAR = makeGrammar({
  facets: [
    { asked: ["organism", "species"], key: "organism", searched: true, whole: false, names: [] },
    { asked: ["license"], key: "license", searched: true, whole: true, names: ["cc by 4.0\ncc by"] },
  ],
  sorts: [
    { asked: ["bytes", "size"], key: "bytes", unit: "bytes" },
    { asked: ["z"], key: "z", unit: "" },
  ],
  texts: [{ key: "name" }],
  alike: [
    ["saccharomyces cerevisiae", "yeast", "budding yeast"],
    ["schizosaccharomyces pombe", "yeast", "fission yeast"],
  ],
});
const clausesOf = (text) => readQuery(text, GRAMMAR).clauses;
const atomsOf = (text) => clausesOf(text).flatMap(({ atoms }) => atoms);
const wordsOf = (text) => atomsOf(text).map((atom) => atom.text ?? atom.texts);

test("words are split at spaces and slashes, each once, without punctuation", () => {
  assert.deepEqual(wordsOf("idr0013/LT0113,  lt0113?"), ["idr0013", "lt0113"]);
});

test("small words mean nothing beside others, and themselves alone", () => {
  assert.deepEqual(wordsOf("all data of HeLa"), ["hela"]);
  assert.deepEqual(wordsOf("data"), ["data"]);
});

test("quotes keep words together, also those that are typed by a phone", () => {
  assert.deepEqual(wordsOf('"whole  cells" “light-sheet”'), ["whole cells", "light sheet"]);
  assert.deepEqual(wordsOf('"still open'), ["still open"]);
});

test("a minus, NOT and without exclude", () => {
  const excluded = clausesOf('HeLa -segmented -"a b" NOT fixed without labels').filter((each) => each.isExcluded);
  assert.equal(excluded.length, 4);
  assert.deepEqual(wordsOf("light - sheet").slice(0, 1), ["light"]);
});

test("OR joins alternatives, and is a word where it joins nothing", () => {
  assert.deepEqual(
    clausesOf("mouse OR rat brain").map(({ atoms }) => atoms.length),
    [2, 1],
  );
  assert.deepEqual(clausesOf("OR").length, 0);
  for (const written of ["mouse or rat", "mouse|rat", "mouse | rat"]) assert.equal(clausesOf(written).length, 1);
});

test("a name of several words is one thing, and brings its other names unless others share them", () => {
  const [atom] = atomsOf("fission yeast");
  assert.deepEqual(atom.alike, ["schizosaccharomyces pombe"]);
  assert.equal(atomsOf("yeast")[0].alike.length, 4);
  assert.deepEqual(wordsOf("CC BY"), ["cc by"]);
});

test("fields take values, quoted values, limits and ranges", () => {
  const [organism, size, z, name] = atomsOf('organism:"house mouse" size:<5GB z:100..200 name:x');
  assert.deepEqual([organism.key, organism.text], ["organism", "house mouse"]);
  assert.ok(size.key === "bytes" && size.to < 5e9 && size.to > 5e9 - 1);
  assert.deepEqual([z.from, z.to], [100, 200]);
  assert.ok(name.isText);
});

test("a field without a value asks nothing yet, and an unknown field leaves a word, and is reported", () => {
  assert.deepEqual(atomsOf("organism: size:<"), []);
  assert.deepEqual(wordsOf("organism: mouse"), ["mouse"]);
  assert.deepEqual(wordsOf("stain:dapi"), ["dapi"]);
  assert.match(readQuery("stain:dapi", GRAMMAR).problems[0], /“stain” is not a field/);
  assert.deepEqual(readQuery("doi:10.1038/x Thorpe: Rad52 https://h.example.org/a", GRAMMAR).problems, []);
});

test("a number that cannot be read is reported in words", () => {
  const { problems } = readQuery("size:<many", GRAMMAR);
  assert.match(problems[0], /“size:<many” is not understood: expected a number, such as size:<5GB/);
});

test("a query that is too long, or has too many parts, is answered in words", () => {
  assert.match(readQuery("x".repeat(10_000), GRAMMAR).problems[0], /10,000 characters long; 2,000 are possible/);
  const many = Array.from({ length: 300 }, (_, at) => `w${at}`).join(" ");
  assert.match(readQuery(many, GRAMMAR).problems[0], /300 parts; 40 are possible/);
});

test("amounts have the units that people write", () => {
  assert.equal(readAmount("5 GB", "bytes").to, 5e9);
  assert.equal(readAmount(">=1.5TiB", "bytes").from, 1.5 * 2 ** 40);
  assert.deepEqual([readAmount("1..2GB", "bytes").from, readAmount("1..2GB", "bytes").to], [1e9, 2e9]);
  assert.equal(readAmount("..10", "").from, -Infinity);
  assert.equal(readAmount("≤ 0.5 µm", "um").to, 0.5);
  assert.equal(readAmount("=1,024", "px").from, 1024);
  assert.equal(readAmount("5 bananas", "bytes").length, 1);
  assert.equal(readAmount("5bananas", "bytes"), null);
  assert.equal(readAmount("100 pixel:<0.5um", "").length, 3);
  assert.equal(readAmount("0 pixel_z:1", "um").length, 1);
  assert.equal(readAmount("0,5um", "um").to, 0.5);
});

test("an amount has both ends with a hyphen, and is open with a plus", () => {
  for (const written of ["1-5GB", "1GB-5GB", "1 to 5 GB", "1 – 5 GB"]) {
    const { from, to, length } = readAmount(written, "bytes");
    assert.deepEqual([from, to, length], [1e9, 5e9, written.length]);
  }
  assert.equal(readAmount("5GB -human", "bytes").length, 3);
  assert.deepEqual(readAmount("1000+", ""), { from: 1000, to: Infinity, length: 5 });
});

test("counts can be said in words, but are none in longer words", () => {
  assert.deepEqual(readCount("5 channels"), { from: 5, to: 5, length: 10, name: "c" });
  assert.equal(readCount("at least 100 time points").from, 100);
  assert.equal(readCount("384-well plates").name, "wells");
  assert.equal(readCount("two z-slices").to, 2);
  for (const written of ["5 channelrhodopsin", "channels:5", "5 channels:3", "one"]) {
    assert.equal(readCount(written), null);
  }
});

test("sizes can be said in words", () => {
  assert.ok(readComparison("under 5 GB").to < 5e9);
  assert.equal(readComparison("at least 2TB please").from, 2e12);
  assert.equal(readComparison("under water"), null);
});

test("terms are known in every form in which they are copied", () => {
  const mouse = [
    "NCBITaxon:10090",
    "NCBITaxon_10090",
    "txid10090",
    "NCBI:txid10090",
    "obo:NCBITaxon_10090",
    "http://purl.obolibrary.org/obo/NCBITaxon_10090",
    "https://purl.obolibrary.org/obo/NCBITaxon_10090/",
    "https://www.ncbi.nlm.nih.gov/Taxonomy/Browser/wwwtax.cgi?id=10090",
    "https://identifiers.org/taxonomy:10090",
    "https://www.ebi.ac.uk/ols4/ontologies/ncbitaxon/classes/http%253A%252F%252Fpurl.obolibrary.org%252Fobo%252FNCBITaxon_10090",
    "https://catalog.example.org/?organism=NCBITaxon%3A10090",
  ];
  for (const form of mouse) assert.equal(readTerm(form), "ncbitaxon:10090", form);
  assert.equal(readTerm("FBbi_00000246"), "fbbi:00000246");
  assert.equal(readTerm("EM04534"), "");
});

test("an address is looked for as it is, without its end, and in a viewer's link", () => {
  assert.deepEqual(readAddress("http://a.org/b%20c.zarr/"), ["a.org/b c.zarr"]);
  assert.ok(readAddress("https://a.org/c.zarr/0/c/0/zarr.json?x=1").includes("a.org/c.zarr"));
  assert.ok(readAddress("https://v.org/?source=https%3A%2F%2Fa.org%2Fb%2520c.zarr&v=1").includes("a.org/b c.zarr"));
  assert.ok(readAddress("https://v.org/#!layers=https://a.org/c.zarr").includes("a.org/c.zarr"));
  assert.deepEqual(readAddress("a.org/c.zarr"), []);
});
