"""Prints what each output of a site costs: files, bytes, CPU seconds and the memory that it needs at most.

    python benchmarks/outputs.py LISTS                     at 15,305 datasets
    python benchmarks/outputs.py LISTS --datasets 100000   at another number

LISTS is a folder with the lists of the OME2024 NGFF Challenge. What the lists state is real; what an inspection would
find is varied from a fixed seed. The catalog has an address, a license and a publisher, so that every output is made.
Files are made as in a build, one output after the other, each with the files above it; they are measured, not written.
Memory is what Python's own allocator gives
out, without that of pyarrow, and counts the longest file, which is in memory as a whole.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from challenge import find_lists, read_addresses
from sample_site import make_sample_catalog

from sitegen.model import Catalog, License
from sitegen.outputs.checksums import Checksums, DataFile, figures_of
from sitegen.outputs.output import Output
from sitegen.outputs.table import OUTPUTS


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path)
    parser.add_argument("--datasets", type=int, default=15_305)
    options = parser.parse_args(arguments)
    lists, (root,) = find_lists([options.lists])
    catalog = replace(
        make_sample_catalog(root, read_addresses(lists[0]), options.datasets),
        base_url="https://catalog.example.org/bioimages/",
        license=License(id="CC0-1.0", url="https://creativecommons.org/publicdomain/zero/1.0/"),
        publisher="A federation",
    )
    print(f"{len(catalog.records):,} datasets")
    print(f"{'output':34}{'files':>9}{'bytes':>15}{'seconds':>9}{'MB at most':>12}")
    sums = Checksums()
    for output in OUTPUTS:
        above = sums.made(output.changes)
        files, size, seconds = _measure(output, catalog, sums)
        print(f"{output.path:34}{files:>9,}{size:>15,}{seconds:>9.2f}{_peak_mb(output, catalog, above):>12,.0f}")
    return 0


def _measure(output: Output, catalog: Catalog, sums: Checksums) -> tuple[int, int, float]:
    """Return files, bytes and CPU seconds. sums: of the files above; those of this output are added."""
    files, size, seconds = 0, 0, 0.0
    made = iter(output.files(catalog, sums.made(output.changes)))
    while True:
        started = time.process_time()
        page = next(made, None)
        seconds += time.process_time() - started
        if page is None:
            return files, size, seconds
        files, size = files + 1, size + len(page.content)
        if output.is_data:
            sums.add(output.description, output.changes, [figures_of(page)])


def _peak_mb(output: Output, catalog: Catalog, above: Sequence[DataFile]) -> float:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in output.files(catalog, above):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (peak - before) / 1e6


if __name__ == "__main__":
    sys.exit(main())
