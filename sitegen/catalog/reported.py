"""The build that index, reports and history are of: the last one that found something new, or asked a dataset.

A build after it that does neither repeats its time and figures, so that these files keep their bytes, and an unchanged
site has nothing to publish but `build.json`. The cache keeps them, not the site: a site that is made from nothing has
the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from sitegen.cache.folder import Cache
from sitegen.model import BuildFigures, Catalog, HostFigures

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedBuild:
    """What index, reports and history state of a build."""

    digest: str
    """Of what it found, with the time at which each dataset last answered."""
    built_at: str
    """UTC, ISO 8601."""
    hosts: tuple[HostFigures, ...] = ()
    """What it asked of each host."""
    cache_bytes: int | None = None
    """What the cache took on disk; null in a reproducible build."""
    builds: tuple[BuildFigures, ...] = ()
    """It and those before it, oldest first, of which not all are kept."""


def reported_by(catalog: Catalog, digest: str = "") -> ReportedBuild:
    """Return what a build states of itself. digest: of what it found."""
    return ReportedBuild(
        digest=digest,
        built_at=catalog.built_at,
        hosts=catalog.hosts,
        cache_bytes=catalog.cache_bytes,
        builds=catalog.builds,
    )


def find_reported(
    cache: Cache, name: str, catalog: Catalog, digest: str, earlier: Sequence[BuildFigures]
) -> ReportedBuild:
    """Return this build, or an earlier one that found the same, of the catalog called `name`.

    digest: of what this build found. earlier: the builds before it.
    """
    note = cache.note(_note(name))
    try:
        kept = msgspec.json.decode(note, type=ReportedBuild) if note else None
    except msgspec.MsgspecError as error:
        log.warning("%s: what the last build reported is damaged, and is reported anew: %s", cache.folder, error)
        kept = None
    was_reproducible, is_reproducible = kept and kept.cache_bytes is None, catalog.cache_bytes is None
    if kept is None or kept.digest != digest or was_reproducible != is_reproducible:
        return reported_by(catalog, digest)
    return replace(kept, builds=tuple(earlier) or catalog.builds)


def keep_reported(cache: Cache, name: str, reported: ReportedBuild) -> None:
    """Keep, for the next build, which one is reported."""
    text = msgspec.json.encode(replace(reported, builds=())).decode()  # the cache has these in a note of their own
    cache.put_note(_note(name), text)


def _note(name: str) -> str:
    return f"reported:{name}"
