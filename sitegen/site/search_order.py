"""The order in which the search numbers datasets.

Datasets are ordered by study, those with a picture first, then by the address without its stem, so that similar ones
are neighbors. The order is made in one pass that keeps a few bytes and two short texts of each record.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sitegen import urls
from sitegen.compact import read_as
from sitegen.model import Picture, Place, Record, StudyRef
from sitegen.site.columns import make_template, plain
from sitegen.site.slabs import Places, sort_places

_BEFORE_ALL = "\0"
"""Between two texts that are compared one after the other: folded texts have no character before the space."""


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


def make_order(records: Sequence[Record]) -> SearchOrder:
    """Return the order of the search."""
    groups: dict[str, int] = {}
    templates: dict[str, int] = {}
    group_of, template_of, has_none, names = array("L"), array("L"), bytearray(), []
    for record in read_as(records, _KeyRecord):
        group = record.study.id if record.study else record.lists[0].csv if record.lists else ""
        stem = plain(urls.stem(record.url))
        template = make_template(plain(record.url), stem)
        group_of.append(groups.setdefault(group, len(groups)))
        template_of.append(templates.setdefault(template, len(templates)))
        has_none.append(record.found.thumbnail is None)
        names.append(f"{stem}{_BEFORE_ALL}{record.id}")
    ranks = np.empty(len(templates), np.int64)
    ranks[[templates[template] for template in sorted(templates)]] = np.arange(len(templates))
    lists = np.asarray(group_of, np.int64)
    keys = (ranks[np.asarray(template_of, np.int64)], np.frombuffer(has_none, np.uint8), lists)
    counts = np.bincount(lists, minlength=len(groups))
    return SearchOrder(places=sort_places(keys, names), lists=counts.tolist())
