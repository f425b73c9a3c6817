"""What the tests of the viewer share: a site of given stores, its viewer, and the picture that it ought to show.

The site is built as by an operator, from stores that a host of another port serves with CORS. The picture is drawn by
the package's own renderer from pixels that zarr reads.
"""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import zarr
from browser.screens import Page, expect, opened, served
from builds import write_config
from PIL import Image
from stores import write_list

from sitegen.model import Level
from sitegen.ome import read_node
from sitegen.pixels.axes import find_axes
from sitegen.pixels.decoding import DecodedPlanes
from sitegen.pixels.image import ImageInfo
from sitegen.pixels.levels import choose_channels
from sitegen.render.channels import choose_styles, draw_channels, draw_labels, draw_rgb, is_rgb

Pixels = np.ndarray[Any, np.dtype[Any]]
STACK, SHARDED, LABELED, PLATE, SERIES, FILM = (
    "fly-embryo.ome.zarr",
    "hela-cytoskeleton.ome.zarr",
    "hela-segmented.ome.zarr",
    "LT0113_01.ome.zarr",
    "Positionen.zarr",
    "mitosis-film.ome.zarr",
)
CANVAS = "image-viewer canvas"
DATA_URL = "canvas => canvas.toDataURL('image/png')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """A site, the folder of its data, and both addresses."""

    site: Path
    data: Path
    site_address: str
    data_address: str

    def record_of(self, name: str) -> dict[str, Any]:
        """Return the record of the dataset whose folder has this name."""
        index = json.loads((self.site / "index.json").read_text(encoding="utf-8"))
        found: dict[str, Any] = next(each for each in index["datasets"] if each["url"].endswith(f"/{quote(name)}"))
        return found

    def page_of(self, name: str) -> str:
        """Return the path of its page."""
        return f"datasets/{self.record_of(name)['id']}/index.html"


@contextmanager
def viewing(
    data: Path, folder: Path, names: Sequence[str], *, host: Any = None, series0: Mapping[str, str] | None = None
) -> Iterator[Viewing]:
    """Build a site of the stores `names` below `data`, and serve both.

    host: another server of the data, by its address. series0: path of the image to show of a store.
    """
    with host or served(data, cors=True) as data_address:
        address = data_address.rstrip("/")
        rows = (f"{address}/{quote(name)},{(series0 or {}).get(name, '')}" for name in names)
        write_list(folder / "list.csv", "url,series0", *rows)
        config = write_config(folder / "c.toml", folder / "list.csv")
        places = ("--out", str(folder / "site"), "--cache", str(folder / "cache"))
        words = [sys.executable, "-m", "sitegen", "build", str(config), *places]
        subprocess.run(words, check=True, capture_output=True, timeout=100)  # a loop of Playwright's may run in here
        with served(folder / "site") as site_address:
            yield Viewing(site=folder / "site", data=data, site_address=site_address, data_address=f"{address}/")


@dataclass(slots=True)
class Traffic:
    """What a page requested of the host of the data."""

    prefix: str
    urls: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    size_bytes: int = 0
    """Of the bodies of the data's answers, as far as they state their size."""

    def watch(self, page: Page) -> Traffic:
        """Note each request of the page for the data, and what was answered of all others: the policy stops some."""
        page.on("request", lambda request: self._note(self.urls, request.url, of_data=True))
        page.on("requestfinished", lambda request: self._note(self.others, request.url, of_data=False))
        page.on("response", lambda response: self._weigh(response))
        return self

    def _weigh(self, response: Any) -> None:
        if response.url.startswith(self.prefix) and response.request.method == "GET" and response.ok:
            self.size_bytes += int(response.headers.get("content-length", 0))

    def _note(self, urls: list[str], url: str, *, of_data: bool) -> None:
        if url.startswith(self.prefix) == of_data:
            urls.append(url)


def stored_bytes(folder: Path) -> int:
    """Return the size of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def look(page: Page) -> None:
    """Open the viewer and wait until everything is drawn."""
    page.get_by_role("button", name="Open viewer").click()
    wait(page)


def wait(page: Page) -> None:
    """Wait until everything that the view needs is drawn."""
    expect(page.locator("image-viewer")).to_have_attribute("aria-busy", "false")


def canvas_of(page: Page) -> Pixels:
    """Return the canvas as (y, x, rgb)."""
    text = page.locator(CANVAS).evaluate(DATA_URL)
    content = base64.b64decode(text.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def view_of(image: Path, zoom: float = 1.0) -> str:
    """Return the fragment of the view of the middle of an image at a zoom; 1: a pixel on each of the canvas."""
    info, _, size = _read(image, None)
    del info
    return f"x={size[1] / 2}&y={size[0] / 2}&zoom={zoom}"


def draw_plane(image: Path, level: str | None = None, *, z: int | None = None, t: int | None = None) -> Pixels:
    """Return the plane of an image as the package draws it, (y, x, rgb); z and t: the author's, else the middle."""
    info, planes, _ = _read(image, level, z=z, t=t)
    if info.is_label:
        drawn = draw_labels(planes, info)
    elif is_rgb(planes, info):
        drawn = draw_rgb(planes)
    else:
        drawn = draw_channels(planes.data, choose_styles([planes], info))
    return np.asarray(drawn.convert("RGB"))


def read_image(image: Path) -> ImageInfo:
    """Return the metadata of an image."""
    return _read(image, None)[0]


def _read(
    image: Path, level: str | None, *, z: int | None = None, t: int | None = None
) -> tuple[ImageInfo, DecodedPlanes, tuple[int, int]]:
    names = (".zgroup", ".zattrs", "zarr.json")
    node = read_node({name: (image / name).read_bytes() for name in names if (image / name).exists()})
    paths = [each.path for each in node.datasets]
    arrays = {path: zarr.open_array(image / path, mode="r") for path in paths if (image / path).exists()}
    finest = max(arrays, key=lambda path: np.prod(arrays[path].shape))
    array = arrays[level or finest]
    info = ImageInfo(
        levels=(Level(path=finest, shape=array.shape),),
        axes=node.axes,
        channels=node.metadata.channels,
        grayscale=node.greyscale,
        is_label=node.is_label,
        label_colors=node.label_colors or {},
    )
    at = find_axes(node.axes, array.shape)
    assert at
    index: list[Any] = [0] * array.ndim
    index[at.y] = index[at.x] = slice(None)
    count = 1 if at.c is None else array.shape[at.c]
    channels = choose_channels(info, count)
    defaults = ((at.z, z, node.default_z, True), (at.t, t, node.default_t, False))
    for axis, wanted, default, from_middle in defaults:
        if axis is not None:
            middle = array.shape[axis] // 2 if from_middle else 0
            index[axis] = next(each for each in (wanted, default, middle) if each is not None)
    layers = []
    for channel in channels:
        if at.c is not None:
            index[at.c] = channel
        plane = np.asarray(array[tuple(index)])
        layers.append(plane if at.y < at.x else plane.T)
    data = np.stack(layers).astype(layers[0].dtype.newbyteorder("="))
    return info, DecodedPlanes(data=data, channels=channels, empty=False), data.shape[1:]


def place(picture: Pixels, canvas: Pixels) -> tuple[Pixels, Pixels]:
    """Return the parts of a picture and of a canvas that show the same, where the middle of both is the same."""
    parts = [_overlap(own, other) for own, other in zip(picture.shape[:2], canvas.shape[:2], strict=True)]
    return picture[parts[0][0], parts[1][0]], canvas[parts[0][1], parts[1][1]]


def _overlap(own: int, other: int) -> tuple[slice, slice]:
    start = int(np.floor(other / 2 - own / 2 + 0.5))
    first, last = max(0, start), min(other, start + own)
    return slice(first - start, last - start), slice(first, last)


def correlate(one: Pixels, other: Pixels) -> float:
    """Return the correlation of two pictures; 1 where both have one color, and the same."""
    assert one.shape == other.shape
    if one.std() == 0 or other.std() == 0:
        return float(np.array_equal(one, other))
    return float(np.corrcoef(one.astype(float).ravel(), other.astype(float).ravel())[0, 1])


@contextmanager
def viewer_page(browser: Any, made: Viewing, path: str, **options: Any) -> Iterator[Page]:
    """Give a page of the site, at a path that may have a fragment."""
    with opened(browser, made.site_address, **options) as page:
        page.goto(path)
        yield page
