"""One dataset of the demo: how its store is written, and what its list states about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from sitegen.demo import archives, cells, stores
from sitegen.demo.micrograph import Micrograph
from sitegen.demo.stores import StorageSettings

Draw = Callable[[], Micrograph]
Write = Callable[[Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDataset:
    """A dataset, how to write it, and what its list states."""

    path: str
    """Below the folder of the demo; the first segment is the institution."""
    write: Write | None
    """Writes the store into a folder; None for a dataset that is listed but does not exist."""
    name: str = ""
    description: str = ""
    organism: str = ""
    modality: str = ""
    license: str = ""
    crate: bool = False
    """Whether the store has an RO-Crate that states the same."""
    authors: tuple[tuple[str, str], ...] = ()
    """Given and family names, in its RO-Crate."""
    published: str = ""
    """Day of publication, in its RO-Crate."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Other columns of its row."""


def picture(draw: Draw, settings: StorageSettings) -> Write:
    """Return how to store one image."""
    return lambda folder: stores.write_image(folder, draw(), settings)


def zipped(write: Write) -> Write:
    """Return how to store a dataset in a ZIP archive (RFC-9)."""

    def write_archive(target: Path) -> None:
        store = target.with_suffix(".zarr")
        write(store)
        archives.zip_store(store, target)

    return write_archive


def plate(
    name: str, wells: Callable[[], dict[str, list[Micrograph]]], settings: StorageSettings, first: int = 0
) -> Write:
    """Return how to store a plate; its fields are named `first`, `first` + 1, …"""
    return lambda folder: stores.write_plate(folder, name, wells(), settings, first)


def series(draws: Mapping[str, Draw], settings: StorageSettings, *, ome_group: bool) -> Write:
    """Return how to store a series of images."""
    return lambda folder: stores.write_series(
        folder, {path: draw() for path, draw in draws.items()}, settings, ome_group=ome_group
    )


def screen(rows: str, columns: int, *, seed: int, missing: str = "", fields: int = 1) -> dict[str, list[Micrograph]]:
    """Return the wells of a screen; cells are fewer in each further column, and each row has its phenotype."""
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
    """Return a dim image with one hot pixel and no display settings."""
    drawn = cells.culture(seed, size_px=384)
    pixels = drawn.pixels.copy()
    pixels[:, 100, 200] = 65535
    return replace(drawn, pixels=pixels, channels=())


def with_axes(drawn: Micrograph, axes: str) -> Micrograph:
    """Return the image with further axes of length 1."""
    missing = tuple(number for number, letter in enumerate(axes) if letter not in drawn.axes)
    return replace(drawn, pixels=np.expand_dims(drawn.pixels, missing), axes=axes, labels=None)
