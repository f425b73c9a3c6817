"""A limit on the size of findings: metadata are written by strangers, and a catalog holds all findings at once.

A document of 80 kB may decompress to labels of 15 MB; forty such datasets would take gigabytes of memory, cache and
site. Findings below the limit stay as they are; every dataset of the Challenge is far below it.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from sitegen import formatting
from sitegen.model import Findings
from sitegen.model.codes import make_problem

MAX_BYTES = 256_000
"""Of findings as JSON. A plate of 3,456 wells takes 40 kB, one of 10,000 wells 110 kB."""
_MAX_TEXT = 300
_MAX_ENTRIES = (1_000, 100, 10)
"""Entries that a list keeps: the first of these with which the findings fit."""


def limit_size(found: Findings) -> Findings:
    """Return the same findings; if they are too large, with their texts and lists cut, and a problem that says so."""
    size_bytes = len(msgspec.json.encode(found))
    if size_bytes <= MAX_BYTES:
        return found
    plain = msgspec.to_builtins(found)
    for most in _MAX_ENTRIES:
        found = msgspec.convert(_cut(plain, most), Findings)
        if len(msgspec.json.encode(found)) <= MAX_BYTES:
            break
    note = make_problem(
        "record-cut",
        message=f"its metadata would take {formatting.size(size_bytes)} of the catalog, "
        f"at most {formatting.size(MAX_BYTES)} are kept: long texts and lists are cut",
    )
    return replace(found, problems=(*found.problems, note))


def _cut(plain: object, most: int) -> object:
    """Return JSON-like data with long texts and lists cut; its objects are ours, and keep their keys."""
    if isinstance(plain, str):
        return formatting.shorten(plain, _MAX_TEXT)
    if isinstance(plain, list | tuple):
        return [_cut(each, most) for each in plain[:most]]
    if isinstance(plain, dict):
        return {key: _cut(each, most) for key, each in plain.items()}
    return plain
