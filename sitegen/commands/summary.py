"""The summary of a build: its figures as JSON (`--json`) and as text."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sitegen import formatting
from sitegen.model import Catalog, HostFigures, ListProblem
from sitegen.model.codes import CODES

_MOST_FAILURES = 20
"""Datasets on which sitegen failed that are named at the end of a build; the report has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSummary:
    """The figures of a build."""

    out: Path
    rows: int
    catalog: Catalog
    failed: tuple[ListProblem, ...] = ()
    """Of each dataset on which a bug of ours struck: what could not be made, at the first line that names it."""
    hosts: tuple[HostFigures, ...]
    """Requests of this build; the report of the site counts those that its records took, in any build."""
    files: int
    files_written: int
    """Of these, those that were made or copied."""
    files_kept: int
    """Those of the last site that did not change; the rest are pictures of the cache."""
    bytes: int
    cache_bytes: int
    seconds: float

    @property
    def lists_lost(self) -> int:
        """Lists that could not be read, or only in part; their datasets may be missing from the site."""
        lost = (each for each in self.catalog.list_problems if CODES[each.problem.code].loses_rows)
        return len({each.url or each.place.csv for each in lost})

    @property
    def requests(self) -> int:
        """Requests that were made."""
        return sum(host.requests for host in self.hosts)

    @property
    def bytes_read(self) -> int:
        """Bytes that were received."""
        return sum(host.bytes for host in self.hosts)

    def as_json(self) -> dict[str, Any]:
        """Return the summary as `--json` prints it."""
        totals = self.catalog.totals
        return {
            "out": str(self.out),
            "rows": self.rows,
            "datasets": totals.datasets,
            "ok": totals.ok,
            "valid": totals.valid,
            "with_errors": totals.with_errors,
            "failed": len(self.failed),
            "with_picture": sum(record.found.thumbnail is not None for record in self.catalog.records),
            "statuses": dict(Counter(record.found.status for record in self.catalog.records)),
            "lists_lost": self.lists_lost,
            "list_problems": dict(Counter(each.problem.level for each in self.catalog.list_problems)),
            "requests": self.requests,
            "bytes_read": self.bytes_read,
            "files": self.files,
            "files_written": self.files_written,
            "files_kept": self.files_kept,
            "bytes": self.bytes,
            "cache_bytes": self.cache_bytes,
            "seconds": round(self.seconds, 2),
            "peak_memory_bytes": _peak_memory_bytes(),
        }

    def as_text(self) -> str:
        """Return the summary as text, in three lines, with more where sitegen failed on a dataset."""
        totals = self.catalog.totals
        pictures = formatting.plural(self.files - self.files_written - self.files_kept, "picture")
        made = f", {self.files_written:,} written, {self.files_kept:,} unchanged and {pictures} of the cache"
        kept = made if self.files_kept else ""
        lost = f"; {formatting.plural(self.lists_lost, 'list')} could not be read in full" if self.lists_lost else ""
        return (
            f"{formatting.plural(totals.datasets, 'dataset')} from {formatting.plural(self.rows, 'row')}: "
            f"{totals.ok:,} could be read, {totals.valid:,} valid, {totals.with_errors:,} with errors{lost} "
            f"(see {self.out / 'report' / 'index.html'})\n"
            f"{formatting.plural(self.requests, 'request')}, {formatting.size(self.bytes_read)} read, "
            f"in {self.seconds:.1f} s; the cache takes {formatting.size(self.cache_bytes)}\n"
            f"{self.out}: {self.files:,} files{kept}, {formatting.size(self.bytes)}; "
            f"view it with: sitegen serve {self.out}{self._failures()}"
        )

    def _failures(self) -> str:
        """Return the datasets on which sitegen failed, as further lines."""
        if not self.failed:
            return ""
        lines = [f"{each.place}: {each.url}: {each.problem.message}" for each in self.failed[:_MOST_FAILURES]]
        if len(self.failed) > _MOST_FAILURES:
            lines.append(f"… and {formatting.plural(len(self.failed) - _MOST_FAILURES, 'more dataset')}")
        shown = {record.url for record in self.catalog.records}
        left_out = sum(each.url not in shown for each in self.failed)
        with_page = len(self.failed) - left_out
        parts = [f"{formatting.plural(with_page, 'dataset')} could not be shown, as the page of each says"]
        if left_out:
            parts.append(f"{formatting.plural(left_out, 'dataset')} had to be left out of the site")
        what = "; ".join(parts[0 if with_page else 1 :])
        hint = CODES[self.failed[0].problem.code].hint
        return "\n  ".join((f"\n{what}. {hint}", *lines))


def _peak_memory_bytes() -> int | None:
    """Return the most memory that this process has used; None on Windows, where `resource` does not exist."""
    if sys.platform == "win32":
        return None
    else:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024  # getrusage(2): bytes there, kilobytes on Linux
