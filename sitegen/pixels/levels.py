"""Which level, plane, channels and region of an image its pictures are drawn from.

Pure arithmetic on metadata: no pixel is asked for before its cost is known. One level
serves both pictures, because requests to one host decide the speed of a whole crawl.
Axes are found by type and name, never by position: `c, x, y, z` exists (OME-ZARR.md, H).

Trade-off: costs are of uncompressed chunks, so most are far too high; a level that
would have fitted the budget may be passed over for a coarser one.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import islice

from sitegen.model import Level, Problem
from sitegen.pixels.axes import find_axes
from sitegen.pixels.cost import ReadCost, estimate_cost
from sitegen.pixels.image import MAX_CHANNELS, ImageInfo, LevelChoice, PictureBudget
from sitegen.pixels.selection import level_layout


def choose_level(image: ImageInfo, budget: PictureBudget) -> LevelChoice | Problem:
    """Return what to read for both pictures, or why nothing can be.

    The finest level that a preview can use, if it costs no more requests than the
    coarsest that fills a thumbnail (or few); else that coarsest one; else the finest
    that the budget allows; else a region in the middle of the coarsest. Ask again with
    `ImageInfo.with_array` if the level chosen is not `exact`.
    """
    if not any(_readable(image, level) for level in image.levels):
        return _no_plane(image)
    for most in (budget.max_channels, 3, 1):
        level_choice = _choose_whole(image, budget, most)
        if level_choice:
            return level_choice
    for most in (3, 1):
        level_choice = _choose_region(image, budget, most)
        if level_choice:
            return level_choice
    return Problem(
        code="picture-budget",
        level="warning",
        message=f"a single chunk is larger than {budget.chunk_bytes // 1_000_000} MB, so no picture was made",
        hint="write smaller chunks, or add a resolution level of about 1,000 pixels",
    )


def _choose_whole(image: ImageInfo, budget: PictureBudget, most: int) -> LevelChoice | None:
    fitting: list[tuple[LevelChoice, ReadCost]] = []  # coarsest first
    ample: list[tuple[LevelChoice, ReadCost]] = []  # those that fill a thumbnail
    for index in reversed(range(len(image.levels))):
        if not _readable(image, image.levels[index]):
            continue
        level_choice = _whole(image, budget, index, most)
        longer = _longer(image, level_choice)
        if ample and longer > 1.5 * budget.preview_px:
            continue  # larger than any picture needs
        cost = estimate_cost(image, level_choice, budget)
        if cost.within(budget):
            fitting.append((level_choice, cost))
            if longer >= budget.thumbnail_px:
                ample.append((level_choice, cost))
    if not ample:
        return fitting[-1][0] if fitting else None
    coarsest, least = ample[0]
    for level_choice, cost in reversed(ample):
        cheap = cost.requests <= max(least.requests, budget.preview_requests)
        if (
            _longer(image, level_choice) <= 1.5 * budget.preview_px
            and cheap
            and cost.read_bytes <= budget.preview_bytes
        ):
            return level_choice
    return coarsest


def _choose_region(image: ImageInfo, budget: PictureBudget, most: int) -> LevelChoice | None:
    """Return the largest region in the middle of the coarsest level that the budget allows."""
    index = max(i for i, level in enumerate(image.levels) if _readable(image, level))
    whole = _whole(image, budget, index, most)
    limits = replace(budget, max_requests=budget.region_requests)
    size = 2 * budget.preview_px
    while size >= 1:
        level_choice = replace(whole, y=_middle(whole.y, size), x=_middle(whole.x, size), whole=False)
        if estimate_cost(image, level_choice, limits).within(limits):
            return level_choice
        size //= 2
    return None


def _no_plane(image: ImageInfo) -> Problem:
    """Return why no level can be read."""
    finest = next((level.shape for level in image.levels if level.shape), ())
    if 0 in finest:
        message = f"there are no pixels to show: the array has the shape {', '.join(map(str, finest))}"
    else:
        message = "no level has a known shape with two axes of space, so there is no plane to show"
    return Problem(
        code="picture-axes", level="warning", where="multiscales/0/axes" if image.axes else "", message=message
    )


def _readable(image: ImageInfo, level: Level) -> bool:
    shape = level.shape
    return bool(shape and level.chunks and min(shape) > 0 and min(level.chunks) > 0 and find_axes(image.axes, shape))


def _whole(image: ImageInfo, budget: PictureBudget, index: int, most: int) -> LevelChoice:
    shape, _, positions = level_layout(image, index)
    step = math.ceil(max(shape[positions.y], shape[positions.x]) / (1.5 * budget.preview_px))
    count = 1 if positions.c is None else shape[positions.c]
    return LevelChoice(
        level=index,
        channels=choose_channels(image, count)[:most],
        y=range(0, shape[positions.y], step),
        x=range(0, shape[positions.x], step),
    )


def _middle(full: range, size: int) -> range:
    """Return the `size` indices in the middle, every one of them."""
    start = max(0, (full.stop - size) // 2)
    return range(start, min(full.stop, start + size))


def _longer(image: ImageInfo, level_choice: LevelChoice) -> int:
    shape, _, positions = level_layout(image, level_choice.level)
    return max(shape[positions.y], shape[positions.x])


def choose_channels(image: ImageInfo, count: int) -> tuple[int, ...]:
    """Return the indices of the channels to draw: those that their author wants shown, else the first ones."""
    stated = image.channels[:count]
    most = 1 if image.greyscale or image.is_label else MAX_CHANNELS
    active = (i for i in range(count) if i >= len(stated) or stated[i].active)
    return tuple(islice(active, most)) or (0,)  # no list of them: `count` is what a stranger wrote
