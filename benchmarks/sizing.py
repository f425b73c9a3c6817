"""Prints how many files and bytes a site has, by kind, and the CPU time that it takes to make them, without pictures.

    python benchmarks/sizing.py LISTS                             15,305 datasets, as by default
    python benchmarks/sizing.py LISTS --datasets 100000 --short   short pages in split folders, no records, no link sets

LISTS is a folder with the lists of the OME2024 NGFF Challenge; `sample_site.py` says what is real of their datasets.
Files are made and counted, not written. The site states its `base_url`, as one that is published does. `most in a
folder` counts files and folders in one folder. A host that takes files one by one gets a request for each to upload it,
and answers one for each 1,000 when it lists them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from challenge import find_lists, read_addresses
from sample_site import make_sample_catalog

from sitegen.model import Layout, License
from sitegen.outputs.table import site_files

BASE_URL = "https://catalog.example.org/ngff/"
LISTED = 1_000
"""Objects in an answer to a listing (Amazon S3, ListObjectsV2)."""
_OVERVIEWS = ("institutions", "studies", "lists", "browse")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print files, bytes and seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path)
    parser.add_argument("--datasets", type=int, default=15_305)
    parser.add_argument("--short", action="store_true", help="short pages, split folders, no records, no link sets")
    options = parser.parse_args(arguments)
    lists, (root,) = find_lists([options.lists])
    started = time.process_time()
    catalog = make_sample_catalog(root, read_addresses(lists[0]), options.datasets)
    catalog = replace(catalog, base_url=BASE_URL, license=License(id="CC0-1.0"), publisher="Example federation")
    if options.short:
        layout = Layout(pages="short", folders="split")
        catalog = replace(catalog, layout=layout, outputs_off=frozenset({"records", "linksets"}))
    print(f"{len(catalog.records):,} datasets; catalog: {time.process_time() - started:.0f} CPU s")
    files: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    seconds: defaultdict[str, float] = defaultdict(float)
    entries: defaultdict[str, set[str]] = defaultdict(set)
    before = time.process_time()
    for page in site_files(catalog):
        kind, now = _kind(page.path), time.process_time()
        files[kind] += 1
        sizes[kind] += len(page.content)
        seconds[kind] += now - before
        before = now
        _count_entries(page.path, entries)
    print(f"{'files':46}{'number':>10}{'MB':>10}{'CPU s':>8}")
    for kind in files:
        print(f"{kind:46}{files[kind]:>10,}{sizes[kind] / 1e6:>10,.1f}{seconds[kind]:>8.0f}")
    total = files.total()
    print(f"{'all':46}{total:>10,}{sizes.total() / 1e6:>10,.1f}{sum(seconds.values()):>8.0f}")
    folder = max(entries, key=lambda each: len(entries[each]))
    print(f"most in a folder: {len(entries[folder]):,}, {folder}/")
    print(f"requests: {total:,} to upload all, {-(-total // LISTED):,} to list them")
    return 0


def _kind(path: str) -> str:
    """Return what a file is of."""
    folder = path.split("/")[0] if "/" in path else ""
    if folder == "datasets":
        return "pages of datasets" if path.endswith(".html") else "records and link sets of datasets"
    if folder in _OVERVIEWS:
        return "pages and files of institutions, studies, lists"
    if folder == "search":
        return "search files"
    return "index, tables, metadata, other pages, assets"


def _count_entries(path: str, entries: defaultdict[str, set[str]]) -> None:
    parts = PurePosixPath(path)
    for inner, outer in zip((parts, *parts.parents), parts.parents, strict=False):
        entries[str(outer)].add(inner.name)


if __name__ == "__main__":
    sys.exit(main())
