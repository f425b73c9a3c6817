"""`build.json`: when the site was built, and what that build asked of each host.

What changes with every build is in this small file, which pages load; so pages change only when what they show does,
and an unchanged site sends hardly anything when it is published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sitegen import formatting, urls
from sitegen.catalog.health import host_health
from sitegen.model import Catalog, HostFigures, Page
from sitegen.outputs.encoding import to_json

BUILD_PATH = "build.json"
SHOWN = frozenset({"ok", "stale"})
"""Statuses of datasets that the catalog shows as they were read, now or before."""


def build_files(catalog: Catalog) -> Iterator[Page]:
    """Give `build.json`."""
    answers = _last_answers(catalog)
    document = {
        "built_at": catalog.built_at,
        "generator": formatting.generator(),
        "shown": sum(record.found.status in SHOWN for record in catalog.records),
        "cache_bytes": catalog.cache_bytes,
        "hosts": [_host(figures, answers.get(figures.host)) for _, figures in host_health(catalog)],
    }
    yield Page(path=BUILD_PATH, content=to_json(document) + b"\n")


def _last_answers(catalog: Catalog) -> Mapping[str, str]:
    """Return when each host last answered for one of its datasets."""
    answers: dict[str, str] = {}
    for record in catalog.records:
        if record.found.checked_at:
            host = urls.host(record.url)
            answers[host] = max(record.found.checked_at, answers.get(host, ""))
    return answers


def _host(figures: HostFigures, answered_at: str | None) -> dict[str, object]:
    return {
        "host": figures.host,
        "datasets": figures.datasets,
        "answered_at": answered_at,
        "requests": figures.requests,
        "retries": figures.retries,
        "bytes": figures.bytes,
        "median_ms": figures.median_ms,
    }
