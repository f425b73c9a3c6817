"""Which level, channels and region of an image its pictures are made from.

Arithmetic on metadata: the cost of a read is known before the first request. One level
serves both pictures, because the number of requests to a host decides how long a crawl
takes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sitegen.model import Level, Problem
from sitegen.model.codes import make_problem
from sitegen.pixels.axes import find_axes
from sitegen.pixels.cost import ReadCost, estimate_cost
from sitegen.pixels.image import MAX_CHANNELS, ImageInfo, LevelChoice, PictureBudget
from sitegen.pixels.selection import level_layout

_PREVIEW_TOLERANCE = 1.5
"""A level this many times longer than a preview is still read without a stride."""
_FEWER_CHANNELS = (3, 1)
"""Tried where all channels together exceed the budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A level that the budget allows."""

    choice: LevelChoice
    cost: ReadCost
    longer_px: int
    """Longer side of its plane."""


def choose_level(image: ImageInfo, budget: PictureBudget) -> LevelChoice | Problem:
    """Return what to read for both pictures, or why nothing can be read.

    The order of preference: the finest level that a preview can use, if it costs no more
    requests than the coarsest level that fills a thumbnail (or `budget.preview_requests`);
    else that coarsest level; else the finest level within the budget; else a region in the
    middle of the coarsest level.

    If the chosen level is not `exact`, read its array and call again with
    `ImageInfo.with_array`.
    """
    if not any(_is_readable(image, level) for level in image.levels):
        return _no_plane(image)
    for max_channels in (budget.max_channels, *_FEWER_CHANNELS):
        level_choice = _choose_whole(image, budget, max_channels)
        if level_choice:
            return level_choice
    for max_channels in _FEWER_CHANNELS:
        level_choice = _choose_region(image, budget, max_channels)
        if level_choice:
            return level_choice
    return make_problem(
        "picture-budget",
        message=f"a single chunk is larger than {budget.chunk_bytes // 1_000_000} MB, so no picture was made",
    )


def choose_channels(image: ImageInfo, count: int) -> tuple[int, ...]:
    """Return the indices of the channels to draw: the active ones, or the first where none is active.

    count: length of the channel axis; it comes from the metadata and may be huge.
    """
    stated = image.channels[:count]
    limit = 1 if image.grayscale or image.is_label else MAX_CHANNELS
    active = (i for i in range(count) if i >= len(stated) or stated[i].active)
    return tuple(islice(active, limit)) or (0,)


def _choose_whole(image: ImageInfo, budget: PictureBudget, max_channels: int) -> LevelChoice | None:
    """Return the level whose whole plane is read; None where none is within the budget."""
    candidates = list(_candidates(image, budget, max_channels))
    sufficient = [each for each in candidates if each.longer_px >= budget.thumbnail_px]
    if not sufficient:
        return candidates[-1].choice if candidates else None
    coarsest = sufficient[0]
    max_requests = max(coarsest.cost.requests, budget.preview_requests)
    for each in reversed(sufficient):
        usable = each.longer_px <= _PREVIEW_TOLERANCE * budget.preview_px
        if usable and each.cost.requests <= max_requests and each.cost.read_bytes <= budget.preview_bytes:
            return each.choice
    return coarsest.choice


def _candidates(image: ImageInfo, budget: PictureBudget, max_channels: int) -> Iterator[_Candidate]:
    """Return the levels within the budget, coarsest first; none that is larger than any picture needs."""
    sufficient = False
    for index in reversed(range(len(image.levels))):
        if not _is_readable(image, image.levels[index]):
            continue
        choice, longer_px = _whole_plane(image, budget, index, max_channels), _longer_px(image, index)
        if sufficient and longer_px > _PREVIEW_TOLERANCE * budget.preview_px:
            continue
        cost = estimate_cost(image, choice, budget)
        if cost.within(budget):
            sufficient = sufficient or longer_px >= budget.thumbnail_px
            yield _Candidate(choice=choice, cost=cost, longer_px=longer_px)


def _choose_region(image: ImageInfo, budget: PictureBudget, max_channels: int) -> LevelChoice | None:
    """Return the largest region in the middle of the coarsest level that is within the budget."""
    index = max(i for i, level in enumerate(image.levels) if _is_readable(image, level))
    whole = _whole_plane(image, budget, index, max_channels)
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
    finest: Sequence[int] = next((level.shape for level in image.levels if level.shape), ())
    if 0 in finest:
        message = f"there are no pixels to show: the array has the shape {', '.join(map(str, finest))}"
    else:
        message = "no level has a known shape with two space axes, so there is no plane to show"
    return make_problem("picture-axes", "multiscales/0/axes" if image.axes else "", message)


def _is_readable(image: ImageInfo, level: Level) -> bool:
    shape = level.shape
    return bool(shape and level.chunks and min(shape) > 0 and min(level.chunks) > 0 and find_axes(image.axes, shape))


def _whole_plane(image: ImageInfo, budget: PictureBudget, index: int, max_channels: int) -> LevelChoice:
    """Return the whole plane of a level, with the stride that brings it near the size of a preview."""
    shape, _, positions = level_layout(image, index)
    step = math.ceil(max(shape[positions.y], shape[positions.x]) / (_PREVIEW_TOLERANCE * budget.preview_px))
    count = 1 if positions.c is None else shape[positions.c]
    return LevelChoice(
        level=index,
        channels=choose_channels(image, count)[:max_channels],
        y=range(0, shape[positions.y], step),
        x=range(0, shape[positions.x], step),
    )


def _middle(full: range, size: int) -> range:
    """Return the `size` indices in the middle, without a stride."""
    start = max(0, (full.stop - size) // 2)
    return range(start, min(full.stop, start + size))


def _longer_px(image: ImageInfo, index: int) -> int:
    shape, _, positions = level_layout(image, index)
    return max(shape[positions.y], shape[positions.x])
