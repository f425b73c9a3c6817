"""What is drawn and what comes of it: values that processes exchange, most of which never draw.

Nothing here imports numpy or Pillow: a process that inspects datasets, and has pictures drawn by others, needs neither.
"""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.model import Problem, Shown
from sitegen.pixels.fetched import FetchedChunks
from sitegen.pixels.read_plan import ReadPlan

WellPosition = tuple[int, int]
"""(row, column) of a well, beginning with 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedImage:
    """A picture in WebP or AVIF."""

    content: bytes
    width: int
    height: int

    @property
    def suffix(self) -> str:
        """The ending of its file name."""
        return ".webp" if self.content.startswith(b"RIFF") else ".avif"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedImages:
    """The pictures of one dataset; where there are none, a problem says why."""

    thumbnail: EncodedImage | None = None
    preview: EncodedImage | None = None
    """None where it would hardly be larger than the thumbnail."""
    shown: Shown | None = None
    empty: bool = False
    """Whether there was nothing but fill value to draw; another plane or well may have more to show."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedWell:
    """One well, and the encoded chunks of its first field."""

    position: WellPosition
    plan: ReadPlan
    fetched: FetchedChunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Montage(RenderedImages):
    """The picture of a plate, as `preview` alone."""

    drawn: tuple[WellPosition, ...] = ()
    """Positions of the wells that it shows."""


def pitch_of(width_px: int, columns: int) -> int:
    """Return the distance of wells in a montage of this width, in pixels; what is left of the width is the gap."""
    return (width_px - 1) // max(columns, 1)
