"""What RFC-9 requires and recommends of a zipped OME-Zarr, as far as its directory shows: warnings and notes.

A MUST or SHALL NOT that is broken, and does not keep the data from being read, is a warning; a SHOULD is a note. ZIP64
and shards are not asked for: RFC-9 recommends them for the sake of large archives, and small ones work without.

Source: RFC-9, sections "Proposal" and "Specification", https://ngff.openmicroscopy.org/rfc/9/index.html (state D5).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from urllib.parse import urlsplit

from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.stores.zip_directory import Member, ZipDirectory, normalize_name
from sitegen.stores.zip_members import STORED

_DOCUMENT = "zarr.json"
_ARCHIVES = (".ozx", ".zarr.zip")
_NAMED = 3


def recommendation_problems(url: str, directory: ZipDirectory) -> tuple[Problem, ...]:
    """Return what an archive lacks of RFC-9. url: its address."""
    return tuple(_problems(url, directory))


def _problems(url: str, directory: ZipDirectory) -> Iterator[Problem]:
    members = list(directory.in_file_order())
    ome, fault = _read_comment(directory.comment)
    if directory.find(_DOCUMENT) is None:
        found = "its documents are those of Zarr format 2"
        yield make_problem("zip-format", message=f"expected {_DOCUMENT} at the root of the archive; {found}")
    elif disorder := _disorder(members, "the file") or _disorder(directory.listed(), "the directory"):
        claimed = _claims_order(ome)
        ending = ", although the comment of the archive says so (jsonFirst)" if claimed else ""
        yield make_problem("zip-order", message=disorder + ending, level="warning" if claimed else "note")
    if nested := [member.name for member in members if member.name.lower().endswith(_ARCHIVES)]:
        yield make_problem("zip-nested", message=f"found {_names(nested)} in the archive")
    if packed := [member.name for member in members if member.method != STORED]:
        yield make_problem("zip-compressed", message=f"members are compressed by ZIP: {_names(packed)}")
    if fault:
        yield make_problem("zip-comment", message=fault)
    name = urlsplit(url).path.rpartition("/")[2]
    if not name.lower().endswith(".ozx"):
        yield make_problem("zip-name", message=f"expected a name that ends in .ozx, found {name[-100:]!r}")


def _disorder(members: Sequence[Member], place: str) -> str | None:
    """Return how the order differs from that of RFC-9: the root's document, then all others, breadth first."""
    names = [normalize_name(member.name) for member in members]
    if names[0] != _DOCUMENT:
        return f"expected {_DOCUMENT} first in {place}, found {names[0][:100]!r}"
    documents = [name for name in names if name.rpartition("/")[2] == _DOCUMENT]
    for expected, found in zip(documents, names, strict=False):
        if expected != found:
            return (
                f"expected all {_DOCUMENT} at the beginning of {place}, found {found[:100]!r} before {expected[:100]!r}"
            )
    for before, after in pairwise(documents):
        if after.count("/") < before.count("/"):
            return f"expected breadth-first order in {place}, found {before[:100]!r} before {after[:100]!r}"
    return None


def _read_comment(comment: bytes) -> tuple[dict[str, object], str | None]:
    """Return the `ome` object of an archive's comment, and what is wrong with the comment."""
    expected = 'expected a comment of the archive such as {"ome": {"version": "0.5"}}'
    if not comment:
        return {}, f"{expected}, found none"
    try:
        value = json.loads(comment.rstrip(b"\0").decode("utf-8"))
    except (ValueError, RecursionError):
        return {}, f"{expected}, found no JSON"
    ome = value.get("ome") if isinstance(value, dict) else None
    if not isinstance(ome, dict) or not isinstance(ome.get("version"), str):
        return {}, f"{expected}, found JSON without a version"
    return ome, None


def _claims_order(ome: dict[str, object]) -> bool:
    """Return whether the comment says that documents are first."""
    value: object = ome
    for key in ("zipFile", "centralDirectory", "jsonFirst"):
        value = value.get(key) if isinstance(value, dict) else None
    return value is True


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(repr(name[:100]) for name in names[:_NAMED]) + more
