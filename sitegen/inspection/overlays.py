"""The first label image of an image, read to be laid over its picture.

It costs its own document, that of one level, and that level's chunks of the plane that the picture shows: at most six
requests. The levels of label images have the shapes of their image's (OME-Zarr 0.5, "labels" metadata), so shapes
follow from the image's, and the level that was drawn is the one to read.
"""

from __future__ import annotations

from dataclasses import replace

from sitegen.errors import FetchError
from sitegen.inspection.files import DatasetFiles, join
from sitegen.inspection.planes import FetchedPlane, fetch_plane, read_array
from sitegen.inspection.unanswered import Unanswered
from sitegen.model import Axis, Level, Problem
from sitegen.ome import Node
from sitegen.pixels.image import ImageInfo, PictureBudget
from sitegen.pixels.levels import choose_level
from sitegen.pixels.read_plan import ReadPlan, make_read_plan

_DOCUMENTS = 2
_MAX_REQUESTS = 6
_BYTES_SHARE = 2
"""It may cost this part of the bytes that the picture may."""


async def read_label(
    files: DatasetFiles, path: str, image: ReadPlan, *, zarr_format: int, unanswered: Unanswered
) -> FetchedPlane | None:
    """Return the label image at `path` below the dataset, on the plane of `image`.

    None where it is not there, has another level than its image, or costs too much: only a second picture is lost.
    """
    try:
        node = await files.node(path, zarr_format=zarr_format)
    except FetchError as error:
        unanswered.add(error, path)
        return None
    if node is None or not node.datasets or not image.level_choice.whole:
        return None
    files.use_consolidated(node, path)
    plan = await _plan(files, path, node, image, _label_budget(files, image.budget), unanswered)
    if plan is None:
        return None
    await files.reserve_extra_pixels(plan.max_bytes)
    plane = await fetch_plane(files, path, plan, unanswered)
    return plane if plane.fetched.chunks or not unanswered.problems else None


def _label_budget(files: DatasetFiles, budget: PictureBudget) -> PictureBudget:
    """Return what the label image may cost; requests to this machine are free."""
    budget = replace(budget, max_bytes=budget.max_bytes // _BYTES_SHARE)
    return replace(budget, max_requests=_MAX_REQUESTS - _DOCUMENTS) if files.is_remote else budget


async def _plan(
    files: DatasetFiles, path: str, node: Node, image: ReadPlan, budget: PictureBudget, unanswered: Unanswered
) -> ReadPlan | None:
    index = min(image.level_choice.level, len(node.datasets) - 1)
    array = await read_array(files, join(path, node.datasets[index].path), node, unanswered)
    if array is None:
        return None
    info = replace(_label_info(node, image.image).with_array(index, array), dtype=array.dtype)
    choice = choose_level(info, budget)
    if isinstance(choice, Problem) or not choice.whole:
        return None
    plan = make_read_plan(info, choice, array, budget, z=image.z, t=image.t)
    return None if isinstance(plan, Problem) else plan


def _label_info(node: Node, image: ImageInfo) -> ImageInfo:
    """Return the label image: levels shaped as its image's, without chunks, so that none is chosen unread."""
    levels = tuple(
        Level(path=dataset.path, shape=_shape(level, image.axes, node.axes), scale=dataset.scale, exact=False)
        for dataset, level in zip(node.datasets, image.levels, strict=False)
    )
    rest = tuple(Level(path=dataset.path, exact=False) for dataset in node.datasets[len(levels) :])
    return ImageInfo(levels=(*levels, *rest), axes=node.axes, is_label=True, label_colors=node.label_colors or {})


def _shape(level: Level, axes: tuple[Axis, ...] | None, label_axes: tuple[Axis, ...] | None) -> tuple[int, ...] | None:
    """Return the shape of a label image's level from that of its image, axes matched by name."""
    if not axes or not label_axes or not level.shape:
        return level.shape
    sizes = {axis.name: size for axis, size in zip(axes, level.shape, strict=False)}
    return tuple(sizes.get(axis.name, 1) for axis in label_axes)
