"""The address of a dataset inside the link that opens it in a viewer.

People copy the link of a viewer into a list, in place of the dataset's own address: `?source=`, `?url=`,
`?image_url=`, `?fileToLoad=`, a path below `/v/`, or the state of Neuroglancer behind `#!`. Or they copy a data source
of Neuroglancer, a URL pipeline such as `https://host/a.zarr|zarr3:`. Pure functions.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from sitegen import urls

_PARAMETERS = frozenset(
    {"source", "src", "url", "uri", "path", "file", "input", "load", "open", "store", "target", "filetoload"}
    | {
        "image",
        "images",
        "img",
        "image_url",
        "imageurl",
        "data",
        "dataset",
        "datasets",
        "datasource",
        "layer",
        "layers",
    }
    | {"zarr", "zarrurl", "zarr_url"}
)
"""Parameters of viewers, in lower case, whose value is what they open."""
_NO_ESCAPED_END = "(?!%(?:22|3C|3E|5C|5E|60|7[BCD]))"  # browsers encode `"`, `{` and the like, but not `:` and `/`
_ADDRESS = re.compile(rf"(?:https?|s3|gs)://(?:{_NO_ESCAPED_END}[^\s\x00-\x1f\x7f\"'<>|\\^`{{}}])+", re.IGNORECASE)
_WHOLE_ADDRESS = re.compile(
    rf"(?:https?|s3|gs)://(?:{_NO_ESCAPED_END}[^\x00-\x1f\x7f\"'<>|\\^`{{}}])+\Z", re.IGNORECASE
)
_NEXT_ADDRESS = re.compile(r"[\s,;]+(?=(?:https?|s3|gs)://)", re.IGNORECASE)
_VIEWER_PATH = re.compile(r"/(?:v|view|viewer|open|app)/", re.IGNORECASE)
_DATASET = re.compile(r"\.(?:zarr|ozx)\b", re.IGNORECASE)
_PIPELINE = re.compile(r"/?(?:\||%7C)([a-z][a-z0-9+.-]*):.*", re.IGNORECASE | re.DOTALL)
"""What follows the address in a URL pipeline: https://neuroglancer-docs.web.app/datasource/index.html#url-syntax"""
_MAX_PARAMETERS = 100
_MAX_SHOWN_CHARS = 500
_TIMES_ENCODED = 3


def find_dataset(url: str) -> str | None:
    """Return the address that a viewer's link opens, without query; None if the URL is not such a link.

    It is empty where it should not be shown: because it holds a password, or is too long.
    """
    try:
        parts = urlsplit(url)
        candidates = [*_in_fragment(parts.fragment), *_in_query(parts.query), *_in_path(parts.path)]
    except ValueError:
        return None
    if not candidates or (_DATASET.search(parts.path) and not _in_path(parts.path)):
        return None
    return _shown(next(filter(_DATASET.search, candidates), candidates[0]))


def cut_pipeline(url: str) -> tuple[str, str] | None:
    """Return the address that a URL pipeline of Neuroglancer begins with, and its first adapter, such as `zarr3:`.

    The address, a URL or a path, is without query, and empty where it should not be shown. None for any other URL.
    """
    pipeline = _PIPELINE.search(url)
    if pipeline is None or not pipeline.start():
        return None
    address = url[: pipeline.start()]
    return _shown(address) if urls.is_remote(address) else address[:_MAX_SHOWN_CHARS], f"{pipeline[1]}:"


def _in_query(query: str) -> list[str]:
    """Return the addresses in the parameters of a query that name what a viewer opens."""
    pairs = parse_qsl(query, max_num_fields=_MAX_PARAMETERS)
    found = [(name, address) for name, value in pairs for address in _addresses(value, whole=True)]
    return [address for name, address in found if name.lower() in _PARAMETERS or _DATASET.search(address)]


def _in_fragment(fragment: str) -> list[str]:
    """Return the addresses in a fragment: the state of a viewer, or parameters."""
    return _addresses(fragment)


def _in_path(path: str) -> list[str]:
    """Return the address below `/v/` and the like; one below another path may be that of a proxy, which works."""
    viewer = _VIEWER_PATH.search(path)
    return _addresses(path[viewer.end() :]) if viewer else []


def _addresses(text: str, *, whole: bool = False) -> list[str]:
    """Return the addresses in a text, which may be percent-encoded several times.

    whole: a text that begins with an address is one, with the spaces in it.
    """
    for _ in range(_TIMES_ENCODED):
        if whole and _WHOLE_ADDRESS.match(text):
            return [text]
        if found := _ADDRESS.findall(text):
            return list(found)
        text = unquote(text)
    return list(_ADDRESS.findall(text))


def _shown(address: str) -> str:
    """Return an address as a message may show it; empty if it should not."""
    try:
        first = _NEXT_ADDRESS.split(address)[0]
        plain = urls.normalize(first.split("?")[0].split("#")[0].rstrip(".,;)]"))
    except ValueError:
        return ""
    return "" if urls.has_credentials(plain) or "@" in plain or len(plain) > _MAX_SHOWN_CHARS else plain
