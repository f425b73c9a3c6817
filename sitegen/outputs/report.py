"""`report.json` of the catalog: what the crawl found, with every problem at the list and line that its steward can
correct.

Time and figures of hosts are of the build that last found something new or asked a dataset.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sitegen.catalog.health import Health, all_problems, host_health, source_health
from sitegen.model import Catalog, HostFigures, Page
from sitegen.outputs.encoding import to_json


def report_files(catalog: Catalog) -> Iterator[Page]:
    """Give `report.json`."""
    report = {
        "built_at": catalog.built_at,
        "totals": catalog.totals,
        "sources": [{"source": health.name, **without_name(health)} for health in source_health(catalog)],
        "hosts": [_host_entry(health, figures) for health, figures in host_health(catalog)],
        "cache_bytes": catalog.cache_bytes,
        "changes": catalog.changes,
    }
    problems = b",".join(map(to_json, all_problems(catalog)))
    yield Page(path="report.json", content=to_json(report)[:-1] + b',"problems":[' + problems + b"]}\n")


def without_name(health: Health) -> dict[str, object]:
    """Return the figures of an institution, study, list or host."""
    return {key: value for key, value in msgspec.to_builtins(health).items() if key != "name"}


def _host_entry(health: Health, figures: HostFigures) -> dict[str, object]:
    """Return a host's entry: `bytes` and `requests` are what the crawl asked of it, `stored_bytes` what it keeps."""
    return {
        **without_name(health),
        **msgspec.to_builtins(figures),
        "datasets": health.datasets,
        "stored_bytes": health.bytes,
    }
