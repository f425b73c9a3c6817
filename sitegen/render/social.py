"""The picture that other sites show with links to a catalog: title and logo beside pictures of its datasets.

1200 × 630 pixels are what Open Graph readers show whole (https://ogp.me). The same catalog gives the same bytes, so
the font is the one that comes with Pillow. It has the characters of English alone: a title with others is left out,
as the words beside the picture say it anyway.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
GRIDS = ((4, 3), (2, 2), (1, 1))
"""Columns and rows of pictures: the first that can be filled is taken."""
MOST_PICTURES = 12
_GROUND = (11, 12, 13)
"""`--picture-ground` of `assets/css/tokens.css`."""
_PANEL = 480
"""Width of the part that has the words."""
_MARGIN = 56
_LOGO = (368, 150)
"""Largest width and height of the logo."""
_TITLE_PX = (64, 56, 48, 42, 36, 32)
"""Sizes of the title: the largest that fits is taken."""
_LINE = 1.2
_QUALITY = 85


def render_social_picture(title: str, pictures: Sequence[Path], *, accent: str, logo: Path | None = None) -> bytes:
    """Return the picture in JPEG.

    Parameters
    ----------
    title
        Of the catalog.
    pictures
        Thumbnails of its datasets, best first; at most MOST_PICTURES are shown.
    accent
        Color of the ground of the title, dark enough for white words.
    logo
        A picture of pixels.

    """
    canvas = Image.new("RGB", SIZE, _GROUND)
    panel = _PANEL if pictures else SIZE[0]
    _draw_pictures(canvas, pictures, left=panel)
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((0, 0, panel - 1, SIZE[1]), fill="#ffffff" if logo else accent)
    draw.rectangle((0, 0, 15, SIZE[1]), fill=accent)
    top = _draw_logo(canvas, logo) if logo else _MARGIN
    _draw_title(draw, title, (panel - _MARGIN - 40, top), fill="#1b1f22" if logo else "#ffffff")
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _draw_pictures(canvas: Image.Image, pictures: Sequence[Path], *, left: int) -> None:
    """Fill the rest of the canvas with pictures."""
    columns, rows = next((each for each in GRIDS if each[0] * each[1] <= len(pictures)), (1, 0))
    width, height = (SIZE[0] - left) / columns, SIZE[1] / max(rows, 1)
    for path, place in zip(pictures, range(columns * rows), strict=False):
        row, column = divmod(place, columns)
        x, y = round(left + column * width), round(row * height)
        size = (round(left + (column + 1) * width) - x - 2, round((row + 1) * height) - y - 2)
        with Image.open(path) as picture:
            canvas.paste(_filled(picture.convert("RGB"), size), (x + 2, y + 1))


def _filled(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the middle of a picture, as large as fits the proportions of a place, scaled to it."""
    scale = min(picture.width / size[0], picture.height / size[1])
    width, height = size[0] * scale, size[1] * scale
    left, top = (picture.width - width) / 2, (picture.height - height) / 2
    return picture.resize(size, Image.Resampling.LANCZOS, box=(left, top, left + width, top + height))


def _draw_logo(canvas: Image.Image, path: Path) -> int:
    """Draw the logo at the top left; return where what follows begins."""
    with Image.open(path) as picture:
        logo = picture.convert("RGBA")
    scale = min(_LOGO[0] / logo.width, _LOGO[1] / logo.height)
    logo = logo.resize((max(1, round(logo.width * scale)), max(1, round(logo.height * scale))))
    canvas.paste(logo, (_MARGIN, _MARGIN), logo)
    return _MARGIN + logo.height + 40


def _draw_title(draw: ImageDraw.ImageDraw, title: str, room: tuple[int, int], *, fill: str) -> None:
    """Draw the title below `room[1]`, at most `room[0]` wide."""
    if not (title.isascii() and title.isprintable()):
        return
    width, top = room
    for size in _TITLE_PX:
        font = ImageFont.load_default(size)
        lines = _lines(draw, title, font, width)
        most = int((SIZE[1] - top - _MARGIN) / (size * _LINE))
        if len(lines) <= most and all(draw.textlength(line, font) <= width for line in lines):
            break
    for number, line in enumerate(lines[:most]):
        draw.text((_MARGIN, top + number * size * _LINE), line, font=font, fill=fill)


def _lines(
    draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int
) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and draw.textlength(longer, font) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
