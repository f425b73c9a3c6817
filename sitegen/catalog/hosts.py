"""What reading the datasets of each host cost, and what pages of other sites may do with them."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol

from sitegen import urls
from sitegen.model import BrowserAccess, Cost, HostFigures, Status


class HostFindings(Protocol):
    """What is needed of the findings of a dataset."""

    @property
    def status(self) -> Status: ...
    @property
    def cost(self) -> Cost: ...
    @property
    def browsers(self) -> BrowserAccess: ...


@dataclass(slots=True)
class _Host:
    """What the datasets of one host add up to."""

    datasets: int = 0
    requests: int = 0
    bytes: int = 0
    errors: int = 0
    retries: int = 0
    latencies_ms: array[float] = field(default_factory=lambda: array("d"))
    browsers: set[BrowserAccess] = field(default_factory=set)

    def add(self, found: HostFindings) -> None:
        """Add a dataset."""
        self.datasets += 1
        self.requests += found.cost.requests
        self.bytes += found.cost.bytes
        self.errors += found.status != "ok"
        self.retries += found.cost.retries
        self.browsers.add(found.browsers)
        if found.cost.median_ms is not None:
            self.latencies_ms.append(found.cost.median_ms)

    def merge(self, others: _Host) -> None:
        """Add others of its datasets."""
        self.datasets += others.datasets
        self.requests += others.requests
        self.bytes += others.bytes
        self.errors += others.errors
        self.retries += others.retries
        self.browsers |= others.browsers
        self.latencies_ms += others.latencies_ms

    def figures(self, host: str) -> HostFigures:
        """Return its figures."""
        return HostFigures(
            host=host,
            datasets=self.datasets,
            requests=self.requests,
            bytes=self.bytes,
            errors=self.errors,
            retries=self.retries,
            median_ms=round(median(self.latencies_ms), 1) if self.latencies_ms else None,
            browsers=make_browser_access(self.browsers),
        )


class HostsSum:
    """What each host's datasets cost when they were last read."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = defaultdict(_Host)

    def add(self, url: str, found: HostFindings) -> None:
        """Add a dataset."""
        self._hosts[urls.host(url)].add(found)

    def merge(self, others: HostsSum) -> None:
        """Add what was counted of the datasets that follow."""
        for host, each in others._hosts.items():
            self._hosts[host].merge(each)

    def figures(self) -> tuple[HostFigures, ...]:
        """Return the figures of all hosts, the one with most datasets first."""
        ordered = sorted(self._hosts.items(), key=lambda pair: -pair[1].datasets)
        return tuple(each.figures(host) for host, each in ordered)


def make_browser_access(tested: Iterable[BrowserAccess]) -> BrowserAccess:
    """Return what pages of other sites may do with each of the datasets: a host may hold buckets of several owners."""
    known = list(tested)
    origins = {each.origin for each in known} - {None}
    ranges = {each.ranges for each in known} - {None}
    exposed = [set(each.exposed) for each in known if each.exposed is not None]
    named = [names for names in exposed if "*" not in names]
    return BrowserAccess(
        origin=all(origins) if origins else None,
        ranges=all(ranges) if ranges else None,
        exposed=tuple(sorted(set.intersection(*(named or exposed)))) if exposed else None,
    )
