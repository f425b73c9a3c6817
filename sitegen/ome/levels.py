"""The levels of an image from what is already known, without a request for each array.

Level 0 is read; the shapes of the others follow from the ratio of the scales, so that a
build requests the one level that it renders and no more. They are marked as derived
(`exact=False`): writers round odd sizes up or down, so a size may be off by one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sitegen.model import Level
from sitegen.ome.node import Array, DatasetRef

_NEARLY = 1e-3  # pixels: scales are written with few digits


def predict_levels(datasets: Sequence[DatasetRef], level0: Array) -> tuple[Level, ...]:
    """Return every level, finest first; shapes are None where the scales do not give them.

    Chunks are taken to be those of level 0, no larger than the level; shards to be the same.
    """
    first = Level(
        path=datasets[0].path if datasets else "",
        shape=level0.shape,
        chunks=level0.chunks,
        shards=level0.shards,
        scale=datasets[0].scale if datasets else None,
    )
    return (first, *(_predict_level(dataset, first, level0) for dataset in datasets[1:]))


def _predict_level(dataset: DatasetRef, first: Level, level0: Array) -> Level:
    shape = _predict_shape(level0.shape, first.scale, dataset.scale)
    chunks = level0.chunks
    if shape is not None and level0.shards is None:
        chunks = tuple(max(1, min(pair)) for pair in zip(chunks, shape, strict=True))
    return Level(
        path=dataset.path,
        shape=shape,
        chunks=chunks if shape else None,
        shards=level0.shards if shape else None,
        scale=dataset.scale,
        exact=False,
    )


def _predict_shape(
    shape0: tuple[int, ...], scale0: tuple[float, ...] | None, scale: tuple[float, ...] | None
) -> tuple[int, ...] | None:
    """Return the shape of a level whose pixels are `scale / scale0` as large; None if no scale says so."""
    if scale0 is None or scale is None or not len(scale) == len(scale0) == len(shape0):
        return None
    if scale == scale0 or min((*scale, *scale0)) <= 0:
        return None
    return tuple(_shrink(size, s0 / s) for size, s0, s in zip(shape0, scale0, scale, strict=True))


def _shrink(size: int, factor: float) -> int:
    """Return the size times the factor: rounded if nearly whole, else cut, as most writers do; at least 1."""
    exact = min(size * factor, size)  # a coarser level never has more pixels
    whole = round(exact)
    return max(min(size, 1), whole if abs(exact - whole) < _NEARLY * max(1.0, whole / 1000) else int(exact))
