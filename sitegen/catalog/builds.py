"""The figures of a catalog's builds, as `history.json` and the sparklines of the health page have them.

They are kept in the cache with the rest of the catalog's history: all or nothing is stored, so a build that is killed
leaves the figures of those before it. At most 401 builds are kept, dense for the last ones, sparse for those long ago.
A build that is repeated for the same time replaces its figures, so the same input gives the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import msgspec

from sitegen.cache.folder import Cache
from sitegen.catalog.health import all_problems
from sitegen.model import BuildFigures, Catalog

log = logging.getLogger(__name__)

KEPT = 100
"""Builds of each sort that are kept: the last ones, the last of each day, of each month, and those that found other
figures. A choice: a sparkline has pixels for a hundred points, and 400 builds of ten hosts are 130 kB."""
HOSTS = 50
"""Hosts whose response times are kept: those with most datasets."""


def builds_note(name: str) -> str:
    """Return the name under which the cache keeps the builds of a catalog."""
    return f"builds:{name}"


def read_builds(cache: Cache, name: str) -> tuple[BuildFigures, ...]:
    """Return the figures of a catalog's earlier builds; none, with a warning, where they cannot be read."""
    note = cache.note(builds_note(name))
    try:
        return msgspec.json.decode(note, type=tuple[BuildFigures, ...]) if note else ()
    except msgspec.MsgspecError as error:
        log.warning("%s: the history of builds is damaged, and begins anew: %s", cache.folder, error)
        return ()


def write_builds(builds: Sequence[BuildFigures]) -> str:
    """Return the text that the cache keeps."""
    return msgspec.json.encode(builds).decode()


def make_figures(catalog: Catalog) -> BuildFigures:
    """Return the figures of a build."""
    totals, levels = catalog.totals, [problem.level for problem in all_problems(catalog)]
    timed = [(each.host, each.median_ms) for each in catalog.hosts if each.median_ms is not None]
    return BuildFigures(
        built_at=catalog.built_at,
        datasets=totals.datasets,
        ok=totals.ok,
        valid=totals.valid,
        bytes=totals.bytes,
        errors=levels.count("error"),
        warnings=levels.count("warning"),
        median_ms=dict(timed[:HOSTS]),
    )


def add_build(earlier: Sequence[BuildFigures], build: BuildFigures) -> tuple[BuildFigures, ...]:
    """Return builds in the order of time, with one more; those that are not worth keeping are left out."""
    others = {each.built_at: each for each in earlier}
    return _thinned([each for _, each in sorted({**others, build.built_at: build}.items())])


def found_others(builds: Sequence[BuildFigures]) -> list[BuildFigures]:
    """Return the builds whose figures differ from those of the build before, the first one among them.

    Response times do not count: they differ from build to build, whatever the data are.
    """
    return [
        *builds[:1],
        *(each for before, each in pairwise(builds) if _without_times(before) != _without_times(each)),
    ]


def _without_times(build: BuildFigures) -> BuildFigures:
    return replace(build, built_at="", median_ms={})


def _thinned(builds: Sequence[BuildFigures]) -> tuple[BuildFigures, ...]:
    """Return the builds to keep: the first, and up to 100 of each sort."""
    sorts = (builds, _last_of_each(builds, _day), _last_of_each(builds, _month), found_others(builds))
    kept = {each.built_at for sort in sorts for each in sort[-KEPT:]} | {each.built_at for each in builds[:1]}
    return tuple(each for each in builds if each.built_at in kept)


def _last_of_each(builds: Sequence[BuildFigures], key: Callable[[BuildFigures], str]) -> list[BuildFigures]:
    return list({key(each): each for each in builds}.values())


def _day(build: BuildFigures) -> str:
    return build.built_at[:10]


def _month(build: BuildFigures) -> str:
    return build.built_at[:7]
