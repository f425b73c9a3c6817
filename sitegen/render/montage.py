"""The montage of a plate: its wells in their positions, drawn alike.

Wells share colors and intensity windows, because a plate is looked at to compare them.
Three kinds of wells without a picture are told apart: not read, absent from the store,
and not listed by the plate's metadata. Pure functions; `render_montage` runs in a worker
process.

Trade-off: a well is a few dozen pixels wide and shows its first field alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence

from PIL import Image, ImageDraw

from sitegen.model import Problem
from sitegen.pixels.decoding import DecodedPlanes, decode_planes
from sitegen.pixels.image import ImageInfo
from sitegen.render.channels import choose_styles, draw_channels, draw_labels, draw_rgb, is_rgb
from sitegen.render.encoding import PREVIEW_WEBP, encode
from sitegen.render.values import EncodedImage, FetchedWell, Montage, WellPosition

_Box = tuple[int, int, int, int]
"""Left, top, right and bottom of a rectangle in pixels; the last two belong to it."""
_MIN_CELL_PX, _MAX_CELL_PX = 6, 128
_BACKGROUND, _LISTED, _UNLISTED = (12, 14, 17), (44, 49, 56), (22, 25, 29)
_SELECTED, _CROSS = (64, 196, 214), (120, 128, 138)


def render_montage(
    wells: Sequence[FetchedWell],
    *,
    rows: int,
    columns: int,
    listed: Collection[WellPosition],
    absent: Collection[WellPosition] = (),
    longest_px: int = 1024,
) -> Montage:
    """Return the picture of a plate.

    Parameters
    ----------
    wells
        Those that were read; the first one is outlined.
    rows, columns
        Of the plate.
    listed
        Positions of the wells that the plate's metadata list.
    absent
        Positions of listed wells that are not in the store.
    longest_px
        Longer side of the picture, at most, unless the wells would become too small.

    """
    decoded = {well.position: decode_planes(well.plan, well.fetched) for well in wells}
    pixels = {
        position: planes
        for position, planes in decoded.items()
        if isinstance(planes, DecodedPlanes) and not planes.empty
    }
    problems = tuple(planes for planes in decoded.values() if isinstance(planes, Problem))[:1]
    cells = _draw_alike(pixels, wells[0].plan.image) if wells else {}
    selected = wells[0].position if wells else None
    picture = draw_montage(
        cells, rows=rows, columns=columns, listed=listed, absent=absent, selected=selected, longest_px=longest_px
    )
    return Montage(preview=picture, empty=not cells, drawn=tuple(cells), problems=problems)


def _draw_alike(pixels: Mapping[WellPosition, DecodedPlanes], image: ImageInfo) -> dict[WellPosition, Image.Image]:
    """Return the wells drawn alike; those with other channels or another type than the first are left out."""
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
    selected: WellPosition | None = None,
    longest_px: int = 1024,
) -> EncodedImage:
    """Return the pictures of wells in their positions; absent wells are crossed out, the selected one is outlined.

    Parameters as for `render_montage`.
    """
    pitch = min(max(longest_px // max(rows, columns, 1), _MIN_CELL_PX), _MAX_CELL_PX)
    gap = 1 if pitch < 24 else 2
    canvas = Image.new("RGB", (columns * pitch + gap, rows * pitch + gap), _BACKGROUND)
    draw = ImageDraw.Draw(canvas)
    for position in itertools.product(range(rows), range(columns)):
        left, top = position[1] * pitch + gap, position[0] * pitch + gap
        box = (left, top, left + pitch - gap - 1, top + pitch - gap - 1)
        draw.rectangle(box, fill=_UNLISTED if position in absent or position not in listed else _LISTED)
        if position in absent:
            _draw_cross(draw, box)
        if position in cells:
            canvas.paste(_crop_square(cells[position], pitch - gap), (left, top))
        if position == selected:
            draw.rectangle((left - 1, top - 1, box[2] + 1, box[3] + 1), outline=_SELECTED, width=gap)
    return encode(canvas, PREVIEW_WEBP)


def _draw_cross(draw: ImageDraw.ImageDraw, box: _Box) -> None:
    left, top, right, bottom = box
    inset = (right - left) // 4
    left, top, right, bottom = left + inset, top + inset, right - inset, bottom - inset
    draw.line((left, top, right, bottom), fill=_CROSS, width=1 + inset // 8)
    draw.line((left, bottom, right, top), fill=_CROSS, width=1 + inset // 8)


def _crop_square(cell: Image.Image, size_px: int) -> Image.Image:
    """Return the square in the middle of a picture, scaled to this size."""
    side = min(cell.size)
    left, top = (cell.width - side) // 2, (cell.height - side) // 2
    return cell.crop((left, top, left + side, top + side)).resize((size_px, size_px), Image.Resampling.HAMMING)
