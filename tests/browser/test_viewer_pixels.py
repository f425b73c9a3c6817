"""The viewer's pixels are those that zarr reads and the package draws, for every way in which images are stored."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numcodecs  # type: ignore[import-untyped]  # it has no types
import numpy as np
import pytest
import zarr
import zarr.codecs
from browser.screens import Page, opened
from browser.viewing import Viewing, canvas_of, correlate, draw_plane, place, view_of, viewing, wait
from drawn import write_pixels

from sitegen.demo import plan

pytestmark = pytest.mark.browser

# Of the demo: every kind, version, codec, order of axes and data type, and each way of sharding.
DEMO: Mapping[str, str] = {
    "formats/version-0.1.zarr": "",
    "formats/version-0.2.zarr": "",
    "formats/version-0.3.zarr": "",
    "formats/version-0.6.zarr": "",
    "formats/scene.zarr": "right",
    "formats/well.zarr": "1",
    "formats/labels.zarr": "nuclei",
    "formats/timepoints.zarr": "setup0/timepoint0",
    "formats/hot-pixel.zarr": "",
    "formats/two-scales.zarr": "",
    "formats/unordered.zarr": "",
    "cell-imaging/mitosis-film.ome.zarr": "",
    "cell-imaging/mitosis-film-2.ome.zarr": "",
    "cell-imaging/psf-beads.ome.zarr": "",
    "archive/demo0001/rad52-foci.ome.zarr": "",
    "archive/demo0001/tonsil-follicle.ome.zarr": "",
    "archive/demo0002/LT0113_01.ome.zarr": "B/5/0",
    "archive/demo0002/LT0114_03.ome.zarr": "B/3/1",
    "archive/demo0003/IMG 1210 Riccia beyrichiana.ome.zarr": "",
    "pathology/smears/film-02.zarr": "",
    "lightsheet/gastrulation-film.ome.zarr": "",
    "lightsheet/calcium-wave.ome.zarr": "",
    "lightsheet/trabecular-bone.ome.zarr": "",
    "gruenau/Kieselalgen.zarr": "",
    "gruenau/Positionen.zarr": "1",
    "em-commons/cortex/color": "",
    "formats/zipped.ozx": "",
}
DTYPES = (
    "bool",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float16",
    "float32",
    "float64",
)
CODECS: Mapping[str, Mapping[str, Any]] = {
    "v2-none": {"zarr_format": 2, "compressors": None},
    "v2-zlib": {"zarr_format": 2, "compressors": numcodecs.Zlib()},
    "v2-lz4": {"zarr_format": 2, "compressors": numcodecs.LZ4()},
    "v2-shuffle": {"zarr_format": 2, "filters": [numcodecs.Shuffle(2)], "compressors": numcodecs.Zstd()},
    "v2-delta": {"zarr_format": 2, "filters": [numcodecs.Delta("<u2")], "compressors": numcodecs.GZip()},
    "v2-fortran": {"zarr_format": 2, "order": "F", "compressors": numcodecs.Blosc("lz4")},
    "v2-blosc-zlib": {"zarr_format": 2, "compressors": numcodecs.Blosc("zlib", shuffle=2)},
    "v2-blosc-blosclz": {"zarr_format": 2, "compressors": numcodecs.Blosc("blosclz")},
    "v3-none": {"compressors": None},
    "v3-gzip-crc": {"compressors": [zarr.codecs.GzipCodec(), zarr.codecs.Crc32cCodec()]},
    "v3-transposed": {"filters": zarr.codecs.TransposeCodec(order=(2, 0, 1)), "compressors": zarr.codecs.ZstdCodec()},
    "v3-sharded-blosc": {"shards": (3, 96, 96), "compressors": zarr.codecs.BloscCodec(cname="lz4")},
    "v3-sharded-none": {"shards": (3, 96, 96), "compressors": None},
    "v2-fill-null": {"zarr_format": 2, "fill_value": None},
}
NOT_FINITE = ("not-finite-float32", "not-finite-float64")
"""Images with NaN, infinities and huge values among their pixels."""
ORDERS = ("yx", "xy", "zyx", "cyx", "yxc", "xyzct", "tzcyx", "ctyx", "cxyz", "ztyx")

TYPED = tuple(f"{dtype}{order}" for dtype in DTYPES for order in ("le", "be"))
IN_V3 = ("int64-v3", "uint64-v3", "float16-v3", "bool-v3")
MADE = (*CODECS, *NOT_FINITE, *IN_V3, *(f"axes-{axes}" for axes in ORDERS), *TYPED)


def make_pixels(axes: str, dtype: str) -> np.ndarray[Any, np.dtype[Any]]:
    """Return pixels that differ along every axis."""
    shape = tuple({"y": 72, "x": 90, "z": 3, "c": 3, "t": 2}[name] for name in axes)
    places = np.indices(shape)
    waves = [
        np.sin(place / (4 + axis) + axis) if name in "yx" else place / 2
        for axis, (name, place) in enumerate(zip(axes, places, strict=True))
    ]
    values = np.asarray(sum(waves))
    scaled = (values - values.min()) / (values.max() - values.min())
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return scaled > 0.5
    top = 1000.0 if kind.kind == "f" else min(np.iinfo(kind).max, 60_000)
    return np.asarray(scaled * top).astype(kind)


def write_made(folder: Path) -> list[str]:
    """Write images of every data type, codec and order of axes; return their names."""
    for dtype in DTYPES:
        for order in "<>":
            pixels = make_pixels("cyx", dtype)
            typed = pixels.astype(pixels.dtype.newbyteorder(order))
            write_pixels(folder / f"{dtype}{'le' if order == '<' else 'be'}.zarr", "cyx", typed, zarr_format=2)
    for name, settings in CODECS.items():
        options = {"chunks": (1, 32, 32), **settings}
        write_pixels(folder / f"{name}.zarr", "cyx", make_pixels("cyx", "uint16"), **options)
    for name in NOT_FINITE:
        pixels = make_pixels("cyx", name.rpartition("-")[2])
        pixels[:, 10:20, 10:20], pixels[:, 30:34], pixels[:, :, 40] = np.nan, np.inf, -np.inf
        pixels[0, 0, 0] = 3e38
        write_pixels(folder / f"{name}.zarr", "cyx", pixels, fill_value=np.nan)
    for name in IN_V3:
        write_pixels(folder / f"{name}.zarr", "cyx", make_pixels("cyx", name.removesuffix("-v3")))
    for axes in ORDERS:
        chunks = tuple({"y": 30, "x": 40}.get(name, 2) for name in axes)
        write_pixels(folder / f"axes-{axes}.zarr", axes, make_pixels(axes, "uint16"), chunks=chunks)
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewing]:
    """A site of a part of the demo and of the images made here."""
    data = tmp_path_factory.mktemp("data")
    for dataset in plan.DATASETS:
        if dataset.path in DEMO and dataset.write:
            dataset.write(data / Path(dataset.path).name)
    for archive in data.glob("*.ozx"):
        zipfile.ZipFile(archive).extractall(unpacked(archive))
    names = [*(Path(path).name for path in DEMO), *write_made(data / "made")]
    paths = [name if (data / name).exists() else f"made/{name}" for name in names]
    deeper = {"timepoints.zarr": "setup0/timepoint0"}
    with viewing(data, tmp_path_factory.mktemp("site"), paths, series0=deeper) as built:
        yield built


@pytest.fixture(scope="module")
def page(browser: Any, made: Viewing) -> Iterator[Page]:
    """One page for all comparisons."""
    with opened(browser, made.site_address) as opened_page:
        yield opened_page


def unpacked(dataset: Path) -> Path:
    """Return where the folder of a dataset is, which may be zipped."""
    return dataset if dataset.is_dir() else dataset.parent / "unpacked" / dataset.name


def compare(page: Page, made: Viewing, name: str, folder: Path, image: str = "") -> tuple[float, float]:
    """Return correlation and mean difference of the viewer's canvas and the package's picture, pixel by pixel."""
    stored = folder / image
    page.goto("about:blank")  # else only the fragment of the page might change
    page.goto(f"{made.site_address}{made.page_of(name)}#look={image}&{view_of(stored)}")
    wait(page)
    level = page.locator("image-viewer").get_attribute("data-level")
    expected, canvas = place(draw_plane(stored, level.removeprefix(f"{image}/")), canvas_of(page))
    return correlate(expected, canvas), float(np.abs(expected.astype(float) - canvas).mean())


@pytest.mark.parametrize("path", DEMO)
def test_datasets_of_the_demo(page: Page, made: Viewing, path: str) -> None:
    """Every kind, version, codec, order of axes and data type looks as the package draws it."""
    name = Path(path).name
    correlation, difference = compare(page, made, name, unpacked(made.data / name), DEMO[path])

    assert correlation > 0.99
    assert difference < 2


@pytest.mark.parametrize("name", MADE)
def test_ways_to_store_an_array(page: Page, made: Viewing, name: str) -> None:
    """Every data type of both byte orders, every codec, and every order of axes gives the same pixels as zarr."""
    correlation, difference = compare(page, made, f"{name}.zarr", made.data / "made" / f"{name}.zarr")

    assert correlation > 0.99
    assert difference < 2
