"""How large pictures are shown: small ones larger than they are, long ones by their middle. Pure functions.

`fillPicture` in `assets/js/home/dom.js` gives the same shape.
"""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.model import Picture, PublicFindings

SHOWN_PX = 512
"""Longer side of a dataset page's picture at least, in CSS pixels, as far as ENLARGED allows."""
ENLARGED = 4
"""A picture is not shown larger than this many times: more would be blur."""
BESIDE_PX = 544
"""A picture that is shown no wider has its caption beside it on wide screens."""
LONG = 4
"""Ratio of the sides from which a picture is a stripe in the square of a card, which shows its middle then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSize:
    """How a dataset's page shows its picture."""

    width: int
    height: int
    enlarged: bool
    """Whether it is shown larger than it is."""
    pixels: bool
    """Whether it has fewer pixels than the file, so that they are shown as squares."""
    beside: bool
    """Whether there is room beside it."""


def shown_size(picture: Picture, found: PublicFindings) -> ShownSize:
    """Return how a dataset's page shows its picture."""
    factor = min(ENLARGED, max(1.0, SHOWN_PX / max(picture.width, picture.height, 1)))
    width, height = round(picture.width * factor), round(picture.height * factor)
    return ShownSize(
        width=width,
        height=height,
        enlarged=factor > 1,
        pixels=_has_fewer_pixels(picture, found),
        beside=width <= BESIDE_PX or height >= 2 * width,
    )


def shape_of(picture: Picture) -> str:
    """Return `wide` or `tall` for a picture that would be a stripe in a square; else an empty text."""
    if picture.width >= LONG * picture.height:
        return "wide"
    return "tall" if picture.height >= LONG * picture.width else ""


def _has_fewer_pixels(picture: Picture, found: PublicFindings) -> bool:
    level = next((each for each in found.levels if found.shown and each.path == found.shown.level), None)
    names = [axis.name.lower() for axis in found.axes or ()]
    if level is None or not level.shape or "x" not in names or len(names) != len(level.shape):
        return False
    return 0 < 2 * level.shape[names.index("x")] <= picture.width
