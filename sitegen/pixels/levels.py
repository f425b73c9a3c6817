"""Which level, plane, channels and region of an image its pictures are drawn from.

Pure arithmetic on metadata: no pixel is asked for before its cost is known. One level
serves both pictures, because requests to one host decide the speed of a whole crawl.
Axes are found by type and name, never by position: `c, x, y, z` exists (OME-ZARR.md, H).

Trade-off: costs are of uncompressed chunks, so most are far too high; a level that
would have fitted the budget may be passed over for a coarser one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

from sitegen.model import Axis, Channel, Level, Problem
from sitegen.model.codes import make_problem
from sitegen.ome.node import Array

MAX_CHANNELS = 8
"""Channels that one picture mixes; more cannot be told apart by colour."""
TAIL_BYTES = 512_000
"""Read from the end of a large shard: its index and, often, the chunks that are wanted (measured best, DESIGN §2)."""
_COMPRESSION = 1.5
"""What compression saves at least, as a rule. Where it does not, fetching stops at the budget, chunks missing."""
Selection = tuple[Sequence[int], ...]
"""For each axis of an array the indices that are read: ranges along y and x."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureBudget:
    """What the pictures of one dataset may cost. Chunks and shards count as if they were not compressed."""

    thumbnail_px: int = 256
    preview_px: int = 1024
    max_bytes: int = 32_000_000
    """Bytes that may be read for one picture."""
    max_requests: int = 64
    max_channels: int = MAX_CHANNELS
    """Channels that are mixed, at most."""
    preview_requests: int = 4
    """Requests that a level may cost when a coarser one costs less."""
    preview_bytes: int = 8_000_000
    """Bytes that a level may cost when a coarser one costs less."""
    region_requests: int = 16
    """Requests for the region that is shown of an image too large to be read whole."""
    chunk_bytes: int = 64_000_000
    decoded_bytes: int = 128_000_000
    whole_object_bytes: int = 4_000_000
    """Up to this size a shard is read whole, in one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageInfo:
    """What is to be pictured: an image as its metadata describe it."""

    levels: tuple[Level, ...]
    """Finest first; shapes may be predictions (`exact` False)."""
    axes: tuple[Axis, ...] | None = None
    dtype: str | None = None
    channels: tuple[Channel, ...] = ()
    """Its author's settings: one for each index of the channel axis, or none at all."""
    default_z: int | None = None
    default_t: int | None = None
    greyscale: bool = False
    is_label: bool = False
    label_colors: Mapping[int, tuple[int, int, int, int]] = field(default_factory=dict)

    def with_array(self, index: int, array: Array) -> ImageInfo:
        """Return the same image, level `index` as its own array document describes it."""
        level = replace(self.levels[index], shape=array.shape, chunks=array.chunks, shards=array.shards, exact=True)
        levels = (*self.levels[:index], level, *self.levels[index + 1 :])
        return replace(self, levels=levels, dtype=self.dtype or array.dtype)


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisRoles:
    """Positions of the axes in the array; any others are read at one index."""

    y: int
    x: int
    c: int | None = None
    z: int | None = None
    t: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCost:
    """What reading a window costs at most."""

    requests: int
    chunks: int
    read_bytes: int
    decoded_bytes: int
    chunk_bytes: int

    def within(self, budget: PictureBudget) -> bool:
        """Return whether it may be read."""
        return (
            self.requests <= budget.max_requests
            and self.read_bytes <= _COMPRESSION * budget.max_bytes
            and self.decoded_bytes <= budget.decoded_bytes
            and self.chunk_bytes <= budget.chunk_bytes
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChoice:
    """What to read: a level, the channels, and which pixels of the plane."""

    level: int
    """ChunkIndex of the level, 0 the finest."""
    channels: tuple[int, ...]
    y: range
    x: range
    whole: bool = True
    """False if only a region in the middle of the plane is read."""


def read_roles(axes: Sequence[Axis] | None, shape: Sequence[int]) -> AxisRoles | None:
    """Return which axis is which, None where there are no two axes of space.

    axes: in the order of the array; where they are not known the last two are y and x
    (three or four colours after them, as in a photograph), before them z, c, t.
    """
    return _roles(None if axes is None else tuple(axes), tuple(shape))


@lru_cache(maxsize=512)  # asked some twenty times for each dataset, and neighbours are alike
def _roles(axes: tuple[Axis, ...] | None, shape: tuple[int, ...]) -> AxisRoles | None:
    if axes is None or len(axes) != len(shape):
        return _roles_by_rank(shape)
    names = [axis.name.strip().lower() for axis in axes]
    kinds = [_kind(axis) for axis in axes]
    place = {name: i for i, name in reversed(list(enumerate(names))) if kinds[i] == "space"}
    x, y = place.get("x"), place.get("y")
    rest = [i for i, kind in enumerate(kinds) if kind == "space" and i not in (x, y)]
    rest.sort(key=lambda i: (names[i] != "z", i))  # whatever is called z is the last to become y or x
    if len(rest) < (x is None) + (y is None):
        return None
    x = rest.pop() if x is None else x
    y = rest.pop() if y is None else y
    first = {kind: i for i, kind in reversed(list(enumerate(kinds)))}
    return AxisRoles(y=y, x=x, z=rest[0] if rest else None, c=first.get("channel"), t=first.get("time"))


def _kind(axis: Axis) -> str:
    by_name = {"x": "space", "y": "space", "z": "space", "c": "channel", "channel": "channel", "t": "time"}
    return (axis.type or "").strip().lower() or by_name.get(axis.name.strip().lower(), "other")


def _roles_by_rank(shape: Sequence[int]) -> AxisRoles | None:
    rank = len(shape)
    if rank < 2:
        return None
    if rank == 3 and shape[2] in (3, 4) and min(shape[:2]) > 4:
        return AxisRoles(y=0, x=1, c=2)
    before = dict(zip(("z", "c", "t"), range(rank - 3, -1, -1), strict=False))
    return AxisRoles(y=rank - 2, x=rank - 1, z=before.get("z"), c=before.get("c"), t=before.get("t"))


def choose_channels(subject: ImageInfo, count: int) -> tuple[int, ...]:
    """Return the indices of the channels to draw: those that their author wants shown, else the first ones."""
    stated = subject.channels[:count]
    most = 1 if subject.greyscale or subject.is_label else MAX_CHANNELS
    active = (i for i in range(count) if i >= len(stated) or stated[i].active)
    return tuple(islice(active, most)) or (0,)  # no list of them: `count` is what a stranger wrote


def choose_level(subject: ImageInfo, budget: PictureBudget) -> LevelChoice | Problem:
    """Return what to read for both pictures, or why nothing can be.

    The finest level that a preview can use, if it costs no more requests than the
    coarsest that fills a thumbnail (or few); else that coarsest one; else the finest
    that the budget allows; else a region in the middle of the coarsest. Ask again with
    `ImageInfo.with_array` if the level chosen is not `exact`.
    """
    if not any(_readable(subject, level) for level in subject.levels):
        return _no_plane(subject)
    for most in (budget.max_channels, 3, 1):
        choice = _choose_whole(subject, budget, most)
        if choice:
            return choice
    for most in (3, 1):
        choice = _choose_region(subject, budget, most)
        if choice:
            return choice
    return make_problem(
        "picture-budget",
        message=f"a single chunk is larger than {budget.chunk_bytes // 1_000_000} MB, so no picture was made",
    )


def _choose_whole(subject: ImageInfo, budget: PictureBudget, most: int) -> LevelChoice | None:
    fitting: list[tuple[LevelChoice, ReadCost]] = []  # coarsest first
    ample: list[tuple[LevelChoice, ReadCost]] = []  # those that fill a thumbnail
    for index in reversed(range(len(subject.levels))):
        if not _readable(subject, subject.levels[index]):
            continue
        choice = _whole(subject, budget, index, most)
        longer = _longer(subject, choice)
        if ample and longer > 1.5 * budget.preview_px:
            continue  # larger than any picture needs
        cost = cost_of(subject, choice, budget)
        if cost.within(budget):
            fitting.append((choice, cost))
            if longer >= budget.thumbnail_px:
                ample.append((choice, cost))
    if not ample:
        return fitting[-1][0] if fitting else None
    coarsest, least = ample[0]
    for choice, cost in reversed(ample):
        cheap = cost.requests <= max(least.requests, budget.preview_requests)
        if _longer(subject, choice) <= 1.5 * budget.preview_px and cheap and cost.read_bytes <= budget.preview_bytes:
            return choice
    return coarsest


def _choose_region(subject: ImageInfo, budget: PictureBudget, most: int) -> LevelChoice | None:
    """Return the largest region in the middle of the coarsest level that the budget allows."""
    index = max(i for i, level in enumerate(subject.levels) if _readable(subject, level))
    whole = _whole(subject, budget, index, most)
    limits = replace(budget, max_requests=budget.region_requests)
    size = 2 * budget.preview_px
    while size >= 1:
        choice = replace(whole, y=_middle(whole.y, size), x=_middle(whole.x, size), whole=False)
        if cost_of(subject, choice, limits).within(limits):
            return choice
        size //= 2
    return None


def _no_plane(subject: ImageInfo) -> Problem:
    """Return why no level can be read."""
    finest = next((level.shape for level in subject.levels if level.shape), ())
    if 0 in finest:
        message = f"there are no pixels to show: the array has the shape {', '.join(map(str, finest))}"
    else:
        message = "no level has a known shape with two axes of space, so there is no plane to show"
    return make_problem("picture-axes", "multiscales/0/axes" if subject.axes else "", message)


def _readable(subject: ImageInfo, level: Level) -> bool:
    shape = level.shape
    return bool(shape and level.chunks and min(shape) > 0 and min(level.chunks) > 0 and read_roles(subject.axes, shape))


def _whole(subject: ImageInfo, budget: PictureBudget, index: int, most: int) -> LevelChoice:
    shape, _, roles = _layout(subject, index)
    step = math.ceil(max(shape[roles.y], shape[roles.x]) / (1.5 * budget.preview_px))
    count = 1 if roles.c is None else shape[roles.c]
    return LevelChoice(
        level=index,
        channels=choose_channels(subject, count)[:most],
        y=range(0, shape[roles.y], step),
        x=range(0, shape[roles.x], step),
    )


def _middle(full: range, size: int) -> range:
    """Return the `size` indices in the middle, every one of them."""
    start = max(0, (full.stop - size) // 2)
    return range(start, min(full.stop, start + size))


def _longer(subject: ImageInfo, choice: LevelChoice) -> int:
    shape, _, roles = _layout(subject, choice.level)
    return max(shape[roles.y], shape[roles.x])


def _layout(subject: ImageInfo, index: int) -> tuple[tuple[int, ...], Level, AxisRoles]:
    level = subject.levels[index]
    shape = level.shape or ()
    roles = read_roles(subject.axes, shape)
    if roles is None:
        raise ValueError(f"level {level.path} has no plane")
    return shape, level, roles


def plane_selection(
    subject: ImageInfo, choice: LevelChoice, *, z: int | None = None, t: int | None = None
) -> Selection:
    """Return what is read of the chosen level; z and t are indices on level 0.

    None: the author's default, else the middle of the stack and the first time point.
    On level k it is floor(index · size_k / size_0), clamped (OME-ZARR.md, D4).
    """
    shape, _, roles = _layout(subject, choice.level)
    return _window(subject, choice, shape, roles, plane_indices(subject, z=z, t=t))


def _window(
    subject: ImageInfo,
    choice: LevelChoice,
    shape: tuple[int, ...],
    roles: AxisRoles,
    plane: tuple[int | None, int | None],
) -> Selection:
    z0, t0 = plane
    window: list[Sequence[int]] = [(0,)] * len(shape)
    window[roles.y], window[roles.x] = choice.y, choice.x
    if roles.c is not None:
        window[roles.c] = choice.channels
    for axis, index in ((roles.z, z0), (roles.t, t0)):
        if axis is not None and index is not None:
            size = _finest_shape(subject, shape)[axis]
            window[axis] = (min(index * shape[axis] // size, shape[axis] - 1),)
    return tuple(window)


def plane_indices(subject: ImageInfo, *, z: int | None = None, t: int | None = None) -> tuple[int | None, int | None]:
    """Return z and t of the plane to show, on level 0; None for an axis that the image lacks."""
    shape = next(level.shape for level in subject.levels if level.shape)
    roles = read_roles(subject.axes, shape)
    if roles is None:
        return None, None
    wanted_z = subject.default_z if z is None else z
    wanted_t = subject.default_t if t is None else t
    size_z = None if roles.z is None else max(shape[roles.z], 1)
    size_t = None if roles.t is None else max(shape[roles.t], 1)
    return _clamped(wanted_z, size_z, (size_z or 0) // 2), _clamped(wanted_t, size_t, 0)


def other_planes(subject: ImageInfo) -> tuple[int, ...]:
    """Return further z, on level 0, to try in turn where the first plane is empty."""
    z, _ = plane_indices(subject)
    shape = next((level.shape for level in subject.levels if level.shape), ())
    roles = read_roles(subject.axes, shape)
    if z is None or roles is None or roles.z is None:
        return ()
    size = shape[roles.z]
    return tuple(dict.fromkeys(i for i in (size // 2, size // 4, 3 * size // 4) if i != z))


def _clamped(wanted: int | None, size: int | None, fallback: int) -> int | None:
    if size is None:
        return None
    return min(max(fallback if wanted is None else wanted, 0), size - 1)


def _finest_shape(subject: ImageInfo, shape: tuple[int, ...]) -> tuple[int, ...]:
    finest = subject.levels[0].shape
    return finest if finest and len(finest) == len(shape) and min(finest) > 0 else shape


def cost_of(subject: ImageInfo, choice: LevelChoice, budget: PictureBudget) -> ReadCost:
    """Return what reading the choice costs at most."""
    shape, level, roles = _layout(subject, choice.level)
    chunks = level.chunks or shape
    item = _item_bytes(subject.dtype)
    window = _window(subject, choice, shape, roles, plane_indices(subject))
    chunk_bytes = item * math.prod(chunks)
    count = math.prod(touched(part, size) for part, size in zip(window, chunks, strict=True))
    if not level.shards:
        return _cost(count, count, count * chunk_bytes, chunk_bytes)
    shard_bytes = item * math.prod(level.shards)
    shards = math.prod(touched(part, size) for part, size in zip(window, level.shards, strict=True))
    if reads_whole(shard_bytes, count * chunk_bytes // max(shards, 1), budget):
        return _cost(shards, count, shards * shard_bytes, chunk_bytes)
    return _cost(2 * shards, count, count * chunk_bytes + shards * TAIL_BYTES, chunk_bytes)


def _cost(requests: int, chunks: int, read_bytes: int, chunk_bytes: int) -> ReadCost:
    return ReadCost(
        requests=requests,
        chunks=chunks,
        read_bytes=read_bytes,
        decoded_bytes=chunks * chunk_bytes,
        chunk_bytes=chunk_bytes,
    )


def reads_whole(shard_bytes: int, wanted_bytes: int, budget: PictureBudget) -> bool:
    """Return whether a shard is better read whole: it is small, or most of it is wanted."""
    return shard_bytes <= budget.whole_object_bytes or (
        shard_bytes <= budget.preview_bytes and 2 * wanted_bytes >= shard_bytes
    )


def touched(part: Sequence[int], size: int) -> int:
    """Return how many chunks of `size` pixels the indices lie in."""
    return len(chunk_indices(part, size))


def chunk_indices(part: Sequence[int], size: int) -> Sequence[int]:
    """Return which chunks of `size` pixels the indices lie in, ascending."""
    if isinstance(part, range) and part.step <= size:
        return range(part.start // size, part[-1] // size + 1) if part else range(0)
    return sorted({i // size for i in part})


def _item_bytes(dtype: str | None) -> int:
    digits = "".join(ch for ch in dtype or "" if ch.isdigit())
    return max(1, int(digits) // 8) if digits else 1 if dtype == "bool" else 8
