"""Prints how many bytes the search of a built site transfers, by kind of file, and what a first search costs.

    python benchmarks/search_files.py site            a built site
    python benchmarks/search_files.py site --other old  beside another one, such as one built by an earlier version

Files are compressed already; scripts are counted as gzip at level 6, as most hosts send them.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the bytes of the sites that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=Path)
    parser.add_argument("--other", type=Path, help="a site to compare with")
    options = parser.parse_args(arguments)
    sites = [each for each in (options.other, options.site) if each]
    figures = [read_figures(site) for site in sites]
    for name in dict.fromkeys(name for each in figures for name in each):
        print(f"{name:28}" + "".join(f"{each[name]:>14,}" for each in figures))
    return 0


def read_figures(site: Path) -> Counter[str]:
    """Return bytes by kind of file."""
    figures: Counter[str] = Counter()
    for path in sorted((site / "search").glob("*.bin")):
        kind = re.sub(r"-[0-9a-f]{10}$", "", path.stem)
        figures["numbers" if kind.startswith("sort-") else kind] += path.stat().st_size
    for start, name in (("home", "scripts of the page"), ("worker", "scripts of the search")):
        scripts = sorted((site / "assets" / "pages").glob(f"{start}-*.js"))
        figures[name] = sum(len(gzip.compress(path.read_bytes(), 6)) for path in scripts)
    figures["manifest and all scripts"] = sum(
        figures[name] for name in ("manifest", "scripts of the page", "scripts of the search")
    )
    figures["first search, without cards"] = figures["manifest and all scripts"] + figures["facets"] + figures["texts"]
    return figures


if __name__ == "__main__":
    sys.exit(main())
