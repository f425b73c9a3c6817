"""Where the templates and bundles are: inside the installed package; in a checkout, templates are at its top level.

Bundles are the scripts and style sheets that pages load, made of `assets/` by `tools/bundle.mjs`. In a checkout they
must be current, so that nobody looks at a page without the change just made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from sitegen.errors import BuildError
from sitegen.model import Page

_PACKAGE = Path(__file__).resolve().parent.parent
_BUNDLE = _PACKAGE / "bundle"
_CONTENTS = _BUNDLE / "pages.json"
_TO_DO = "run `python tools/bundle.py`, or install sitegen again"


class PageFiles(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind of page loads; paths below the site's root."""

    style: str
    script: str | None
    """A module; null where there is none."""
    preloaded: tuple[str, ...]
    """Modules that the script imports at its start."""


class Bundles(msgspec.Struct, frozen=True, kw_only=True):
    """The content of `pages.json`."""

    sources: str
    """The digest of what they were made of, see `sources_digest`."""
    early: str
    """The script that every page loads before it is painted."""
    pages: dict[str, PageFiles]
    """By kind of page."""


def templates_folder() -> Path:
    """Return the folder of the page templates."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def bundle_folder() -> Path:
    """Return the folder of what pages load."""
    return _BUNDLE


@cache
def bundles() -> Bundles:
    """Return what each kind of page loads. Raises BuildError if the bundles are missing, or older than a checkout."""
    if not _CONTENTS.is_file():
        raise BuildError(f"{_CONTENTS}: the scripts of pages are not bundled; {_TO_DO}")
    made = msgspec.json.decode(_CONTENTS.read_bytes(), type=Bundles)
    if made.sources != (sources_digest(_PACKAGE.parent) or made.sources):
        raise BuildError(f"{_BUNDLE}: assets/ has changed since it was bundled; {_TO_DO}")
    return made


def assets() -> Iterator[Page]:
    """Yield every file that pages load, below `assets/`, in order of their paths."""
    for path in sorted(_BUNDLE.rglob("*")):
        if path.is_file() and path != _CONTENTS:
            yield Page(path=f"assets/{path.relative_to(_BUNDLE).as_posix()}", content=path.read_bytes())


def sources_digest(root: Path) -> str | None:
    """Return the digest of what bundles are made of; null where `root` is not a checkout of sitegen.

    `digestOfSources` in `tools/bundle.mjs` gives the same.
    """
    others = [root / "package-lock.json", root / "tools" / "bundle.mjs"]
    if not all(path.is_file() for path in others):
        return None
    made_of = [path for path in (root / "assets").rglob("*") if path.suffix in (".css", ".js", ".svg")]
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(root).as_posix(), path) for path in [*made_of, *others]):
        digest.update(f"{name}\n".encode() + path.read_bytes())
    return digest.hexdigest()
