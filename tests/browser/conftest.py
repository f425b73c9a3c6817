"""A small site, served on loopback, and a page of a real browser to look at it with."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.install import find
from catalogs import change, every_kind, make_catalog, make_image, make_plate
from PIL import Image

from sitegen.model import Catalog, Record
from sitegen.outputs.table import site_files
from sitegen.serve import serving

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")


def make_many() -> Catalog:
    """Return a catalog of several pages: 120 images of two institutions, and a record of every kind."""
    images = [_make_numbered(number) for number in range(120)]
    return make_catalog(*images, make_plate("LT0113_01"), *every_kind().records[1:])


def _make_numbered(number: int) -> Record:
    source = "IDR" if number % 3 else "Jülich"
    name = f"{'Riccia' if number % 2 else 'Müller glia'} {number}"
    image = make_image(f"image-{number}", name=name, title=name, source=source)
    return change(image, bytes=1000 * 4 ** (number % 12), organism=None if number % 5 == 0 else image.organism)


def _picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (256, 256), (20, 90, 100)).save(drawn, "webp")
    return drawn.getvalue()


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built site below a folder of its own, so that links must be relative."""
    root = tmp_path_factory.mktemp("host")
    catalog = make_many()
    pictures = {record.found.thumbnail.path: _picture() for record in catalog.records if record.found.thumbnail}
    files = {**{page.path: page.content for page in site_files(catalog)}, **pictures}
    for path, content in files.items():
        target = root / "catalog" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return root


@pytest.fixture(scope="session")
def site_address(site_folder: Path) -> Iterator[str]:
    """The address of the site while the tests last."""
    loop, ready, told = asyncio.new_event_loop(), threading.Event(), []

    async def serve() -> None:
        async with serving(site_folder) as address:
            told.append(address)
            ready.set()
            await ended.wait()

    ended = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(timeout=30)
    yield f"{told[0]}catalog/"
    loop.call_soon_threadsafe(ended.set)
    thread.join(timeout=30)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One Chromium for all tests."""
    with sync_api.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        yield launched
        launched.close()
