"""Pictures made of several: a plate's wells in position, and labels over their image.

Wells share their contrast, because a plate is looked at to compare them: limits are of
all wells together. Wells that the plate lists but that were not read, and places without
a well, are told apart. Pure functions; `render_montage` and `render_overlay` are what a
worker process runs.

Trade-off: a well is a few dozen pixels, drawn from its first field alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from sitegen.model import Problem
from sitegen.pixels.decoding import DecodedPlanes, decode_planes
from sitegen.pixels.fetching import FetchedChunks
from sitegen.pixels.image import ImageInfo
from sitegen.pixels.read_plan import ReadPlan
from sitegen.render.channels import choose_styles, draw_channels, draw_labels, draw_rgb, is_rgb
from sitegen.render.encoding import PREVIEW_WEBP, EncodedImage, RenderedImages, encode

WellPosition = tuple[int, int]
"""(row, column) of a well, the first being 0."""
_LEAST_CELL_PX, _MOST_CELL_PX = 6, 128
_GROUND, _LISTED, _UNLISTED = (12, 14, 17), (44, 49, 56), (22, 25, 29)
_CHOSEN, _CROSS = (64, 196, 214), (120, 128, 138)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedWell:
    """What was read of one well."""

    position: WellPosition
    plan: ReadPlan
    fetched: FetchedChunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Montage(RenderedImages):
    """The picture of a plate, `preview` alone."""

    drawn: tuple[WellPosition, ...] = ()
    """Places of the wells that it shows."""


def render_montage(
    wells: Sequence[FetchedWell],
    *,
    rows: int,
    columns: int,
    listed: Collection[WellPosition],
    absent: Collection[WellPosition] = (),
    longest_px: int = 1024,
) -> Montage:
    """Return the picture of a plate; the first of the wells read is outlined.

    listed: places of the wells that the plate's metadata name; absent: those of them that are not there.
    """
    decoded = {well.position: decode_planes(well.plan, well.fetched) for well in wells}
    pixels = {
        position: planes
        for position, planes in decoded.items()
        if isinstance(planes, DecodedPlanes) and not planes.empty
    }
    problems = tuple(planes for planes in decoded.values() if isinstance(planes, Problem))[:1]
    cells = _draw_alike(pixels, wells[0].plan.image) if wells else {}
    chosen = wells[0].position if wells else None
    picture = draw_montage(
        cells, rows=rows, columns=columns, listed=listed, absent=absent, chosen=chosen, longest_px=longest_px
    )
    return Montage(preview=picture, empty=not cells, drawn=tuple(cells), problems=problems)


def _draw_alike(pixels: Mapping[WellPosition, DecodedPlanes], image: ImageInfo) -> dict[WellPosition, Image.Image]:
    """Return the wells drawn with the same colours and limits; one with other channels than the first is left out."""
    if not pixels:
        return {}
    first = next(iter(pixels.values()))
    alike = {
        position: planes
        for position, planes in pixels.items()
        if planes.channels == first.channels and planes.data.dtype == first.data.dtype
    }
    if image.is_label:
        return {position: draw_labels(planes, image) for position, planes in alike.items()}
    if is_rgb(first, image):
        return {position: draw_rgb(planes) for position, planes in alike.items()}
    styles = choose_styles(list(alike.values()), image)
    return {position: draw_channels(planes.data, styles) for position, planes in alike.items()}


def draw_montage(
    cells: Mapping[WellPosition, Image.Image],
    *,
    rows: int,
    columns: int,
    listed: Collection[WellPosition],
    absent: Collection[WellPosition] = (),
    chosen: WellPosition | None = None,
    longest_px: int = 1024,
) -> EncodedImage:
    """Return a plate's wells in position, as large as `longest_px` allows; those that are absent are crossed out."""
    pitch = min(max(longest_px // max(rows, columns, 1), _LEAST_CELL_PX), _MOST_CELL_PX)
    gap = 1 if pitch < 24 else 2
    sheet = Image.new("RGB", (columns * pitch + gap, rows * pitch + gap), _GROUND)
    pen = ImageDraw.Draw(sheet)
    for row in range(rows):
        for column in range(columns):
            position = row, column
            left, top = column * pitch + gap, row * pitch + gap
            cell = cells.get(position)
            box = (left, top, left + pitch - gap - 1, top + pitch - gap - 1)
            pen.rectangle(box, fill=_UNLISTED if position in absent or position not in listed else _LISTED)
            if position in absent:
                _cross_out(pen, box)
            if cell is not None:
                sheet.paste(_square(cell, pitch - gap), (left, top))
            if position == chosen:
                pen.rectangle((left - 1, top - 1, box[2] + 1, box[3] + 1), outline=_CHOSEN, width=gap)
    return encode(sheet, PREVIEW_WEBP)


def _cross_out(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    inset = (right - left) // 4
    left, top, right, bottom = left + inset, top + inset, right - inset, bottom - inset
    pen.line((left, top, right, bottom), fill=_CROSS, width=1 + inset // 8)
    pen.line((left, bottom, right, top), fill=_CROSS, width=1 + inset // 8)


def _square(cell: Image.Image, size: int) -> Image.Image:
    """Return the middle of a field, filling its position."""
    side = min(cell.size)
    left, top = (cell.width - side) // 2, (cell.height - side) // 2
    return cell.crop((left, top, left + side, top + side)).resize((size, size), Image.Resampling.HAMMING)
