// Addresses and terms of ontologies, in every form in which they are copied. Pure functions.

import { plain } from "./words.js";

const DOCUMENTS = /^(?:zarr\.json|\.zattrs|\.zgroup|\.zarray|\.zmetadata|ro-crate-metadata\.json)$/i;
const TERM = /(?:^|[^a-z])(NCBITaxon|FBbi|OBI|MI|NCIT|EFO|CHMO)[_:]([a-z]?\d{1,12})\/?$/i;
const TAXON =
  /(?:^|[^a-z])(?:txid:?|taxid[:=]?|taxonomy[:/]|taxon(?:omy)?\/(?:browser\/)?[^?]*\?(?:[^#]*&)?id=)(\d{1,12})\/?$/i;
const FEWEST_SEGMENTS = 2;

/**
 * Return the name of the ontology's term that a word is, as it is searched (`ncbitaxon:10090`); empty if it is none.
 * @param {string} written a word: a CURIE with `_` or `:`, `txid10090`, the term's address in an ontology or a browser
 */
export function readTerm(written) {
  const decoded = decode(decode(written)).replace(/[,;.]+$/, "");
  const term = TERM.exec(decoded);
  if (term) return `${term[1]}:${term[2]}`.toLowerCase();
  const taxon = TAXON.exec(decoded);
  return taxon ? `ncbitaxon:${taxon[1]}` : "";
}

const TAXON_WORDS =
  /^(?:ncbi[ :]?)?(?:tax(?:on(?:omy)?)?[ -]?id|txid|taxon(?:omy)?)[:=]?\s+(\d{1,12})(?![\p{L}\p{N}])/iu;

/** Return the term that a text begins with in words, `taxon id 10090`, and how long it is; null without. */
export function readTaxon(/** @type {string} */ text) {
  const taxon = TAXON_WORDS.exec(text);
  return taxon && { length: taxon[0].length, name: `ncbitaxon:${taxon[1]}` };
}

/**
 * Return what to look for of an address, the most likely first: as it is, the address in a viewer's link, without query
 * and fragment, and the folders above it down to the Zarr; also inside of code: `open("https://…")`. Nothing if the
 * word is no address.
 * @param {string} written
 * @returns {string[]}
 */
export function readAddress(written) {
  const begin = /^(?:[\w.]+(?=[(=]))?[=("'<]*((?:https?|s3|gs|ftp|zarr(?:[23])?|file):\/\/)/i.exec(written);
  if (!begin) return [];
  const bare = written.slice(begin[0].length).replace(/[)>"',;]+$/, "");
  const found = [asText(bare)];
  const inner = innerAddress(bare);
  if (inner) found.push(...readAddress(inner));
  const path = bare.replace(/[?#].*$/, "");
  found.push(asText(path));
  const segments = withoutEnd(path).split("/");
  while (segments.length > FEWEST_SEGMENTS && !/\.zarr$/i.test(decode(segments.at(-1) ?? ""))) {
    segments.pop();
    if (/\.zarr$/i.test(decode(segments.at(-1) ?? ""))) found.push(asText(segments.join("/")));
  }
  return [...new Set(found.filter(Boolean))];
}

const DOI = /^(?:doi:\s?)?(10\.\d{4,9}\/\S+)$/i;
/** Of the BioImage Archive and other collections of BioStudies, EMPIAR, and the Image Data Resource. */
const ACCESSION = /(?<![a-z0-9])(?:S-[A-Z]{3,6}\d+|EMPIAR-\d+|idr\d{4})(?!\d)/gi;
/** Addresses of OMERO: a page of an image, a viewer, or what is shown in the tree. */
const IMAGE = /\/(?:img_detail|render_image|render_thumbnail|render_birds_eye_view)\/(\d+)|\/iviewer\/\?images=(\d+)/i;
const SHOWN = /[?&]show=(image|plate|well|dataset|project|screen)-(\d+)/i;

/**
 * Return what an address or a DOI names that datasets have in other addresses, as whole words: accessions, and images
 * of OMERO, the most likely first.
 * @param {string} written
 * @returns {string[]}
 */
export function readNames(written) {
  const omero = IMAGE.exec(written);
  const shown = SHOWN.exec(written);
  const [kind, id] = omero ? ["image", omero[1] ?? omero[2]] : (shown?.slice(1) ?? []);
  const host = /^[a-z]+:\/\/([^/]+)/i.exec(written)?.[1] ?? "";
  const page = id ? [`${host}/webclient/?show=${kind}-${id}`] : [];
  const file = id && kind.toLowerCase() === "image" ? [`/${id}.`] : [];
  return [...new Set([...page, ...file, ...(written.match(ACCESSION) ?? [])].map(plain))];
}

const KIND = "(image|plate|well|dataset|project|screen)s?";
const IDENTIFIER = new RegExp(
  `^(?:(?:omero\\s+)?(?:show=)?(?:${KIND}[ _-]?ids?\\s?[:=#]?\\s?(?=\\d)|${KIND}(?:[:=#]\\s?|-)(?=\\d{3})|` +
    `${KIND}\\s+(?=\\d{5}))|omero(?:[ _-]?ids?)?(?:\\s+${KIND})?(?:[:=#]\\s?|\\s+)(?=\\d{2}))(\\d{1,12})` +
    "(?![\\p{L}\\p{N}_]|[.,-][\\p{L}\\p{N}]|\\s?(?:[x×<>=+]|by\\s|px|pixels?|voxels?|[kmgtp]i?b|[nuµμm]m)(?!\\p{L}))",
  "iu",
);

/**
 * Return what is looked for of an identifier of OMERO that a text begins with: `Image:4007801`, `imageId=4007801`,
 * `OMERO 4007801`, `image 4007801`; as whole words, the most likely first. Null without one.
 * @param {string} text
 * @returns {{names: string[], length: number} | null}
 */
export function readIdentifier(text) {
  const found = IDENTIFIER.exec(text);
  if (!found) return null;
  const [all, ...groups] = found;
  const kind = (groups.slice(0, -1).find(Boolean) ?? "image").toLowerCase();
  const id = groups.at(-1) ?? "";
  const file = kind === "image" ? [`/${id}.`] : [];
  return { names: [`show=${kind}-${id}`, `${kind}-${id}`, ...file, id].map(plain), length: all.length };
}

/**
 * Return the name of a Zarr that a word is, and the name without its ending, which lists write in more than one way;
 * null if it is none.
 * @param {string} written
 */
export function readZarr(written) {
  const found = /^([^/*:]{4,})\.zarr$/i.exec(decode(written));
  return found && { text: plain(found[0]), name: plain(found[1].replace(/\.ome$/i, "")) };
}

/** Return the DOI that a word is, without `doi:`; empty if it is none. @param {string} written */
export const readDoi = (written) => plain(DOI.exec(written.replace(/[,;.)]+$/, ""))?.[1] ?? "");

/** @param {string} address without its scheme */
const asText = (address) => plain(decode(withoutEnd(address)));

/** Return an address without the slash and the document at its end. @param {string} address */
function withoutEnd(address) {
  const segments = address.split("/");
  while (segments.length > 1 && (!segments.at(-1) || DOCUMENTS.test(segments.at(-1) ?? ""))) segments.pop();
  return segments.join("/");
}

/** Return the address in the query or fragment of a viewer's link. @param {string} address */
function innerAddress(address) {
  const found = /[?#&/=!{"]((?:https?|s3|gs|zarr[23]?)(?::\/\/|%3A%2F%2F).*)$/i.exec(address);
  if (!found) return "";
  const inner = found[1];
  return /%3A%2F%2F/i.test(inner.slice(0, 15))
    ? decode(inner.replace(/[&#"}].*$/, ""))
    : inner.replace(/[&"}|].*$/, "");
}

/** @param {string} text */
function decode(text) {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped;
    }
  });
}
