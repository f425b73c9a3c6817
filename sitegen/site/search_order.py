"""The order in which the search numbers datasets.

Datasets are ordered by study, those with a picture first, then by the address without its stem, so that similar ones
are neighbors. The order is made in one pass that keeps a few bytes and two short texts of each record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sitegen import urls
from sitegen.compact import rare_collection
from sitegen.model import Picture, Place, Record, StudyRef
from sitegen.site.coded import Coded, encode, join
from sitegen.site.columns import make_template, plain
from sitegen.site.slabs import Places, Slab, in_slabs, read_slab_as, sort_places
from sitegen.slab_workers import Run

_BEFORE_ALL = "\0"
"""Between two texts that are compared one after the other: folded texts have no character before the space."""
_PER_SLAB = 4096
"""Records that are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOrder:
    """Which record of the catalog is which dataset of the search."""

    places: Places
    """Of each dataset, in the catalog."""
    lists: list[int]
    """How many datasets each study has, in the order of the lists; those without a study are counted by list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeyFindings:
    """What the order needs of `PublicFindings`."""

    thumbnail: Picture | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeyRecord:
    """What the order needs of a `Record`."""

    id: str
    url: str
    study: StudyRef | None
    lists: tuple[Place, ...]
    found: _KeyFindings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    """What some records are ordered by."""

    groups: Coded[str]
    templates: Coded[str]
    without_picture: bytes
    names: list[str]


def make_order(records: Sequence[Record], run: Run = map) -> SearchOrder:
    """Return the order of the search. run: who reads the records, where they are encoded."""
    slabs = in_slabs(records, None, _PER_SLAB)
    found = list((map if isinstance(records, tuple) else run)(_read_keys, slabs))
    groups, templates = join([each.groups for each in found]), join([each.templates for each in found])
    without_picture = np.frombuffer(b"".join(each.without_picture for each in found), np.uint8)
    names = [name for each in found for name in each.names]
    ranks = np.empty(len(templates.different), np.int64)
    ranks[sorted(range(len(ranks)), key=templates.different.__getitem__)] = np.arange(len(ranks))
    lists = groups.codes.astype(np.int64)
    counts = np.bincount(lists, minlength=len(groups.different))
    return SearchOrder(
        places=sort_places((ranks[templates.codes], without_picture, lists), names), lists=counts.tolist()
    )


def _read_keys(slab: Slab) -> _Keys:
    with rare_collection():
        groups, templates, without_picture, names = zip(*map(_key, read_slab_as(slab, _KeyRecord)), strict=True)
        return _Keys(
            groups=encode(groups),
            templates=encode(templates),
            without_picture=bytes(without_picture),
            names=list(names),
        )


def _key(record: Record | _KeyRecord) -> tuple[str, str, bool, str]:
    """Return what the order needs of a record: study, template, whether it has no picture, and the name after these."""
    stem = plain(urls.stem(record.url))
    name = f"{stem}{_BEFORE_ALL}{record.id}"
    return _group(record), make_template(plain(record.url), stem), record.found.thumbnail is None, name


def _group(record: Record | _KeyRecord) -> str:
    return record.study.id if record.study else record.lists[0].csv if record.lists else ""
