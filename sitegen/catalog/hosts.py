"""What reading the datasets of each host cost, and what pages of other sites may do with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from sitegen import urls
from sitegen.model import BrowserAccess, Entry, Findings, HostFigures


def make_hosts(entries: Sequence[Entry], findings: Sequence[Findings]) -> tuple[HostFigures, ...]:
    """Return what each host's datasets cost when they were last read, the host with most of them first."""
    by_host: dict[str, list[Findings]] = defaultdict(list)
    for entry, found in zip(entries, findings, strict=True):
        by_host[urls.host(entry.url)].append(found)
    return tuple(_host_figures(host, found) for host, found in sorted(by_host.items(), key=lambda pair: -len(pair[1])))


def _host_figures(host: str, findings: Sequence[Findings]) -> HostFigures:
    latencies_ms = [found.cost.median_ms for found in findings if found.cost.median_ms is not None]
    return HostFigures(
        host=host,
        datasets=len(findings),
        requests=sum(found.cost.requests for found in findings),
        bytes=sum(found.cost.bytes for found in findings),
        errors=sum(found.status != "ok" for found in findings),
        retries=sum(found.cost.retries for found in findings),
        median_ms=round(median(latencies_ms), 1) if latencies_ms else None,
        browsers=make_browser_access([found.browsers for found in findings]),
    )


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
