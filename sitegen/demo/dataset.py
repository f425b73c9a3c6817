"""One row of the demo's plan: a dataset, how its store is made, and what its list says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from sitegen.demo import cells, stores
from sitegen.demo.micrograph import Micrograph
from sitegen.demo.stores import Style

Draw = Callable[[], Micrograph]
Write = Callable[[Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset: where, how to make it, and what is said about it."""

    path: str
    """Below the demo's folder; the first segment is the institution."""
    write: Write | None
    """Makes the store in a folder; None for one that is listed, and gone."""
    name: str = ""
    about: str = ""
    organism: str = ""
    modality: str = ""
    license: str = ""
    crate: bool = False
    """The store brings an RO-Crate that says all this."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Other columns of its row."""


def picture(draw: Draw, style: Style) -> Write:
    """Return how to store one image."""
    return lambda folder: stores.write_image(folder, draw(), style)


def plate(name: str, wells: Callable[[], dict[str, list[Micrograph]]], style: Style, first: int = 0) -> Write:
    """Return how to store a plate whose fields are called `first`, `first` + 1, …"""
    return lambda folder: stores.write_plate(folder, name, wells(), style, first)


def series(draws: Mapping[str, Draw], style: Style, *, ome_group: bool) -> Write:
    """Return how to store a series of images."""
    return lambda folder: stores.write_series(
        folder, {path: draw() for path, draw in draws.items()}, style, ome_group=ome_group
    )


def screen(rows: str, columns: int, *, seed: int, missing: str = "", fields: int = 1) -> dict[str, list[Micrograph]]:
    """Return the wells of a screen: density falls along the columns, each row has its phenotype."""
    wells = {}
    for number, row in enumerate(rows):
        for column in range(1, columns + 1):
            path = f"{row}/{column}"
            if path in missing.split():
                continue
            draw = partial(
                cells.well,
                cells=max(48 - 7 * column, 4),
                giant=row == "C",
                bright={"A": 1.3, "B": 0.25, "C": 0.9}.get(row, 0.6),
            )
            wells[path] = [draw(seed + 100 * number + 10 * column + field) for field in range(fields)]
    return wells


def hot_pixel(seed: int) -> Micrograph:
    """Return a dim image with one pixel that is not, and no hint how to show it."""
    drawn = cells.culture(seed, size_px=384)
    pixels = drawn.pixels.copy()
    pixels[:, 100, 200] = 65535
    return replace(drawn, pixels=pixels, looks=())


def with_axes(drawn: Micrograph, axes: str) -> Micrograph:
    """Return the image with more axes; those that it lacks are one long."""
    missing = tuple(number for number, letter in enumerate(axes) if letter not in drawn.axes)
    return replace(drawn, pixels=np.expand_dims(drawn.pixels, missing), axes=axes, labels=None)
