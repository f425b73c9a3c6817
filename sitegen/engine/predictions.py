"""What datasets beside one another have in common, so that less is asked of their host.

Thousands of datasets of one folder were written by one program: their Zarr format and
the name of their first level are the same, and if none of a sample has an RO-Crate or
labels, asking the rest costs a 404 each. Two kinds of prediction, two kinds of risk:

- *Format and level* are guesses. A wrong one costs a request, never a fact.
- *Optional documents* are asked of every dataset of a small neighbourhood. In a large
  one the scouts (48 or more, one in a hundred, evenly over the lists) are asked; the
  rest only if a scout had the document. So a lone RO-Crate among thousands may be
  missed: the price of 0.1 instead of 2 answers of 404 for each dataset of the real lists.

A neighbourhood is a folder with enough datasets, as a study's are in one bucket with
other studies'; smaller folders belong to the one above, but never beyond their bucket.
Scouts are chosen by their place in the input, never by who answers first, so the same
input gives the same records.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sitegen import urls

_FEWEST_SCOUTS = 48
_SPARSEST = 100
"""At least one scout in so many datasets."""
_LEAST_DATASETS = 4 * _FEWEST_SCOUTS
"""A folder with fewer would save too little as a neighbourhood of its own."""
_BUCKET_DEPTH = 2
_Folder = tuple[str, ...]


@dataclass(slots=True)
class Guess:
    """What the neighbours last seen look like."""

    zarr_format: int = 3
    level: str | None = "0"
    """Path of the first level below the root; None where it lies deeper, as in a plate."""


@dataclass(slots=True)
class _Neighbourhood:
    scouts: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    found: set[str] = field(default_factory=set)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    guess: Guess = field(default_factory=Guess)


class Neighbours:
    """The neighbourhoods of a crawl over `dataset_urls`."""

    def __init__(self, dataset_urls: Iterable[str]) -> None:
        self._hoods: dict[str, _Neighbourhood] = {}
        for members in _settle(dataset_urls):
            hood = _neighbourhood(members)
            self._hoods.update(dict.fromkeys(members, hood))

    def is_scout(self, url: str) -> bool:
        """Return whether the dataset is asked for everything; a host's scouts go first."""
        return url in self._hoods[url].scouts

    def guess(self, url: str) -> Guess:
        """Return what the dataset probably looks like."""
        return self._hoods[url].guess

    async def ready(self, url: str) -> None:
        """Wait until all is known that `worth_asking` needs: for a scout nothing, else its scouts."""
        if not self.is_scout(url):
            await self._hoods[url].settled.wait()

    def worth_asking(self, url: str, document: str) -> bool:
        """Return whether to ask a dataset for an optional document."""
        return self.is_scout(url) or document in self._hoods[url].found

    def learn(self, url: str, *, documents: Collection[str] = (), guess: Guess | None = None) -> None:
        """Take note of a finished dataset, whatever came of it, and of the optional documents it had."""
        hood = self._hoods[url]
        hood.guess = guess or hood.guess
        hood.found.update(documents)
        hood.waiting.discard(url)
        if not hood.waiting:
            hood.settled.set()


def _settle(dataset_urls: Iterable[str]) -> Iterable[list[str]]:
    """Yield the datasets of each neighbourhood, in the order of the input."""
    ordered = list(dict.fromkeys(dataset_urls))
    by_folder: dict[_Folder, list[int]] = defaultdict(list)
    for place, url in enumerate(ordered):
        by_folder[_folder(url)].append(place)
    for depth in range(max(map(len, by_folder), default=0), 0, -1):
        for folder in [each for each in by_folder if len(each) == depth]:
            places = by_folder.pop(folder)
            if depth <= _BUCKET_DEPTH or len(places) >= _LEAST_DATASETS:
                yield [ordered[place] for place in sorted(places)]
            else:
                by_folder[folder[:-1]] += places


def _folder(url: str) -> _Folder:
    """Return the folder that a dataset lies in: its host, bucket, and the folders below that."""
    return (urls.host(url), *urlsplit(url).path.strip("/").split("/")[:-1])


def _neighbourhood(dataset_urls: list[str]) -> _Neighbourhood:
    step = min(max(len(dataset_urls) // _FEWEST_SCOUTS, 1), _SPARSEST)
    scouts = set(dataset_urls[::step])
    return _Neighbourhood(scouts=scouts, waiting=set(scouts))
