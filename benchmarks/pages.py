"""Prints what the pages of datasets cost: bytes of each part of a page, and the time to make one.

    python benchmarks/pages.py LISTS                     1,000 datasets of 15,305
    python benchmarks/pages.py LISTS --datasets 100000   of another number
    python benchmarks/pages.py LISTS --short             short pages
    python benchmarks/pages.py --site SITE               the pages of a built site, without times

LISTS is a folder with the lists of the OME2024 NGFF Challenge; `sample_site.py` says what is real of their datasets.
Pages are made and measured, not written. A part ends where the next one begins; the compressed size of a part is that
of all its occurrences, each compressed alone, so the parts of a page do not add up to it.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, median

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from challenge import find_lists, read_addresses
from sample_site import make_sample_catalog

from sitegen.model import Layout
from sitegen.outputs.table import site_files

_PARTS = (
    ("head", "<!doctype"),
    ("typed links", '<link rel="cite-as"'),
    ("JSON-LD", '<script type="application/ld+json"'),
    ("header of the site", "</head>"),
    ("title", '<main class="site-main"'),
    ("picture", '<figure class="stage'),
    ("license", '<aside class="dataset__rail"'),
    ("viewers", ">Open with</h2>"),
    ("facts", '<h2 class="label">About'),
    ("citation", 'id="cite"'),
    ("provenance", '<h2 class="label">Provenance'),
    ("description", '<div class="dataset__body"'),
    ("plate", "<h2>Plate"),
    ("axes", "<h2>Axes"),
    ("levels", "<h2>Resolution levels"),
    ("series, labels", "<h2>Label images"),
    ("code to copy", '<section id="code"'),
    ("validation", "<h2>Metadata validation"),
    ("other columns", '<h2 class="label">Other columns'),
    ("neighbors", '<section class="wrap siblings"'),
    ("footer", '<footer class="site-footer"'),
)
"""Name of each part of a page, and how it begins."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print bytes and times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path, nargs="?")
    parser.add_argument("--site", type=Path)
    parser.add_argument("--datasets", type=int, default=15_305)
    parser.add_argument("--pages", type=int, default=1_000, help="how many of them to measure")
    parser.add_argument("--short", action="store_true", help="short pages, in split folders, without records")
    parser.add_argument("--base-url", help="address of the site, which adds absolute addresses to pages")
    options = parser.parse_args(arguments)
    if options.site:
        bodies = [path.read_bytes() for path in sorted(options.site.glob("datasets/**/index.html"))]
    elif options.lists:
        bodies, seconds = _make_pages(options)
        print(f"{1000 * seconds / len(bodies):.2f} CPU ms a page")
    else:
        parser.error("expected LISTS or --site")
    _print_parts(bodies)
    return 0


def _make_pages(options: argparse.Namespace) -> tuple[list[bytes], float]:
    """Return pages that are spread over a catalog, and the CPU seconds that they took."""
    lists, (root,) = find_lists([options.lists])
    whole = make_sample_catalog(root, read_addresses(lists[0]), options.datasets)
    layout = Layout(pages="short", folders="split") if options.short else Layout()
    records = whole.records[:: max(1, len(whole.records) // options.pages)]
    off = frozenset({"records", "linksets"}) if options.short else frozenset()
    catalog = replace(whole, records=records, layout=layout, base_url=options.base_url, outputs_off=off)
    bodies, seconds, before = [], 0.0, time.process_time()
    for page in site_files(catalog):
        now = time.process_time()
        if page.path.startswith("datasets/") and page.path.endswith("/index.html"):
            bodies.append(page.content)
            seconds += now - before
        elif bodies:
            break
        before = now
    return bodies, seconds


def _print_parts(bodies: Sequence[bytes]) -> None:
    sizes, packed = defaultdict(list), defaultdict(list)
    for body in bodies:
        for name, part in (("whole page", body), *_split(body)):
            sizes[name].append(len(part))
            packed[name].append(len(gzip.compress(part, mtime=0)))
    print(f"{'part':22}{'pages':>7}{'median':>9}{'mean':>9}{'largest':>9}{'median gzip':>13}{'mean gzip':>11}")
    for name in ("whole page", *(name for name, _ in _PARTS)):
        if raw := sizes[name]:
            share = sum(raw) / len(bodies)
            print(
                f"{name:22}{len(raw):>7,}{median(raw):>9,.0f}{share:>9,.0f}{max(raw):>9,}"
                f"{median(packed[name]):>13,.0f}{mean(packed[name]):>11,.0f}"
            )


def _split(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each part of a page, and the part."""
    found = [
        (match.start(), name)
        for name, text in _PARTS
        if (match := re.search(re.escape(text.encode()), body)) is not None
    ]
    found.sort()
    for (start, name), (stop, _) in zip(found, [*found[1:], (len(body), "")], strict=True):
        yield name, body[start:stop]


if __name__ == "__main__":
    sys.exit(main())
