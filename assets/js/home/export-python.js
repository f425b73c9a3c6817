// A Python program that opens datasets. Pure functions.

/** @typedef {import("./export.js").Row} Row */

const HEAD = `# Opens OME-Zarr datasets with zarr-python, and prints shape and data type of each at full resolution.
# Nothing but metadata is read before you ask for pixels, such as open_dataset(url)[0, 0].
# pip install "zarr>=3.1" "fsspec[http]>=2024.12"      and for addresses with s3: also s3fs, with gs: gcsfs
import sys
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import zarr

# Address: path of the array of full resolution in it; None where it is not known.
DATASETS = {
`;

const TAIL = `}
ARCHIVES = {
`;

const END = `}  # zipped OME-Zarr


def open_dataset(url):
    """Return the array of full resolution; the group where its array is not known."""
    options = {"anon": True} if url.startswith("s3:") else None
    place = url2pathname(urlsplit(url).path) if url.startswith("file:") else url
    if url in ARCHIVES and url.startswith("file:"):
        place = zarr.storage.ZipStore(place, mode="r")
    elif url in ARCHIVES:
        place = zarr.storage.FsspecStore.from_url(
            f"zip::{url}",
            storage_options=options and {"s3": options},
            read_only=True,
            allowed_exceptions=(FileNotFoundError, KeyError),  # what releases of fsspec say of files that are absent
        )
        options = None
    node = zarr.open(place, mode="r", storage_options=options)
    return node[DATASETS[url]] if DATASETS[url] else node


if __name__ == "__main__":
    failed = 0
    for url in DATASETS:
        try:
            opened = open_dataset(url)
        except Exception as error:
            failed += 1
            print(f"{unquote(url)}: {type(error).__name__}: {error}", file=sys.stderr)
        else:
            is_group = isinstance(opened, zarr.Group)
            print(url, *(("a group, whose array is not known",) if is_group else (opened.shape, opened.dtype)))
    sys.exit(1 if failed else 0)
`;

/**
 * Return a program that opens the datasets.
 * @param {Row[]} rows with `url`, `array_path` and `zipped`
 */
export function makePython(rows) {
  const paths = rows.map(({ url, array_path }) => `    ${literal(url)}: ${literal(array_path)},\n`);
  const archives = rows.filter(({ zipped }) => zipped).map(({ url }) => `    ${literal(url)}: True,\n`);
  return HEAD + paths.join("") + TAIL + archives.join("") + END;
}

/**
 * Return text as a literal of Python, in ASCII: no character of it ends the literal, hides, or changes the direction in
 * which the program is read.
 * @param {import("./export.js").Value} value
 */
function literal(value) {
  if (typeof value !== "string") return "None";
  const signs = Array.from(value, (sign) => {
    const code = /** @type {number} */ (sign.codePointAt(0));
    if (sign === '"' || sign === "\\") return `\\${sign}`;
    return code >= 0x20 && code < 0x7f ? sign : `\\U${code.toString(16).padStart(8, "0")}`;
  });
  return `"${signs.join("")}"`;
}
