"""A small site, served on loopback, and a page of a real browser."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from browser.demo_site import build_demo
from browser.install import find_shell
from browser.screens import Page, opened, served
from browser.viewing import FILM, LABELED, PLATE, SERIES, SHARDED, STACK, Viewing, viewing
from catalogs import change, every_kind, hostile, make_catalog, make_image, make_plate
from PIL import Image

from sitegen import model
from sitegen.demo import plan
from sitegen.model import Catalog, Layout, Picture, Record
from sitegen.outputs.table import site_files
from sitegen.site.render import search_pages
from sitegen.site.resources import assets
from sitegen.site.theme import theme_files

HOSTILE_TISSUES = (
    "<img src=x onerror=document.title='broken'>",
    "long" * 1250,
    "قلب الفأر \u202eevil",
    "Z" + "\u0301\u0316" * 200 + "algo",
)
"""Values of a facet: markup, 5,000 letters without a space, right to left, and a tower of accents."""

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")


def make_many() -> Catalog:
    """Return a catalog of several pages: 120 images of two institutions, and a record of every kind.

    The first image has labels over it, the plate has a montage.
    """
    images = [_make_numbered(number) for number in range(120)]
    images[0] = change(images[0], overlay=Picture(path="thumbs/overlay.webp", width=1024, height=1024))
    return make_catalog(*images, _make_screened("LT0113_01"), *every_kind().records[1:])


def _make_numbered(number: int) -> Record:
    source = "IDR" if number % 3 else "Jülich"
    name = f"{'Riccia' if number % 2 else 'Müller glia'} {number}"
    image = make_image(f"image-{number}", name=name, title=name, source=source)
    return change(image, bytes=1000 * 4 ** (number % 12), organism=None if number % 5 == 0 else image.organism)


def _make_screened(stem: str) -> Record:
    plate = make_plate(stem)
    assert plate.found.plate
    drawn = replace(plate.found.plate, drawn=((1, 2), (4, 4)), absent=((0, 0),))
    return change(plate, plate=drawn, montage=Picture(path="thumbs/montage.webp", width=1010, height=674))


def _pictures_of(record: Record) -> list[Picture]:
    found = record.found
    return [each for each in (found.thumbnail, found.preview, found.overlay, found.montage) if each]


def _picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (256, 256), (20, 90, 100)).save(drawn, "webp")
    return drawn.getvalue()


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built site below another folder, so that links must be relative."""
    return _write_site(make_many(), tmp_path_factory.mktemp("host"))


def _write_site(catalog: Catalog, root: Path) -> Path:
    return write_files(catalog, site_files(catalog), root)


def write_files(catalog: Catalog, pages: Iterable[model.Page], root: Path) -> Path:
    """Write pages of a catalog and its pictures below `catalog/` in a folder; return the folder."""
    picture = _picture()  # once: 6,000 take 14 s
    pictures = {each.path: picture for record in catalog.records for each in _pictures_of(record)}
    files = {**{page.path: page.content for page in pages}, **pictures}
    for path, content in files.items():
        target = root / "catalog" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return root


@pytest.fixture(scope="session")
def site_address(site_folder: Path) -> Iterator[str]:
    """The address of the site while the tests last."""
    with served(site_folder) as address:
        yield f"{address}catalog/"


@pytest.fixture(scope="session")
def split_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site of short pages in split folders, without records."""
    catalog = replace(make_many(), layout=Layout(pages="short", folders="split"), outputs_off=frozenset({"records"}))
    with served(_write_site(catalog, tmp_path_factory.mktemp("split"))) as address:
        yield f"{address}catalog/"


@pytest.fixture(scope="session")
def hostile_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site of hostile data while the tests last."""
    with served(_write_site(hostile(), tmp_path_factory.mktemp("hostile"))) as address:
        yield f"{address}catalog/"


@pytest.fixture(scope="session")
def long_facet_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the home page of 3,000 datasets, each with a tissue of its own: among them hostile texts.

    The lists' column `tissue` is a facet by configuration. There are no other pages, which take 20 s.
    """
    tissues = [*HOSTILE_TISSUES, *(f"tissue {number}" for number in range(3000 - len(HOSTILE_TISSUES)))]
    images = [
        change(make_image(f"image-{number}", name=f"image {number % 2}"), extra={"tissue": tissue})
        for number, tissue in enumerate(tissues)
    ]
    catalog = make_catalog(*images, facets=("tissue",))
    pages = chain(search_pages(catalog), assets(), theme_files(catalog.branding))
    with served(write_files(catalog, pages, tmp_path_factory.mktemp("long"))) as address:
        yield f"{address}catalog/"


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's site, built from its lists."""
    return build_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewing]:
    """A site of some datasets of the demo, and the host of their data."""
    data = tmp_path_factory.mktemp("data")
    names = (STACK, SHARDED, LABELED, PLATE, SERIES, FILM)
    for dataset in plan.DATASETS:
        name = dataset.path.rpartition("/")[2]
        if name in names and dataset.write:
            dataset.write(data / name)
    with viewing(data, tmp_path_factory.mktemp("looked_at"), names) as built:
        yield built


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One Chromium for all tests."""
    with sync_api.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=find_shell(), args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def page(browser: object, site_address: str) -> Iterator[Page]:
    """The home page at 1440 px, in a context of its own."""
    with opened(browser, site_address) as page:
        page.goto("index.html")
        yield page


@pytest.fixture(scope="session")
def page_of(site_folder: Path) -> Callable[[str], str]:
    """Return the path of a dataset's page below the root of the site, by the end of the dataset's address."""
    index = json.loads((site_folder / "catalog" / "index.json").read_text(encoding="utf-8"))
    return lambda end: next(
        f"datasets/{each['id']}/index.html" for each in index["datasets"] if each["url"].endswith(end)
    )
