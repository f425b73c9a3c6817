"""Fingerprints of what findings are made by: the code of some packages, and the schema of the findings.

They are computed, so that a change of the code is never forgotten: findings of other code are made anew, from cached
documents where these are young enough.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from sitegen.model.task import Known

METADATA_PACKAGES = ("model", "ome", "validate", "stores", "inspection")
"""Their code decides what is read of the same documents; `model` has the table of codes, whose levels and hints the
problems of kept findings repeat."""
PICTURE_PACKAGES = ("pixels", "render")
"""Their code decides which pictures are made of the same pixels."""


@cache
def code_fingerprint(packages: tuple[str, ...]) -> str:
    """Return what identifies the sources of some packages of sitegen, and the form in which findings are kept."""
    total = hashlib.sha256(msgspec.json.encode(msgspec.json.schema(Known)))
    for package in packages:
        for name, body in sorted(_sources(files("sitegen") / package, package)):
            total.update(f"{name}\0{len(body)}\0".encode())
            total.update(body)
    return total.hexdigest()


def _sources(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found = []
    for each in folder.iterdir():
        name = f"{path}/{each.name}"
        if each.is_dir() and each.name != "__pycache__":
            found += _sources(each, name)
        elif each.is_file():
            found.append((name, each.read_bytes()))
    return found
