"""The first label image of an image, read to be laid over its picture.

It costs its own document, that of one level, and that level's chunks of the plane that the picture shows: at most six
requests. The levels of label images have the shapes of their image's (OME-Zarr 0.5, "labels" metadata), so shapes
follow from the image's, and the level that was rendered is the one to read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sitegen.errors import FetchError
from sitegen.inspection.chunk_search import KnownForms, absent_chunks, misnamed_chunks
from sitegen.inspection.files import DatasetFiles, join
from sitegen.inspection.planes import FetchedPlane, fetch_plane, read_array
from sitegen.inspection.unanswered import Unanswered
from sitegen.model import Axis, Level, Problem
from sitegen.model.codes import make_problem
from sitegen.ome import Array, Node
from sitegen.pixels.image import ImageInfo, PictureBudget
from sitegen.pixels.levels import choose_level
from sitegen.pixels.read_plan import ReadPlan, make_read_plan

_DOCUMENTS = 2
_MAX_REQUESTS = 6
_BYTES_SHARE = 2
"""It may cost this part of the bytes that the picture may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLabel:
    """What was read of a label image."""

    plane: FetchedPlane | None = None
    """None where it is not there, has another level than its image, or costs too much."""
    problems: tuple[Problem, ...] = ()


async def read_label(
    files: DatasetFiles, path: str, image: ReadPlan, *, zarr_format: int, unanswered: Unanswered, forms: KnownForms
) -> ReadLabel:
    """Return the label image at `path` below the dataset, on the plane of `image`; forms: of the dataset's chunks.

    Whatever is missing, only a second picture is lost.
    """
    try:
        node = await files.node(path, zarr_format=zarr_format)
    except FetchError as error:
        unanswered.add(error, path)
        return ReadLabel()
    if node is None or not node.datasets or not image.level_choice.whole:
        return ReadLabel()
    files.use_consolidated(node, path)
    index = min(image.level_choice.level, len(node.datasets) - 1)
    folder = join(path, node.datasets[index].path)
    array = await read_array(files, folder, node, unanswered)
    if array is None:
        return ReadLabel()
    budget, level = _label_budget(files, image.budget), _label_info(node, image.image)

    def make_plan(stated: Array) -> ReadPlan | Problem:
        return _plan(level.with_array(index, stated), stated, image, budget)

    async def fetch(plan: ReadPlan) -> FetchedPlane:
        await files.memory.reserve_extra_pixels(plan.max_bytes)
        return await fetch_plane(files, path, plan, unanswered)

    plan = make_plan(array)
    if isinstance(plan, Problem):
        return ReadLabel()
    plane, problems = await fetch(plan), tuple[Problem, ...]()
    if plane.fetched.all_absent:
        found = await forms.find(array, make_plan, fetch)
        corrected = make_plan(found) if found else None
        if found is None or corrected is None or isinstance(corrected, Problem):
            return ReadLabel(plane=plane, problems=(_absent(files, folder, plan),))
        plane, problems = await fetch(corrected), (misnamed_chunks(folder, array, found),)
    return ReadLabel(plane=plane if plane.fetched.chunks or not unanswered.problems else None, problems=problems)


def _absent(files: DatasetFiles, folder: str, plan: ReadPlan) -> Problem:
    """Return the note on a label image without chunks: a plane without any object is often stored so."""
    return absent_chunks(folder, plan, level="note", then="; so the picture shows no labels")


def _label_budget(files: DatasetFiles, budget: PictureBudget) -> PictureBudget:
    """Return what the label image may cost; requests to this machine are free."""
    budget = replace(budget, max_bytes=budget.max_bytes // _BYTES_SHARE)
    return replace(budget, max_requests=_MAX_REQUESTS - _DOCUMENTS) if files.is_remote else budget


def _plan(info: ImageInfo, array: Array, image: ReadPlan, budget: PictureBudget) -> ReadPlan | Problem:
    """Return what to read of a label image, on the plane of its image."""
    info = replace(info, dtype=array.dtype)
    choice = choose_level(info, budget)
    if isinstance(choice, Problem):
        return choice
    if not choice.whole:
        return make_problem("picture-budget", message="only a region could be read")
    return make_read_plan(info, choice, array, budget, z=image.z, t=image.t)


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
