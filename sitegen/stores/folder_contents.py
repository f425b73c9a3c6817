"""What a folder without Zarr holds, so that its address can be explained: N5, precomputed volumes, plain files.

Names come from a list of the folder, which this machine, object stores and some hosts give. Of other hosts, the two
documents by which N5 and Neuroglancer's precomputed volumes are known are requested.

N5: https://github.com/saalfeldlab/n5. Precomputed:
https://github.com/google/neuroglancer/blob/master/src/datasource/precomputed/volume.md.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit

from sitegen.absence import is_error_message

PROBES = ("attributes.json", "info")
"""Documents by which the formats of other folders are known."""
Explanation = tuple[str, str]
"""What a folder is, in words, and what to do about it."""

ZARR_DOCUMENTS = ("zarr.json", ".zattrs", ".zgroup", ".zarray")
"""Metadata documents by which a folder is known as a Zarr group or array."""
_CONVERT = "Convert it to OME-Zarr, or give the address of the folder that holds OME-Zarr."
_NAME_STORE = "Give the address of the folder that holds `zarr.json` or `.zattrs`."
_N5 = "a folder with N5 (attributes.json; it looks like an N5 container), not OME-Zarr"
_PRECOMPUTED = "a folder with a precomputed volume of Neuroglancer (info), not OME-Zarr"
_KINDS: Mapping[str, str] = {
    "tif": "TIFF", "tiff": "TIFF", "btf": "TIFF", "png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "dcm": "DICOM",
    "h5": "HDF5", "hdf5": "HDF5", "ims": "Imaris", "czi": "Zeiss CZI", "nd2": "Nikon ND2", "lif": "Leica LIF",
    "oib": "Olympus OIB", "oif": "Olympus OIF", "oir": "Olympus OIR", "vsi": "Olympus VSI", "lsm": "Zeiss LSM",
    "mrc": "MRC", "nii": "NIfTI", "nrrd": "NRRD", "fits": "FITS", "svs": "Aperio SVS", "ndpi": "Hamamatsu NDPI",
    "mrxs": "MIRAX", "jp2": "JPEG 2000",
}  # fmt: skip
"""Ending of a name in lower case → what the file is."""
_NAMED = 3
_LINK = re.compile(r"<a\b[^>]*?\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_LISTING = re.compile(r"index of|directory listing|listing of|parent directory|href=[\"']?\.\./?[\"'>]", re.IGNORECASE)
"""What the pages of Apache, nginx, Caddy, lighttpd and Python's http.server have, and others do not."""


def read_listing(url: str, body: bytes) -> tuple[str, ...] | None:
    """Return the names in the folder at an address, folders with a slash; None for a page that is no list of them."""
    text = body.decode("utf-8", "replace")
    if not _LISTING.search(text):
        return None
    return tuple(dict.fromkeys(_names_below(f"{url.rstrip('/')}/", text)))


def _names_below(base: str, text: str) -> Iterator[str]:
    """Yield the paths of what a page links to below its address."""
    above, begin = urlsplit(base), unquote(urlsplit(base).path)
    as_web = f"http://{above.netloc}{above.path}"  # urljoin does not know all schemes
    for found in _LINK.finditer(text):
        try:
            link = urlsplit(urljoin(as_web, unescape(next(filter(None, found.groups()), ""))))
        except ValueError:
            continue
        path = unquote(link.path)
        if link.netloc == above.netloc and path.startswith(begin) and path != begin:
            yield path.removeprefix(begin)


def explain_names(names: Sequence[str]) -> Explanation:
    """Return what a folder with these names is."""
    if not names:
        return "the folder is empty", _NAME_STORE
    stores = sorted({name.split("/")[0] for name in names if _is_store(name)})
    if stores:
        count = f"{len(stores)} folder{'s' if len(stores) > 1 else ''}"
        return f"Zarr is in {count} below it: {_shown(stores)}", "Name one of these folders."
    own = {name.lower() for name in names}
    if "attributes.json" in own:
        return _N5, _CONVERT
    if "info" in own:
        return _PRECOMPUTED, _CONVERT
    return _explain_files(names, own)


def _explain_files(names: Sequence[str], own: set[str]) -> Explanation:
    held = f"it holds {_shown(list(names))}"
    endings = {name.rstrip("/").rpartition(".")[2] for name in own}
    if "xml" in endings and endings & {"h5", "n5"}:
        return f"a folder with a dataset of BigDataViewer (XML with HDF5 or N5), not OME-Zarr; {held}", _CONVERT
    if "dicomdir" in own:
        return f"a folder with DICOM files, not OME-Zarr; {held}", _CONVERT
    if "ozx" in endings:
        return f"a folder with zipped OME-Zarr; {held}", "Give the address of one of the .ozx files."
    if "n5" in endings:
        return f"a folder with N5, not OME-Zarr; {held}", _CONVERT
    kinds = Counter(kind for name in own if (kind := _KINDS.get(name.removesuffix(".gz").rpartition(".")[2])))
    if kinds:
        return f"a folder with {kinds.most_common(1)[0][0]} files, not OME-Zarr; {held}", _CONVERT
    return f"a folder without OME-Zarr; {held}", _NAME_STORE


def _is_store(name: str) -> bool:
    folder, slash, rest = name.partition("/")
    return bool(slash) and (folder.lower().endswith(".zarr") or rest in ZARR_DOCUMENTS)


def _shown(names: Sequence[str]) -> str:
    return ", ".join(name.rstrip("/")[:80] for name in names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


async def probe(get: Callable[[str], Awaitable[bytes | None]]) -> Explanation | None:
    """Return what a folder is, by the documents of other formats. get: returns one of PROBES, None if not there."""
    for name in PROBES:
        body = await get(name)
        document = _read_object(body) if body and not is_error_message(body) else None
        if document and name == "info" and ("scales" in document or "neuroglancer" in str(document.get("@type"))):
            return _PRECOMPUTED, _CONVERT
        if document and name == "attributes.json":
            return _N5, _CONVERT
    return None


def _read_object(body: bytes) -> Mapping[str, object] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
