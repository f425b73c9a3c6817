"""One image of a dataset: its axes, levels, channels and label images, from its own documents.

Only the finest level's array is read, and of data that state no scales (OME-Zarr 0.1 to 0.3) every level's: the
shapes of the others follow from the scales. Where the finest is not there or cannot be read, the next finer one that
can be is read instead; the levels before it stay without a shape.
"""

from __future__ import annotations

import math
from dataclasses import replace

from sitegen.errors import FetchError
from sitegen.inspection.draft import FindingsDraft
from sitegen.inspection.files import DatasetFiles, join
from sitegen.inspection.pictures import LABELS
from sitegen.inspection.planes import OpenImage
from sitegen.inspection.problems import image_below, no_image, problem_of
from sitegen.inspection.representative import Representative
from sitegen.model import Findings, Level, Problem
from sitegen.ome import Array, Node, outermost_ome, predict_levels
from sitegen.pixels.image import ImageInfo

_MAX_LEVELS = 16
"""Levels whose arrays are read. Halved 16 times, a side of 10 million pixels is below 256."""


async def open_image(files: DatasetFiles, root: Node, chosen: Representative, draft: FindingsDraft) -> OpenImage | None:
    """Read the metadata of one image into the draft; return it, or None where it has no pixels to show.

    Raises FetchError where the host gives no answer; what was learned before is in the draft.
    """
    _add_choice(draft, root, chosen)
    node, path = chosen.node, chosen.path
    if node is None or path is None:
        draft.report(no_image(root, chosen.requested))
        return None
    if root.kind == "group":
        draft.report(image_below(path, outermost_ome(root, path)))
    files.use_consolidated(node, path)
    finest, array = await _read_finest(files, path, node)
    draft.report(*node.problems)
    _add_image(draft, node, finest, array)
    if any(level.shape is None for level in draft.found.levels):
        draft.found = replace(draft.found, levels=await _read_all_levels(files, path, node, draft.found.levels))
    await _read_labels(files, path, node, draft)
    draft.report(*_problems_of_levels(files, path, node, finest if array else _MAX_LEVELS))
    if array is None:
        return None
    info = _image_info(node, draft.found.levels, array)
    return OpenImage(
        files=files, chosen=chosen, node=node, path=path, finest=array, finest_index=finest, info=info
    )  # fmt: skip


async def count_stored_bytes(image: OpenImage, found: Findings) -> int | None:
    """Return the stored bytes by the Challenge's statistic: of all levels, for a plate of all its fields.

    None where a level lacks the statistic (`_ome2024_ngff_challenge_stats` in the array's attributes).
    """
    if image.finest.written is None:
        return None
    counts = [image.finest.written]
    for index in range(1, len(image.node.datasets)):
        array = await read_level(image.files, image.path, image.node, index)
        if array is None or array.written is None:
            return None
        counts.append(array.written)
    return sum(counts) * (found.images or 1 if found.plate else 1)


async def _read_finest(files: DatasetFiles, path: str, node: Node) -> tuple[int, Array | None]:
    """Return index and array of the finest level that is there; 0 and None where none of those tried is."""
    for index in range(max(1, min(len(node.datasets), _MAX_LEVELS))):
        array = await read_level(files, path, node, index, own=True)
        if array is not None:
            return index, array
    return 0, None


async def read_level(files: DatasetFiles, path: str, node: Node, index: int, *, own: bool = False) -> Array | None:
    """Return the array of one level, or None where it is not there; a bare array is its own level.

    own: see `DatasetFiles.node`.
    """
    if node.array:
        return node.array
    if index >= len(node.datasets):
        return None
    folder = join(path, node.datasets[index].path)
    level = await files.node(folder, zarr_format=node.zarr_format or 3, is_array=True, own=own)
    return level.array if level else None


def _add_choice(draft: FindingsDraft, root: Node, chosen: Representative) -> None:
    """Record which image was chosen, and how many there are."""
    plate = draft.found.plate
    if plate and chosen.well:
        shown = (chosen.well.row, chosen.well.column)
        plate = replace(plate, shown=shown, fields=plate.fields or chosen.fields)
    images = _count_images(draft.found, root, chosen)
    draft.found = replace(draft.found, image_path=chosen.path, images=images, series=chosen.series, plate=plate)


def _count_images(found: Findings, root: Node, chosen: Representative) -> int | None:
    """Return a plate's wells times its fields; what a series, scene, labels group or well lists; else 1, if any."""
    if found.plate:
        fields = found.plate.fields or chosen.fields
        return found.plate.wells * fields if fields else None
    listed = {
        "series": len(chosen.series),
        "scene": len(root.scene_images),
        "labels": len(root.labels or ()),
        "well": len(root.fields),
    }
    return listed.get(root.kind or "", 1 if chosen.node else None) or None


def _add_image(draft: FindingsDraft, node: Node, finest: int, array: Array | None) -> None:
    """Record the levels of an image, of which that at index `finest` has the array."""
    unread = _unread_levels(node)
    levels = (*unread[:finest], *predict_levels(node.datasets[finest:], array)) if array else unread
    draft.found = replace(
        draft.found,
        axes=node.axes,
        metadata=node.metadata,
        levels=levels,
        dtype=array.dtype if array else None,
        dimension_names=array.dimension_names if array else None,
        codecs=array.codecs if array else (),
        bytes_uncompressed=_uncompressed_bytes(levels, array),
    )


def _unread_levels(node: Node) -> tuple[Level, ...]:
    return tuple(Level(path=dataset.path, scale=dataset.scale, exact=False) for dataset in node.datasets)


def _uncompressed_bytes(levels: tuple[Level, ...], array: Array | None) -> int | None:
    if not array or not array.item_bytes:
        return None
    return sum(math.prod(level.shape) for level in levels if level.shape) * array.item_bytes


async def _read_all_levels(files: DatasetFiles, path: str, node: Node, levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """Return the levels, each as its own array has it."""
    read = []
    for index, level in enumerate(levels[:_MAX_LEVELS]):
        array = await read_level(files, path, node, index)
        if array:
            level = replace(level, shape=array.shape, chunks=array.chunks, shards=array.shards, exact=True)
        read.append(level)
    return tuple(read)


def _problems_of_levels(files: DatasetFiles, path: str, node: Node, count: int) -> tuple[Problem, ...]:
    """Return what is wrong with the documents of the first levels; a missing one is reported by the validation."""
    levels = [files.tree.get(join(path, dataset.path)) for dataset in node.datasets[:count]]
    return tuple(problem for level in levels if level for problem in level.problems)


async def _read_labels(files: DatasetFiles, image_path: str, node: Node, draft: FindingsDraft) -> None:
    """Record the names of the image's label images."""
    path = join(image_path, LABELS)
    if node.is_label or node.array:
        return
    # Most images have no labels. In a store that is all of format 3, so far, another format is not looked for.
    is_modern = all(each is None or each.zarr_format == 3 for each in files.tree.values())
    try:
        group = await files.node(path, zarr_format=node.zarr_format or 3, is_optional=is_modern)
    except FetchError as error:
        draft.report(problem_of(error, where=path))
        return
    if group:
        draft.report(*group.problems)
        draft.found = replace(draft.found, label_images=tuple(group.labels or ()))


def _image_info(node: Node, levels: tuple[Level, ...], finest: Array) -> ImageInfo:
    return ImageInfo(
        levels=levels,
        axes=node.axes,
        dtype=finest.dtype,
        channels=node.metadata.channels,
        default_z=node.default_z,
        default_t=node.default_t,
        grayscale=node.greyscale,
        is_label=node.is_label,
        label_colors=node.label_colors or {},
    )
