"""The first label image of an image, read to be laid over its picture.

It costs its own document, that of one level, and that level's chunks, of the very plane
that the picture shows; more than six requests it is not worth. Levels of labels are as
those of their image (OME-ZARR.md, C2 `label-levels`), so their shapes follow from the
image's, and the level that was drawn is the one to read.
"""

from __future__ import annotations

from dataclasses import replace

from sitegen.errors import FetchError
from sitegen.inspection.dataset import Store, join
from sitegen.inspection.planes import Plane, Silence, read_array, read_plane
from sitegen.model import Axis, Level, Problem
from sitegen.ome import Node
from sitegen.pixels.image import ImageInfo, PictureBudget
from sitegen.pixels.levels import choose_level
from sitegen.pixels.read_plan import ReadPlan, make_read_plan

_DOCUMENTS = 2
_MOST_REQUESTS = 6
_SHARE = 2
"""It may cost this part of the bytes that the picture may."""


async def read_label(
    store: Store, path: str, image: ReadPlan, *, zarr_format: int, local: bool, silence: Silence
) -> Plane | None:
    """Return the label image at `path` below the dataset, on the plane of `image`.

    None where it is not there, has another level than its image, or costs too much; nothing is lost
    but a second picture. local: requests cost nothing. silence: takes note of what the host gave no answer for.
    """
    try:
        node = await store.node(path, zarr_format=zarr_format)
    except FetchError as error:
        silence.note(error, path)
        return None
    if node is None or not node.datasets or not image.level_choice.whole:
        return None
    store.use_consolidated(node, path)
    budget = replace(image.budget, max_bytes=image.budget.max_bytes // _SHARE)
    budget = budget if local else replace(budget, max_requests=_MOST_REQUESTS - _DOCUMENTS)
    plan = await _plan(store, path, node, image, budget, silence)
    if plan is None:
        return None
    await store.make_room_beside(plan.max_bytes)
    plane = await read_plane(store, path, plan, silence)
    return plane if plane.fetched.chunks or not silence.problems else None


async def _plan(
    store: Store, path: str, node: Node, image: ReadPlan, budget: PictureBudget, silence: Silence
) -> ReadPlan | None:
    index = min(image.level_choice.level, len(node.datasets) - 1)
    array = await read_array(store, join(path, node.datasets[index].path), node, silence)
    if array is None:
        return None
    subject = _subject(node, image.image).with_array(index, array)
    subject = replace(subject, dtype=array.dtype)
    choice = choose_level(subject, budget)
    if isinstance(choice, Problem) or not choice.whole:
        return None
    plan = make_read_plan(subject, choice, array, budget, z=image.z, t=image.t)
    return None if isinstance(plan, Problem) else plan


def _subject(node: Node, image: ImageInfo) -> ImageInfo:
    """Return the label image: shapes of its levels as its image's, and no chunks, so that none is chosen unread."""
    levels = tuple(
        Level(path=dataset.path, shape=_shape(level, image.axes, node.axes), scale=dataset.scale, exact=False)
        for dataset, level in zip(node.datasets, image.levels, strict=False)
    )
    rest = tuple(Level(path=dataset.path, exact=False) for dataset in node.datasets[len(levels) :])
    return ImageInfo(levels=(*levels, *rest), axes=node.axes, is_label=True, label_colors=node.label_colors or {})


def _shape(level: Level, axes: tuple[Axis, ...] | None, label_axes: tuple[Axis, ...] | None) -> tuple[int, ...] | None:
    """Return the shape of a label level beside an image's, axes found by name; None where they cannot be."""
    if not axes or not label_axes or not level.shape:
        return level.shape
    sizes = {axis.name: size for axis, size in zip(axes, level.shape, strict=False)}
    return tuple(sizes.get(axis.name, 1) for axis in label_axes)
