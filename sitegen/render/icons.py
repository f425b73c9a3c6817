"""Icons of a catalog in other sizes: squares in PNG. Pure, but for reading the file."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

_GROUND = "#ffffff"
"""Below transparent parts of a home screen's icon, which is black there otherwise."""
_MARGIN = 0.1
"""Of a home screen's icon on each side, whose corners are cut off."""


def render_icon(path: Path, side_px: int, *, opaque: bool) -> bytes:
    """Return a picture as a square PNG; opaque: on white, with a margin."""
    with Image.open(path) as picture:
        square = picture.convert("RGBA")
    inner = (
        round(side_px * (1 - 2 * _MARGIN)) if opaque and square.getchannel("A").getextrema() != (255, 255) else side_px
    )
    scaled = square.resize((inner, inner), Image.Resampling.LANCZOS)
    canvas = Image.new("RGBA", (side_px, side_px), _GROUND if opaque else (0, 0, 0, 0))
    at = (side_px - inner) // 2
    canvas.alpha_composite(scaled, (at, at))
    out = io.BytesIO()
    (canvas.convert("RGB") if opaque else canvas).save(out, "PNG", optimize=True)
    return out.getvalue()
