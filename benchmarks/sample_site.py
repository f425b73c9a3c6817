"""Makes the sites that `site.py` measures: as many datasets as wanted, described by real lists, without a crawl.

What the lists state is real; what an inspection would find is varied, from a fixed seed, around the findings of the
tests' records. Beyond the rows of the lists, datasets are copies with other addresses. Pictures are encoded as sitegen
does it. Only what a browser loads of the home page is written: no pages of datasets.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
from catalogs import make_image, make_plate
from PIL import Image

from sitegen.catalog.build import make_catalog
from sitegen.compact import MOST_OBJECTS, make_compact
from sitegen.config.settings import Config
from sitegen.lists.reading import read_lists
from sitegen.model import Catalog, Entry, Findings, Picture, PublicFindings
from sitegen.render.encoding import encode_both_sizes
from sitegen.site.plan import pages
from sitegen.site.resources import assets

_SEED = 10
_PICTURES = 300
"""Different pictures; datasets share them."""
_SIDE_PX = 512
"""Of what the thumbnails are scaled from."""
_BUILT_AT = "2026-11-20T03:12:09Z"


def write_sample_site(folder: Path, lists: Path, addresses: Mapping[str, str], count: int) -> None:
    """Write a site of `count` datasets. lists: the root list. addresses: where each list is published → its file."""
    catalog = make_sample_catalog(lists, addresses, count)
    for path, content in (*_pages(catalog), *_pictures()):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def make_sample_catalog(lists: Path, addresses: Mapping[str, str], count: int) -> Catalog:
    """Return a catalog of `count` datasets."""
    entries, findings = make_sample(lists, addresses, count)
    config = Config(csv=(str(lists),), title="Benchmark", description="Real lists, varied data")
    return make_catalog(entries, findings, config, built_at=_BUILT_AT)


def make_sample(
    lists: Path, addresses: Mapping[str, str], count: int, *, most_objects: int = MOST_OBJECTS
) -> tuple[Sequence[Entry], Sequence[Findings]]:
    """Return what the catalog of `count` datasets is made of: the entries, and the findings of each."""
    entries = make_compact(Entry, _repeat(_read(lists, addresses), count), count, most_objects=most_objects)
    rng = random.Random(_SEED)
    found = (vary(rng, entry, at) for at, entry in enumerate(entries))
    return entries, make_compact(Findings, found, count, most_objects=most_objects)


def _read(root: Path, addresses: Mapping[str, str]) -> Sequence[Entry]:
    files = {address: root.parent.parent / path for address, path in addresses.items()}

    async def read(address: str) -> bytes:
        return files.get(address, root).read_bytes()

    published = {path: address for address, path in files.items()}
    return asyncio.run(read_lists([published.get(root, str(root))], read)).entries


def _repeat(entries: Sequence[Entry], count: int) -> Iterator[Entry]:
    """Yield `count` entries: those given, then copies with other addresses."""
    yield from entries[:count]
    for at in range(len(entries), count):
        entry = entries[at % len(entries)]
        start, dot, end = entry.url.partition(".zarr")
        yield replace(entry, url=f"{start.removesuffix('.ome')}-{at // len(entries)}{dot}{end}")


def vary(rng: random.Random, entry: Entry, at: int) -> Findings:
    """Return what an inspection could have found of an entry."""
    found = _plain_findings(is_plate=bool(entry.wells))
    side = rng.choice((256, 512, 1024, 1392, 2048, 4096, 9845)) + rng.randrange(40)
    shape = (rng.choice((1, 1, 1, 60, 163)), rng.choice((1, 1, 2, 3, 4)), rng.choice((1, 1, 31, 133)), side, side)
    pixel = rng.choice((0.065, 0.108, 0.325, 0.65, 1.0))
    levels = tuple(
        replace(
            level,
            shape=(*shape[:3], side >> depth, side >> depth),
            scale=(1.5, 1.0, 0.5, pixel * 2**depth, pixel * 2**depth),
        )
        for depth, level in enumerate(found["levels"])
    )
    fails = rng.random() < 0.03
    changed = {
        "shape": shape,
        "levels": levels,
        "dtype": rng.choice(("uint8", "uint16", "uint16", "float32")),
        "ome_zarr_version": rng.choice(("0.4", "0.5", "0.5")),
        "bytes": int(10 ** rng.uniform(6, 12)),
        "label_images": ("nuclei",) if rng.random() < 0.1 else (),
        "status": "unreachable" if fails else "ok",
        "thumbnail": None if fails else Picture(path=_picture_path(at % _PICTURES), width=256, height=256),
        "preview": None,
    }
    return Findings(**{**found, **changed})


@cache
def _plain_findings(*, is_plate: bool) -> Mapping[str, Any]:
    """Return what is varied, by field."""
    record = make_plate() if is_plate else make_image()
    return {field.name: getattr(record.found, field.name) for field in fields(PublicFindings)}


def _pages(catalog: Catalog) -> Iterator[tuple[str, bytes]]:
    """Yield what comes before the pages of datasets, and what all pages load."""
    for page in (*takewhile(lambda each: not each.path.startswith("datasets/"), pages(catalog)), *assets()):
        yield page.path, page.content


def _picture_path(number: int) -> str:
    return f"thumbs/{number:03}.avif"


def _pictures() -> Iterator[tuple[str, bytes]]:
    """Yield thumbnails of cells on a dark background, with the noise of a camera.

    The noise makes them 5.8 kB on average, like the 57 thumbnails of the demo, if all are encoded as beside a preview.
    """
    rng = np.random.default_rng(_SEED)
    y, x = np.mgrid[:_SIDE_PX, :_SIDE_PX] * (256 / _SIDE_PX)
    for number in range(_PICTURES):
        cells = np.zeros((_SIDE_PX, _SIDE_PX))
        for _ in range(int(rng.integers(5, 40))):
            at, size = rng.uniform(0, 256, 2), rng.uniform(20, 300)
            cells += rng.uniform(40, 200) * np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / size)
        shown = np.clip(cells + rng.normal(50, 42, cells.shape), 0, 255)
        tint = rng.uniform(0.2, 1, 3)
        picture = Image.fromarray((shown[..., None] * tint / tint.max()).astype("uint8"))
        yield _picture_path(number), encode_both_sizes(picture, 256, _SIDE_PX, None, smooth=True)[0].content
