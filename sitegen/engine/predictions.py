"""Predictions of what a dataset looks like, from the datasets beside it, so that less is asked of its host.

Thousands of datasets in one folder were written by one program: their Zarr format and the name of their finest level
are the same, and where none of a sample has an RO-Crate or labels, asking the rest costs a 404 each.

- *Format and level* are guesses: a wrong one costs a request, never a fact.
- *Optional documents* are asked of every dataset of a small folder. Of a large one a sample (48 or more, one in a
  hundred, evenly over the lists) is asked for them, and the others only if one of the sample had the document. So a
  single RO-Crate among thousands may be missed: the price of 0.1 instead of 2 answers of 404 for each dataset.

Datasets are grouped by folder where it has enough of them, as a study's folder does in a bucket of several studies;
smaller folders belong to the group of the folder above, but never beyond their bucket. The sample is chosen by place
in the input, never by who answers first, so that the same input gives the same records.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import get_args
from urllib.parse import urlsplit

from sitegen import urls
from sitegen.inspection.image import labels_document
from sitegen.inspection.inspector import CRATE
from sitegen.model import Findings, Kind
from sitegen.model.task import Prediction

_MIN_SAMPLE = 48
_SAMPLE_STEP = 100
"""At least one dataset in so many is in the sample."""
_MIN_DATASETS = 4 * _MIN_SAMPLE
"""A folder with fewer would save too little as a group of its own."""
_BUCKET_DEPTH = 2
_OPTIONAL = frozenset({CRATE, *(labels_document(kind) for kind in (*get_args(Kind), None))})
_Folder = tuple[str, ...]


@dataclass(slots=True)
class _Group:
    """Datasets that are probably alike."""

    sample: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    """Datasets of the sample that are not finished."""
    found: set[str] = field(default_factory=set)
    """Optional documents that a dataset had."""
    sampled: asyncio.Event = field(default_factory=asyncio.Event)
    prediction: Prediction = field(default_factory=Prediction)


class Predictions:
    """What is predicted of the datasets of one crawl, and learned from those that are finished."""

    def __init__(self, dataset_urls: Iterable[str]) -> None:
        self._groups: dict[str, _Group] = {}
        for members in _grouped(dataset_urls):
            group = _group(members)
            self._groups.update(dict.fromkeys(members, group))

    def is_in_sample(self, url: str) -> bool:
        """Return whether the dataset is asked for everything; a host's sample is inspected first."""
        return url in self._groups[url].sample

    def prediction(self, url: str) -> Prediction:
        """Return what the dataset probably looks like."""
        return self._groups[url].prediction

    async def ready(self, url: str) -> None:
        """Wait until `skipped_documents` can be told: until the dataset's sample is finished, unless it is in it."""
        if not self.is_in_sample(url):
            await self._groups[url].sampled.wait()

    def skipped_documents(self, url: str) -> frozenset[str]:
        """Return the optional documents that are not asked for, because no dataset of the sample has one."""
        return frozenset() if self.is_in_sample(url) else _OPTIONAL - self._groups[url].found

    def learn(self, url: str, found: Findings | None) -> None:
        """Take what was found of a finished dataset into account; None where that failed."""
        group = self._groups[url]
        if found:
            group.prediction = _predict(found) or group.prediction
            group.found.update(_optional_documents(found))
        group.waiting.discard(url)
        if not group.waiting:
            group.sampled.set()


def _optional_documents(found: Findings) -> list[str]:
    """Return the optional documents that a dataset had."""
    had = ((CRATE, found.crate), (labels_document(found.kind), found.label_images))
    return [name for name, value in had if value]


def _predict(found: Findings) -> Prediction | None:
    """Return what a dataset that could be read lets one expect of those beside it."""
    if found.zarr_format is None:
        return None
    level = found.levels[0].path if found.levels and found.image_path == "" else None
    return Prediction(zarr_format=found.zarr_format, first_level=level)


def _grouped(dataset_urls: Iterable[str]) -> Iterable[list[str]]:
    """Yield the datasets of each group, in the order of the input."""
    ordered = list(dict.fromkeys(dataset_urls))
    by_folder: dict[_Folder, list[int]] = defaultdict(list)
    for place, url in enumerate(ordered):
        by_folder[_folder(url)].append(place)
    for depth in range(max(map(len, by_folder), default=0), 0, -1):
        for folder in [each for each in by_folder if len(each) == depth]:
            places = by_folder.pop(folder)
            if depth <= _BUCKET_DEPTH or len(places) >= _MIN_DATASETS:
                yield [ordered[place] for place in sorted(places)]
            else:
                by_folder[folder[:-1]] += places


def _folder(url: str) -> _Folder:
    """Return the folder that a dataset lies in: its host, bucket, and the folders below that."""
    return (urls.host(url), *urlsplit(url).path.strip("/").split("/")[:-1])


def _group(members: list[str]) -> _Group:
    step = min(max(len(members) // _MIN_SAMPLE, 1), _SAMPLE_STEP)
    sample = set(members[::step])
    return _Group(sample=sample, waiting=set(sample))
