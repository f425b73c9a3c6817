import assert from "node:assert/strict";
import { test } from "node:test";

import { readAddress, readDoi, readNames, readTerm } from "../../assets/js/search/addresses.js";
import { readAmount } from "../../assets/js/search/amounts.js";
import { makeGrammar } from "../../assets/js/search/grammar.js";
import { readMeasure } from "../../assets/js/search/measures.js";
import { readQuery } from "../../assets/js/search/query.js";

const GRAMMAR = makeGrammar({
  facets: [
    {
      asked: ["organism", "species"],
      key: "organism",
      searched: true,
      whole: false,
      names: [],
      values: [],
      depths: [],
    },
    {
      asked: ["license"],
      key: "license",
      searched: true,
      whole: true,
      names: ["cc by 4.0\ncc by"],
      values: [],
      depths: [],
    },
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
/** Dates of the catalog that tests of dates ask. */
const DATED = makeGrammar({
  facets: ["added", "published"].map((key) => ({
    asked: [key],
    key,
    searched: false,
    whole: true,
    names: [],
    values: [],
    depths: [],
  })),
  sorts: [],
  texts: [],
  alike: [],
});
const clausesOf = (text) => readQuery(text, GRAMMAR).clauses;
const atomsOf = (text) => clausesOf(text).flatMap(({ atoms }) => atoms);
const wordsOf = (text) => atomsOf(text).map((atom) => atom.text ?? atom.texts);

test("words are split at spaces and slashes, each once, without punctuation", () => {
  assert.deepEqual(wordsOf("idr0013/LT0113,  lt0113?"), ["idr0013", "lt0113"]);
});

test("small words mean nothing beside others, and themselves or all that there is alone", () => {
  assert.deepEqual(wordsOf("all data of HeLa"), ["hela"]);
  assert.deepEqual(wordsOf("images"), ["images"]);
  assert.deepEqual(wordsOf("show me all data"), []);
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
  assert.match(readQuery("x".repeat(10_000), GRAMMAR).problems[0], /10,000 characters long; 2,000 are allowed/);
  const many = Array.from({ length: 300 }, (_, at) => `w${at}`).join(" ");
  assert.match(readQuery(many, GRAMMAR).problems[0], /300 parts; 40 are allowed/);
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

const NUMBERS = new Map(
  ["size", "pixel", "pixel_z", "depth", "c", "t", "z", "wells", "levels", "x"].map((key) => [key, key]),
);
const measureOf = (text) => {
  const read = readMeasure(text, NUMBERS);
  return read && [read.name, read.from, read.to, text.slice(read.length)];
};

test("counts can be said in words, but are none in longer words", () => {
  assert.deepEqual(measureOf("5 channels"), ["c", 5, 5, ""]);
  assert.deepEqual(measureOf("at least 100 time points"), ["t", 100, Infinity, ""]);
  assert.deepEqual(measureOf("384-well plates"), ["wells", 384, 384, " plates"]);
  assert.deepEqual(measureOf("between two and four z-slices"), ["z", 2, 4, ""]);
  assert.deepEqual(measureOf("3+ channels"), ["c", 3, Infinity, ""]);
  assert.deepEqual(measureOf("two channels or more"), ["c", 2, Infinity, ""]);
  assert.deepEqual(measureOf("single channel"), ["c", 1, 1, ""]);
  assert.ok(measureOf("several channels")[1] > 1);
  assert.ok(measureOf("wider than 9000 pixels")[1] > 9000);
  for (const written of ["5 channelrhodopsin", "channels:5", "5 channels:3", "one", "2021-07-26", "5 GB"]) {
    assert.equal(measureOf(written), null, written);
  }
});

test("sizes and lengths can be said in words, where it is clear of what they are", () => {
  assert.ok(measureOf("under 5 GB")[2] < 5e9);
  assert.deepEqual(measureOf("at least 2TB please"), ["size", 2e12, Infinity, " please"]);
  assert.deepEqual(measureOf("between 1 and 5 GB"), ["size", 1e9, 5e9, ""]);
  assert.deepEqual(measureOf("5 GB or less"), ["size", -Infinity, 5e9, ""]);
  assert.deepEqual(measureOf("no more than 500 MB"), ["size", -Infinity, 5e8, ""]);
  assert.ok(measureOf("pixel size below 200 nm")[2] < 0.2);
  assert.equal(measureOf("at most 0.5 µm pixel size")[2], 0.5);
  assert.equal(measureOf("z step of 1 micron")[0], "pixel_z");
  assert.deepEqual(measureOf("1 µm resolution"), ["pixel", 0.95, 1.05, ""]);
  assert.deepEqual(measureOf("about a terabyte"), ["size", 0.8e12, 1.2e12, ""]);
  assert.equal(measureOf("thicker than 10 um")[0], "depth");
  for (const written of ["under water", "under 0.5 um", "size 5"]) {
    assert.equal(measureOf(written), null, written);
  }
});

test("orders are said in words, once, and not in quotes", () => {
  const { clauses, order } = readQuery("the 10 largest yeast datasets", GRAMMAR);

  assert.deepEqual(order, { key: "bytes", isLargestFirst: true, raw: "the 10 largest" });
  assert.deepEqual(
    clauses.map(({ raw }) => raw),
    ["yeast"],
  );
  assert.equal(readQuery('"largest" yeast', GRAMMAR).order, null);
  const newest = readQuery("newest yeast", GRAMMAR);
  assert.match(newest.problems[0], /“newest” would be sorted by/);
  assert.deepEqual(
    newest.clauses.map(({ raw }) => raw),
    ["yeast"],
  );
});

test("what is not stated is said in words", () => {
  for (const written of ["no license", "without a license", "license not stated", "unlicensed", "license:none"]) {
    const [atom] = atomsOf(written);
    assert.deepEqual([atom.kind, atom.key, atom.text], ["value", "license", "none"], written);
  }
  assert.deepEqual(atomsOf("size:none"), [{ kind: "unstated", key: "bytes" }]);
});

test("words exclude what follows them, and lists go on", () => {
  const excluded = (text) => clausesOf(text).flatMap(({ isExcluded, raw }) => (isExcluded ? [raw] : []));

  assert.deepEqual(excluded("cells not yeast"), ["-yeast"]);
  assert.deepEqual(excluded("except JAX, IDR and SSBD"), ["-JAX,", "-IDR", "-SSBD"]);
  assert.deepEqual(excluded("cells without yeast or fungi"), ["-yeast", "-fungi"]);
  assert.deepEqual(excluded("non-yeast"), ["-yeast"]);
  assert.deepEqual(excluded('"not yeast" non-fluorescent'), []);
});

test("parentheses keep alternatives and words together", () => {
  assert.deepEqual(
    clausesOf("(mouse OR rat) brain").map(({ atoms }) => atoms.length),
    [2, 1],
  );
  const [either] = clausesOf("(mouse brain) OR (rat liver)");
  assert.deepEqual(
    either.atoms.map(({ kind }) => kind),
    ["group", "group"],
  );
  const [not] = clausesOf("-(mouse OR rat)");
  assert.deepEqual([not.isExcluded, not.atoms.length], [true, 2]);
  assert.deepEqual(wordsOf("(SBFSEM) f(x"), ["sbfsem", "f(x"]);
  assert.equal(clausesOf("(".repeat(50) + "a b" + ")".repeat(50)).length > 0, true);
});

test("a list before `or` is of alternatives", () => {
  assert.deepEqual(
    clausesOf("human, mouse or rat").map(({ atoms }) => atoms.length),
    [3],
  );
  assert.deepEqual(
    clausesOf("mouse vs rat").map(({ atoms }) => atoms.length),
    [2],
  );
});

test("a field with a typo is read as the field, and that is said", () => {
  const { clauses, problems } = readQuery("orgnism:mouse", GRAMMAR);

  assert.equal(clauses[0].atoms[0].key, "organism");
  assert.match(problems[0], /“orgnism” is not a field; taken as “organism”/);
});

test("addresses and DOIs name accessions, and images of OMERO", () => {
  assert.deepEqual(readNames("https://idr.example.org/webclient/img_detail/98/"), [
    "idr.example.org/webclient/?show=image 98",
    "/98.",
  ]);
  assert.deepEqual(readNames("https://doi.org/10.6019/S-BIAD634"), ["s biad634"]);
  assert.deepEqual(readNames("https://a.org/search/?query=Name:idr0010"), ["idr0010"]);
  assert.equal(readDoi("doi:10.6019/EMPIAR-10392."), "10.6019/empiar 10392");
  assert.equal(readDoi("10.5"), "");
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

test("dates in words are counted from today", () => {
  const today = new Date(2026, 10, 18); // a Wednesday in November
  const dateOf = (text) => {
    const [atom] = readQuery(text, DATED, today).clauses[0].atoms;
    return [atom.key, atom.sign ?? "", atom.text];
  };

  assert.deepEqual(dateOf("published today"), ["published", ">=", "2026 11 18"]);
  assert.deepEqual(dateOf("published yesterday"), ["published", ">=", "2026 11 17"]);
  assert.deepEqual(dateOf("published this week"), ["published", ">=", "2026 11 16"]);
  assert.deepEqual(dateOf("published last week"), ["published", ">=", "2026 11 09"]);
  assert.deepEqual(dateOf("published in the last 2 weeks"), ["published", ">=", "2026 11 04"]);
  assert.deepEqual(dateOf("added this month"), ["added", "", "2026 11"]);
  assert.deepEqual(dateOf("new last month"), ["added", "", "2026 10"]);
  assert.deepEqual(dateOf("in the past three months"), ["published", ">=", "2026 08"]);
  assert.deepEqual(dateOf("published in recent years"), ["published", ">=", "2025 11 18"]);
  assert.deepEqual(dateOf("recent months"), ["published", ">=", "2026 10"]);
  assert.deepEqual(dateOf("published last year"), ["published", "", "2025"]);
  assert.deepEqual(dateOf("added since March"), ["added", ">=", "2026 03"]);
  assert.deepEqual(dateOf("added in December"), ["added", "", "2025 12"]);
  assert.deepEqual(dateOf("published before last year"), ["published", "<", "2025"]);
});

test("a license that no dataset has is one license, and one that any has is found by what its texts call it", () => {
  for (const written of ["MIT license", "license MIT", "licensed under MIT"]) {
    assert.deepEqual(
      atomsOf(written),
      [{ kind: "value", key: "license", isText: false, text: "mit", name: "" }],
      written,
    );
  }
  assert.deepEqual(wordsOf("cc-by-sa"), ["cc by sa"]);
  assert.deepEqual(wordsOf("no derivatives"), ["nd"]);
  assert.deepEqual(wordsOf("creative commons attribution 4.0"), ["cc by 4.0"]);
  assert.deepEqual(wordsOf("mit"), ["mit"]);
  assert.equal(atomsOf("cells magnified by 2.0").filter(({ kind }) => kind === "value").length, 0);
  assert.equal(atomsOf("mit")[0].kind, "word");
  assert.equal(readQuery("MIT license", DATED).clauses[0].atoms[0].kind, "word", "a catalog without licenses");
});

test("of when datasets were added the month is known, and that is said", () => {
  const { clauses, problems } = readQuery("new this week", DATED, new Date(2026, 10, 18));

  assert.deepEqual([clauses[0].atoms[0].sign, clauses[0].atoms[0].text], [">=", "2026 11"]);
  assert.match(problems[0], /the month alone, so “new this week” is read as “since 2026-11”/);
});

test("a sentence that is being typed finds what it said before", () => {
  for (const end of ["under", "under 5", "at least 5 G", "without", "and", "but not", "sorted by", "added since"]) {
    assert.deepEqual(wordsOf(`HeLa ${end}`), ["hela"], end);
  }
  assert.deepEqual(wordsOf("under"), ["under"]);
});
