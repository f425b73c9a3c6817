"""The search files that `search.py` measures: made of the real lists, and of copies of their records."""

from __future__ import annotations

import gc
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import overload

from challenge import find_lists, read_addresses
from memory import Memory
from sample_site import make_sample_catalog

from sitegen import urls
from sitegen.compact import rare_collection
from sitegen.model import Record
from sitegen.site.search import make_index

_REAL = 15_305
"""Datasets of the lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The search files of a catalog."""

    manifest: str
    build_s: float
    build_cpu_us: float
    """For each dataset, of all processes."""
    catalog_mb: float
    """Resident before: Python, and the records of the lists."""
    peak_mb: float
    """Resident at most, the catalog included."""
    workers_peak_mb: float
    """Of the other processes together at most."""
    files: int
    megabytes: float


def build(lists: Path, count: int, folder: Path, processes: int) -> Built:
    """Write the search files of so many datasets; run in a process of its own."""
    found, (root,) = find_lists([lists])
    catalog = make_sample_catalog(root, read_addresses(found[0]), min(count, _REAL))
    catalog = replace(catalog, records=_Copies(catalog.records, count)) if count > _REAL else catalog
    gc.collect()
    catalog_mb, started, before_s = _now_mb(), time.perf_counter(), _cpu_s()
    memory = Memory(os.getpid(), is_of_children=True)
    with rare_collection():  # as a build does
        index = make_index(catalog, processes=processes)
    memory.stop()
    seconds, cpu_s = time.perf_counter() - started, _cpu_s() - before_s
    (folder / "search").mkdir()
    for page in index.pages:
        (folder / page.path).write_bytes(page.content)
    return Built(
        manifest=index.manifest,
        build_s=seconds,
        build_cpu_us=cpu_s / count * 1e6,
        catalog_mb=catalog_mb,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        workers_peak_mb=memory.peak_bytes / 1e6,
        files=len(index.pages),
        megabytes=sum(len(page.content) for page in index.pages) / 1e6,
    )


def _cpu_s() -> float:
    """Return the seconds of processors that this process and those that it has ended used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _now_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


class _Copies(Sequence[Record]):
    """So many records: those given, then copies with other stems and origins, made whenever they are read."""

    def __init__(self, records: Sequence[Record], count: int) -> None:
        self._records, self._count = records, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Record, ...]: ...
    def __getitem__(self, at: int | slice) -> Record | tuple[Record, ...]:
        if isinstance(at, slice):
            return tuple(self[each] for each in range(self._count)[at])
        if at >= self._count:
            raise IndexError(at)
        number, place = divmod(at, len(self._records))
        return _copy(self._records[place], number) if number else self._records[place]


def _copy(record: Record, number: int) -> Record:
    head, dot, tail = record.url.rpartition(".ome.zarr" if ".ome.zarr" in record.url else ".zarr")
    url = f"{head}-{number}{dot}{tail}" if dot else f"{record.url}-{number}"
    origin = record.origin and f"{record.origin}&copy={number}"
    return replace(record, url=url, id=urls.dataset_id(url), title=f"{record.title} {number}", origin=origin)
