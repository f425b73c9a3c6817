"""A small site on loopback that harvesters read: credit, a study, what is gone, and hostile titles."""

from __future__ import annotations

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from catalogs import SCRIPT, STUDY, change, make_catalog, make_failed, make_hostile, make_image, make_plate

from sitegen.creators import read_creators
from sitegen.model import Catalog, License, Record, Source, Study
from sitegen.outputs.table import site_files

CREATORS = read_creators("Lovelace, Ada (0000-0002-1825-0097); Embryo Group")
DOI = "10.5281/zenodo.1234567"
BREAKS = "Two\nlines,\r\n\ttabs\u2028 and \u2029 more"
CONTROLS = "bell \x07 null \x00 escape \x1b[31m, half of a pair \ud800, no character \uffff"
LONG = "<b>&amp; long " * 7_143
"""100,002 characters."""


def make_credited(stem: str = "cells", **changes: object) -> Record:
    """Return an image of the study of which everything is stated."""
    stated: dict[str, object] = {
        "creators": CREATORS,
        "publisher": "BioImage Archive",
        "published": "2024-05-31",
        "data_version": "2",
        "citations": ("A paper. https://doi.org/10.1000/1",),
        "study": STUDY,
    }
    return make_image(stem, **(stated | changes))


def harvested_catalog(base_url: str | None) -> Catalog:
    """Return the catalog of the site."""
    gone = [make_failed(status, f"lost-{status}") for status in ("missing", "forbidden", "unreachable", "unreadable")]
    records = (
        make_credited(doi=DOI),
        make_credited("more"),
        change(gone[0], study=STUDY),
        *gone[1:],
        make_plate(),
        make_image("expression", license=License(id="CC-BY-4.0 OR MIT")),
        make_image("own", license=License(text="Ask us </script>")),
        make_image("odd", license=License(url='https://terms.example.org/a"b|c<d>{e}\\^`ä [f]')),
        make_hostile(),
        *(
            make_image(f"hostile-{number}", title=title, name=title, study=STUDY)
            for number, title in enumerate((SCRIPT, BREAKS, CONTROLS, LONG))
        ),
    )
    return replace(
        make_catalog(*records, base_url=base_url),
        title=f"Catalog {SCRIPT} {BREAKS}",
        publisher="Open Microscopy Group",
        sources=(Source(name="IDR", url="https://idr.openmicroscopy.org/"), Source(name=CONTROLS)),
        studies=(
            Study(id=STUDY.id, name=STUDY.name, taken_from="csv", named_by="csv", url="https://idr.example.org/1"),
        ),
    )


@dataclass(frozen=True, slots=True)
class HarvestedSite:
    """The site, and what it was made of."""

    catalog: Catalog
    address: str
    folder: Path

    def text(self, path: str) -> str:
        """Return a file."""
        return (self.folder / path).read_text(encoding="utf-8")

    def json_ld(self, path: str) -> list[dict[str, Any]]:
        """Return the JSON-LD of a page, as a browser's parser finds it."""
        scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', self.text(path), re.DOTALL)
        return [json.loads(script) for script in scripts]


@contextmanager
def harvested_site(folder: Path) -> Iterator[HarvestedSite]:
    """Build the site and serve it as a static host does."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        catalog = harvested_catalog(address)
        for page in site_files(catalog):
            (folder / page.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / page.path).write_bytes(page.content)
        yield HarvestedSite(catalog, address, folder)
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # its name there
        pass
