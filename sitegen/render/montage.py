"""Pictures made of several: a plate's wells in place, and labels over their image.

Wells share their contrast, because a plate is looked at to compare them: limits are of
all wells together. Wells that the plate lists but that were not read, and places without
a well, are told apart. Pure functions; `render_montage` and `render_overlay` are what a
worker process runs.

Trade-off: a well is a few dozen pixels, drawn from its first field alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from sitegen.model import Problem
from sitegen.pixels.levels import ImageInfo
from sitegen.pixels.selection import DecodedPlanes, FetchedChunks, ReadPlan, decode
from sitegen.render.colormaps import label_colors
from sitegen.render.image import (
    PREVIEW_WEBP,
    EncodedImage,
    RenderedImages,
    choose_styles,
    draw_channels,
    draw_labels,
    draw_photograph,
    encode,
    fit,
    is_rgb,
)  # fmt: skip

Place = tuple[int, int]
"""(row, column) of a well, the first being 0."""

_LEAST_CELL_PX, _MOST_CELL_PX = 6, 128
_GROUND, _LISTED, _UNLISTED = (12, 14, 17), (44, 49, 56), (22, 25, 29)
_CHOSEN, _CROSS = (64, 196, 214), (120, 128, 138)
_LABEL_OPACITY = 102
"""Of 255."""
_OUTLINE_OF = 300
"""Pixels of the longer side for each pixel of an outline's width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WellRead:
    """What was read of one well."""

    place: Place
    plan: ReadPlan
    fetched: FetchedChunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Montage(RenderedImages):
    """The picture of a plate, `preview` alone."""

    drawn: tuple[Place, ...] = ()
    """Places of the wells that it shows."""


def render_montage(
    wells: Sequence[WellRead],
    *,
    rows: int,
    columns: int,
    listed: Collection[Place],
    absent: Collection[Place] = (),
    longest_px: int = 1024,
) -> Montage:
    """Return the picture of a plate; the first of the wells read is outlined.

    listed: places of the wells that the plate's metadata name; absent: those of them that are not there.
    """
    decoded = {well.place: decode(well.plan, well.fetched) for well in wells}
    pixels = {
        place: planes for place, planes in decoded.items() if isinstance(planes, DecodedPlanes) and not planes.empty
    }
    problems = tuple(planes for planes in decoded.values() if isinstance(planes, Problem))[:1]
    cells = _draw_alike(pixels, wells[0].plan.subject) if wells else {}
    chosen = wells[0].place if wells else None
    picture = montage(
        cells, rows=rows, columns=columns, listed=listed, absent=absent, chosen=chosen, longest_px=longest_px
    )
    return Montage(preview=picture, empty=not cells, drawn=tuple(cells), problems=problems)


def _draw_alike(pixels: Mapping[Place, DecodedPlanes], subject: ImageInfo) -> dict[Place, Image.Image]:
    """Return the wells drawn with the same colours and limits; one with other channels than the first is left out."""
    if not pixels:
        return {}
    first = next(iter(pixels.values()))
    alike = {
        place: planes
        for place, planes in pixels.items()
        if planes.channels == first.channels and planes.data.dtype == first.data.dtype
    }
    if subject.is_label:
        return {place: draw_labels(planes, subject) for place, planes in alike.items()}
    if is_rgb(first, subject):
        return {place: draw_photograph(planes) for place, planes in alike.items()}
    paints = choose_styles(list(alike.values()), subject)
    return {place: draw_channels(planes.data, paints) for place, planes in alike.items()}


def montage(
    cells: Mapping[Place, Image.Image],
    *,
    rows: int,
    columns: int,
    listed: Collection[Place],
    absent: Collection[Place] = (),
    chosen: Place | None = None,
    longest_px: int = 1024,
) -> EncodedImage:
    """Return a plate's wells in place, as large as `longest_px` allows; those that are absent are crossed out."""
    pitch = min(max(longest_px // max(rows, columns, 1), _LEAST_CELL_PX), _MOST_CELL_PX)
    gap = 1 if pitch < 24 else 2
    sheet = Image.new("RGB", (columns * pitch + gap, rows * pitch + gap), _GROUND)
    pen = ImageDraw.Draw(sheet)
    for row in range(rows):
        for column in range(columns):
            place = row, column
            left, top = column * pitch + gap, row * pitch + gap
            cell = cells.get(place)
            box = (left, top, left + pitch - gap - 1, top + pitch - gap - 1)
            pen.rectangle(box, fill=_UNLISTED if place in absent or place not in listed else _LISTED)
            if place in absent:
                _cross_out(pen, box)
            if cell is not None:
                sheet.paste(_square(cell, pitch - gap), (left, top))
            if place == chosen:
                pen.rectangle((left - 1, top - 1, box[2] + 1, box[3] + 1), outline=_CHOSEN, width=gap)
    return encode(sheet, PREVIEW_WEBP)


def _cross_out(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    inset = (right - left) // 4
    left, top, right, bottom = left + inset, top + inset, right - inset, bottom - inset
    pen.line((left, top, right, bottom), fill=_CROSS, width=1 + inset // 8)
    pen.line((left, bottom, right, top), fill=_CROSS, width=1 + inset // 8)


def _square(cell: Image.Image, size: int) -> Image.Image:
    """Return the middle of a field, filling its place."""
    side = min(cell.size)
    left, top = (cell.width - side) // 2, (cell.height - side) // 2
    return cell.crop((left, top, left + side, top + side)).resize((size, size), Image.Resampling.HAMMING)


def render_overlay(
    image: ReadPlan, image_fetched: FetchedChunks, label: ReadPlan, label_fetched: FetchedChunks
) -> RenderedImages:
    """Return the image with a label image over it, `preview` alone.

    Both plans must be of the whole plane at the same z and t. Objects are tinted, their outlines in full colour.
    """
    planes, labels = decode(image, image_fetched), decode(label, label_fetched)
    if isinstance(planes, Problem) or isinstance(labels, Problem):
        return RenderedImages(problems=tuple(each for each in (planes, labels) if isinstance(each, Problem)))
    if is_rgb(planes, image.subject):
        drawn = draw_photograph(planes)
    else:
        drawn = draw_channels(planes.data, choose_styles([planes], image.subject))
    ground = np.asarray(fit(drawn, image.budget.preview_px, planes.pixel_size, smooth=True))
    tinted = overlay(ground, labels.data[0], label.subject)
    return RenderedImages(preview=encode(Image.fromarray(tinted), PREVIEW_WEBP), empty=labels.empty)


def overlay(ground: np.ndarray[Any, Any], labels: np.ndarray[Any, Any], subject: ImageInfo) -> np.ndarray[Any, Any]:
    """Return the ground, (y, x, rgb), with labels, (y, x) of any size, over it."""
    height, width = ground.shape[:2]
    rows = np.arange(height) * labels.shape[0] // height
    columns = np.arange(width) * labels.shape[1] // width
    near = labels[np.ix_(rows, columns)]
    outlined = _outlines(near, max(1, max(near.shape) // _OUTLINE_OF))
    opacity = np.where(near == 0, 0, np.where(outlined, 255, _LABEL_OPACITY)).astype(np.uint8)
    layers = (label_colors(near, subject.label_colors), ground, opacity)
    return np.asarray(Image.composite(*map(Image.fromarray, layers)))  # by numpy it takes ten times as long (measured)


def _outlines(labels: np.ndarray[Any, Any], width: int) -> np.ndarray[Any, Any]:
    """Return which pixels lie at most `width` from another object or the background, along y or x."""
    edge = np.zeros(labels.shape, bool)
    for step in range(1, width + 1):
        beside, below = labels[:, step:] != labels[:, :-step], labels[step:] != labels[:-step]
        edge[:, step:] |= beside
        edge[:, :-step] |= beside
        edge[step:] |= below
        edge[:-step] |= below
    return edge
