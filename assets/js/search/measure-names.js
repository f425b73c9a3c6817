// What is counted or measured, as people call it, and the units that they write.

/**
 * `name`: as a query names the field; `nouns`: what people call it; `sets`: what has several, `stack of at least 50`;
 * `isCompared`: it is meant only where the number is compared, as `10 images` says nothing about a dataset.
 * @typedef {{name: string, nouns: string, sets?: string, unit: "" | "bytes" | "um" | "px", isCompared?: boolean}}
 *   Measure
 */

export const LENGTH =
  "pm|å|[aå]ngstr[oö]ms?|nm|nanomet(?:er|re)s?|[uµμ]m|microns?|micromet(?:er|re)s?|mm|millimet(?:er|re)s?|cm";
const CELLS = "(?:pixels?|px|voxels?)";
/** Of a whole image: a million or more, or what is written as `1e6`; `a million pixels wide` is its width. */
export const MANY_PIXELS =
  "[kmg]px|[mg]p|(?:mega|giga)[ -]?(?:pixel|voxel)s?|(?:(?:million|billion) |" +
  `(?<=(?:million|\\de\\+?\\d+|\\d{7}|\\d[,. '’]\\d{3}[,. '’]\\d{3})\\s?))${CELLS}` +
  "(?! (?:wide|high|tall|across|in (?:w|h)))";
export const BYTES = "[kmgtp]i?bs?|(?:kilo|mega|giga|terr?a|peta|[kmgtp])[ -]?bytes?|bytes?|(?:meg|gig)s?";
/** @type {Measure[]} */
export const MEASURES = [
  { name: "size", nouns: "(?:file |stored |total )?size(?: on disk)?|on disk|big|large", unit: "bytes" },
  { name: "chunk", nouns: "chunks?(?:[ -]sizes?)?", unit: "bytes" },
  { name: "shard", nouns: "shards?(?:[ -]sizes?)?", unit: "bytes" },
  {
    name: "pixel_z",
    nouns:
      "(?:z|axial)[ -]?(?:steps?(?: size)?|spacing|(?:pixel|voxel) size|resolution)|" +
      "(?:slice|section) (?:spacing|thickness)",
    unit: "um",
  },
  {
    name: "pixel",
    nouns: "(?:(?:xy|lateral)[ -])?(?:(?:pixel|voxel)s?[ -]?(?:size|spacing)?|resolution)|(?:/|per )(?:px|pixel|voxel)",
    unit: "um",
  },
  { name: "depth", nouns: "thick(?:ness)?|deep|depth", unit: "um" },
  {
    name: "extent",
    nouns: "(?:(?:physical|real|image|sample|specimen) )?(?:extent|size)|wide|across|field of view",
    unit: "um",
  },
  { name: "c", nouns: "channels?|ch|colou?rs?", unit: "" },
  {
    name: "t",
    nouns: "time[ -]?points?|frames?(?: long)?",
    sets: "time[ -]?(?:series|lapses?)|movies?|videos?",
    unit: "",
  },
  {
    name: "z",
    nouns: "(?:(?:z[ -]?)?(?:slices?|planes?)|(?:z|optical)[ -]sections?)(?: (?:deep|thick|high))?|z",
    sets: "(?:z[ -]?)?stacks?",
    unit: "",
  },
  { name: "wells", nouns: "wells?", unit: "" },
  { name: "levels", nouns: "(?:(?:resolution|pyramid|scale) )?levels?|resolutions|scales", unit: "" },
  { name: "pixel_count", nouns: "(?:in total|pixels in total|images?|(?:pixel|voxel)s?)", unit: "px" },
  {
    name: "x",
    nouns: "(?:pixels|px)(?: (?:wide|(?:in )?width|across)|(?! (?:high|tall|(?:in )?height)))|wide|width",
    unit: "",
    isCompared: true,
  },
  { name: "y", nouns: "(?:pixels|px) (?:high|tall|(?:in )?height)|high|tall|height", unit: "", isCompared: true },
  {
    name: "images",
    nouns: "images?(?! (?:\\p{L}+ than|by|from|in|of|showing|sizes?|that|where|which|with)(?!\\p{L}))|fields of view",
    unit: "",
  },
];
/** Bits of a pixel: not a number that datasets state, but one of their data types. @type {Measure} */
export const BITS = {
  name: "bits",
  nouns: "bits?(?:[ -]depth| per (?:pixel|voxel|channel|sample))?",
  unit: "",
  isCompared: true,
};
