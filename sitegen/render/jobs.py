"""The jobs of processes that draw, as functions that a process can send without being able to draw.

Each imports what it needs when it is called: numpy, Pillow and numcodecs cost a process 25 MB and 0.3 s (measured), and
those that inspect datasets call none of these functions themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sitegen.pixels.fetched import FetchedChunks
from sitegen.pixels.read_plan import ReadPlan
from sitegen.render.values import FetchedWell, Montage, RenderedImages, WellPosition


def render_image(plan: ReadPlan, fetched: FetchedChunks) -> RenderedImages:
    """Return the result of `sitegen.render.image.render_image`."""
    from sitegen.render import image

    return image.render_image(plan, fetched)


def render_montage(
    wells: Sequence[FetchedWell],
    *,
    rows: int,
    columns: int,
    listed: Collection[WellPosition],
    absent: Collection[WellPosition],
    longest_px: int,
) -> Montage:
    """Return the result of `sitegen.render.montage.render_montage`."""
    from sitegen.render import montage

    return montage.render_montage(
        wells, rows=rows, columns=columns, listed=listed, absent=absent, longest_px=longest_px
    )


def render_overlay(
    image_plan: ReadPlan, image_chunks: FetchedChunks, label_plan: ReadPlan, label_chunks: FetchedChunks
) -> RenderedImages:
    """Return the result of `sitegen.render.overlay.render_overlay`."""
    from sitegen.render import overlay

    return overlay.render_overlay(image_plan, image_chunks, label_plan, label_chunks)


def reencode(supplied: bytes, *, thumbnail_px: int, preview_px: int) -> RenderedImages:
    """Return the result of `sitegen.render.supplied.reencode`."""
    from sitegen.render import supplied as pictures

    return pictures.reencode(supplied, thumbnail_px=thumbnail_px, preview_px=preview_px)


def reencode_if_small(supplied: bytes, *, thumbnail_px: int, preview_px: int) -> RenderedImages | None:
    """Return the result of `sitegen.render.supplied.reencode_if_small`."""
    from sitegen.render import supplied as pictures

    return pictures.reencode_if_small(supplied, thumbnail_px=thumbnail_px, preview_px=preview_px)
