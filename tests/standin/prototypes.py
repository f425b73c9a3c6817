"""The stores of the stand-in, in families like those of the real lists, and the choice of a store for each row.

Nearly all data of the Challenge are Zarr v3 with OME-Zarr 0.5, mostly sharded. Sizes, chunks and shards are those
that its lists state, or simpler ones close to them.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from standin.rewriting import Hints
from standin.stores import Prototype

_ONE, _TWO, _FOUR = ("FFFFFF",), ("00FF00", "FF00FF"), ("0000FF", "00FF00", "FF0000", "FFFF00")


def _slide(y: int, x: int, levels: int) -> Prototype:
    return Prototype(axes="tczyx", shape=(1, 3, 1, y, x), chunks=(1, 1, 1, 512, 512), shards=(1, 3, 1, 1024, 1024),
                     dtype="uint8", levels=levels)  # fmt: skip


def _stack(t: int, z: int, y: int, x: int, colors: tuple[str, ...], **more: object) -> Prototype:
    c = len(colors)
    settings = {"chunks": (1, 1, 1, 256, 256), "shards": (1, 1, 1, 1024, 1024), "levels": 5} | more
    return Prototype(axes="tczyx", shape=(t, c, z, y, x), colors=colors, **settings)  # type: ignore[arg-type]


def _plate(rows: int, columns: int, fields: int, c: int, y: int, x: int, **more: object) -> Prototype:
    settings = {"chunks": (1, 1, 1, y, x), "shards": (1, c, 1, y, x), "levels": 3} | more
    return Prototype(axes="tczyx", shape=(1, c, 1, y, x), rows=rows, columns=columns, fields=fields,
                     colors=_FOUR[:c], **settings)  # type: ignore[arg-type]  # fmt: skip


FAMILIES: Mapping[str, tuple[Prototype, ...]] = {
    "slide": tuple(
        _slide(y, x, levels)
        for y, x, levels in [
            (24_000, 38_000, 7), (18_432, 30_720, 7), (40_960, 61_440, 7), (12_288, 20_480, 6),
            (9_000, 15_000, 6), (30_000, 22_000, 7), (6_144, 8_192, 5), (52_000, 44_000, 7),
        ]
    ),
    "image": (
        _stack(1, 1, 2048, 2048, _TWO), _stack(1, 30, 1024, 1024, _FOUR), _stack(1, 1, 5460, 3640, _ONE, dtype="uint8"),
        _stack(60, 1, 1024, 1024, _TWO), _stack(1, 190, 2048, 2048, _ONE, levels=6), _stack(9, 40, 1200, 1300, _TWO),
        _stack(1, 1, 2700, 2700, _FOUR, levels=6), _stack(1, 5, 1536, 1536, _FOUR, labels=True),
        _stack(150, 1, 512, 512, _ONE, levels=5), _stack(1, 12, 4096, 4096, _FOUR, levels=6, dtype="uint8"),
    ),
    "photograph": tuple(
        Prototype(axes="tczyx", shape=(1, 3, z, y, x), chunks=(1, 1, 1, 1024, 1024), shards=(1, 3, 1, 1024, 1024),
                  dtype="uint8", levels=levels)
        for z, y, x, levels in [(80, 5464, 8192, 6), (64, 5464, 8192, 6), (40, 3648, 5472, 6), (1, 5464, 8192, 6)]
    ),
    "czyx": tuple(
        Prototype(axes="czyx", shape=(len(colors), z, y, x), chunks=(1, 1, min(y, 512), min(x, 512)),
                  shards=(len(colors), 1, min(y, 512), min(x, 512)), levels=5, colors=colors, labels=labels)
        for colors, z, y, x, labels in [
            (_TWO, 236, 1024, 1024, True), (_FOUR, 25, 2048, 2048, False), (_TWO, 10, 1020, 1344, False),
        ]
    ),
    "zyx": tuple(
        Prototype(axes="zyx", shape=(z, y, x), chunks=(16, 128, 128), shards=(64, 512, 512), levels=5, dtype=dtype)
        for z, y, x, dtype in [(600, 3000, 3000, "uint8"), (192, 2048, 2048, "uint16"), (340, 4096, 4096, "uint16")]
    ),
    "yx": tuple(
        Prototype(axes="yx", shape=(y, x), chunks=(1024, 1024), shards=(4096, 4096), levels=7, dtype="uint8")
        for y, x in [(120_900, 139_120), (14_780, 20_480)]
    ),
    "cyx": tuple(
        Prototype(axes="cyx", shape=(2, y, y), chunks=(1, 1024, 1024), shards=(2, 2048, 2048), levels=5, colors=_TWO)
        for y in (2048, 4096)
    ),
    "cxyz": tuple(
        Prototype(axes="cxyz", shape=(1, x, y, z), chunks=(1, 32, 32, 32), levels=levels, dtype=dtype)
        for x, y, z, levels, dtype in [
            (4864, 8192, 2494, 5, "uint8"), (7131, 6800, 1096, 5, "uint16"), (2048, 1768, 1964, 4, "uint8"),
        ]
    ),
    "plate": (
        _plate(8, 12, 1, 2, 510, 672), _plate(16, 24, 2, 2, 520, 696), _plate(16, 24, 4, 4, 1080, 1080, shards=None,
               chunks=(1, 1, 1, 540, 540)), _plate(8, 12, 6, 3, 1024, 1280), _plate(4, 6, 4, 4, 2044, 2048,
               chunks=(1, 1, 1, 1024, 1024), shards=(1, 4, 1, 2048, 2048)), _plate(16, 24, 1, 1, 1024, 1344),
    ),
    "series": tuple(
        Prototype(axes="tczyx", shape=(1, 3, 1, y, x), chunks=(1, 1, 1, 512, 512), dtype="uint8", levels=5,
                  series=count)
        for y, x, count in [(4096, 6000, 3), (2048, 3072, 2)]
    ),
    "export": tuple(
        Prototype(axes="zyx", shape=(z, 1024, 1024), chunks=(32, 128, 128), shards=(64, 512, 512), levels=5,
                  below="setup0/timepoint0")
        for z in (192, 322)
    ),
    "old": (
        _stack(1, 1, 2048, 2048, _TWO, version="0.4", shards=None, chunks=(1, 1, 1, 512, 512)),
        _stack(1, 20, 1024, 1024, _FOUR, version="0.4", shards=None),
    ),
}  # fmt: skip
"""Family → its stores."""

SLIDE_HOST = "storage.googleapis.com"
"""The host of the slides of the JAX, which have no RO-Crate and no further cells in their rows."""
VOLUME_HOSTS = ("data-humerus.webknossos.org", "demo.data2-brain.esc.rzg.mpg.de")
"""The hosts of WEBKNOSSOS, whose data have axes c, x, y, z and no RO-Crate."""


def choose(hints: Hints) -> tuple[str, int, bool]:
    """Return family, number in it, and whether there is an RO-Crate; the same for the same row every time.

    Datasets of a study were converted in the same way: they have the same axes and sizes, and all have labels or none.
    """
    number = zlib.crc32(hints.path.encode())
    family = _family(hints, number)
    study = zlib.crc32(hints.path.rpartition("/")[0].encode())
    crate = hints.host not in (SLIDE_HOST, *VOLUME_HOSTS) and study % 8 != 0 and number % 50 != 0
    return family, study // 16 % len(FAMILIES[family]), crate


def _family(hints: Hints, number: int) -> str:
    axes = hints.axes.replace(",", "").replace(" ", "").lower()
    shape = hints.shape.replace(" ", "").split(",")
    if hints.wells:
        return "plate"
    if hints.series0:
        return "export"
    if axes == "cxyz" or hints.host in VOLUME_HOSTS:
        return "cxyz"
    if hints.host == SLIDE_HOST:
        return "slide"
    if axes in ("czyx", "zyx", "yx", "cyx"):
        return axes
    if len(shape) == 5 and shape[1] == "3":
        return "photograph"
    return {0: "series", 1: "old"}.get(number % 97, "image")
