"""What datasets beside one another have in common, so that less is asked of their host.

Thousands of datasets of one bucket were written by one program: their Zarr format and
the name of their first level are the same, and if none of the first has an RO-Crate or
labels, asking the rest costs a 404 each. Two kinds of prediction, two kinds of risk:

- *Format and level* are guesses. A wrong one costs a request, never a fact.
- *Optional documents* are asked of every dataset of a small neighbourhood. In a large
  one the scouts (its first 64 datasets, and every 25th after) are asked; the rest only
  if a scout had the document. So a lone RO-Crate among thousands may be missed: the
  price of 0.1 instead of 2 answers of 404 for each dataset of the real lists.

Scouts are chosen by their place in the input, never by who answers first, so the same
input gives the same records.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sitegen import addresses

_FIRST_SCOUTS = 64
_EVERY = 25


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
    """The neighbourhoods of a crawl over `urls`: same host, same bucket or top folder."""

    def __init__(self, urls: Iterable[str]) -> None:
        members: dict[str, list[str]] = defaultdict(list)
        for url in urls:
            members[_key(url)].append(url)
        self._hoods = {key: _settle(urls) for key, urls in members.items()}

    def is_scout(self, url: str) -> bool:
        """Return whether the dataset is asked for everything; a host's scouts go first."""
        return url in self._hoods[_key(url)].scouts

    def guess(self, url: str) -> Guess:
        """Return what the dataset probably looks like."""
        return self._hoods[_key(url)].guess

    async def ready(self, url: str) -> None:
        """Wait until all is known that `worth_asking` needs: for a scout nothing, else its scouts."""
        if not self.is_scout(url):
            await self._hoods[_key(url)].settled.wait()

    def worth_asking(self, url: str, document: str) -> bool:
        """Return whether to ask a dataset for an optional document."""
        return self.is_scout(url) or document in self._hoods[_key(url)].found

    def learn(self, url: str, *, documents: Collection[str] = (), guess: Guess | None = None) -> None:
        """Take note of a finished dataset, whatever came of it, and of the optional documents it had."""
        hood = self._hoods[_key(url)]
        hood.guess = guess or hood.guess
        hood.found.update(documents)
        hood.waiting.discard(url)
        if not hood.waiting:
            hood.settled.set()


def _key(url: str) -> str:
    first = urlsplit(url).path.split("/")[1:2]
    return "/".join((addresses.host(url), *first))


def _settle(urls: list[str]) -> _Neighbourhood:
    scouts = set(urls[:_FIRST_SCOUTS]) | set(urls[::_EVERY])
    return _Neighbourhood(scouts=scouts, waiting=set(scouts))
