"""Which image represents a dataset, and where it lies below it.

A plate is represented by the first field of its first well that is really there, by row and column; a series by its
first image, in the order of its `OME` group, else the first that answers; a scene by its first image. A list's
`series0` beats all of them. Nothing is assumed that was not read: field `0` of the first listed well, which other
viewers take, is often not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sitegen.formatting import plural
from sitegen.inspection.files import DatasetFiles, join
from sitegen.inspection.sampling import spread
from sitegen.ome import Node, PlateLayout, WellRef, candidate_images, read_image_order

_MAX_TRIED = 5
"""Wells or images at the beginning of a list that are requested one after the other until one is there."""
_MORE_TRIED = 11
"""Others that are requested where none of those is, spread over the list, before the dataset counts as having none."""
_MAX_REQUESTS = 30
"""Of wells and their fields, together."""
_MAX_NUMBERED = 16
"""Images 0, 1, … that are looked for in a series without a list of its images."""
_T = TypeVar("_T")
_OME_XML = "METADATA.ome.xml"
_REASONS = {
    "well": "the first field",
    "labels": "the first label image",
    "scene": "the scene's first image",
    "series": "the first image of the series",
    "group": "the first image that was found below",
}
"""Kind of the root → which of its images is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Representative:
    """The image that represents a dataset; without `node` none was found."""

    path: str | None = None
    """Below the dataset; empty for an image."""
    node: Node | None = None
    why: str = ""
    """In words, such as `the first field, B/3/0`."""
    layout: PlateLayout | None = None
    """Of the plate that it represents."""
    well: WellRef | None = None
    fields: int | None = None
    """Fields of the well that was read."""
    series: tuple[str, ...] = ()
    """Paths of a series' images, where something states them."""
    requested: str = ""
    """In words how many of what is listed were requested, where none is there."""


async def find_representative(files: DatasetFiles, root: Node, *, series0: str | None = None) -> Representative:
    """Return the image that represents a dataset. Raises FetchError where its host gives no answer."""
    if series0:
        return await _first_there(files, root, [series0.strip("/")], why="the list's series0")
    if root.kind in ("image", "array"):
        return Representative(path="", node=root)
    if root.kind == "plate" and root.plate:
        return await _in_plate(files, root, root.plate, root.plate.wells)
    if root.kind == "series" and not root.is_ome_group:
        return await _in_series(files, root)
    return await _first_there(files, root, candidate_images(root), why=_REASONS.get(root.kind or "", ""))


async def find_next_well(files: DatasetFiles, root: Node, chosen: Representative) -> Representative:
    """Return the image of the next well of a plate, by row and column; without `node` where there is none."""
    layout = chosen.layout
    if layout is None or chosen.well is None:
        return Representative()
    rest = layout.wells[layout.wells.index(chosen.well) + 1 :]
    return await _in_plate(
        files, root, layout, rest[:_MAX_TRIED], why="the first field of the first well that is not empty"
    )


async def _first_there(files: DatasetFiles, above: Node, paths: Iterable[str], *, why: str) -> Representative:
    """Return the first of `paths`, which the group `above` leads to, that is an image."""
    listed = list(paths)
    tried = _sample(listed)
    for count, path in enumerate(tried, 1):
        node = await files.node(path, zarr_format=above.zarr_format or 3)
        if node and (node.datasets or node.array):
            return Representative(path=path, node=node, why=f"{why}{_after(count)}, {path}")
    return Representative(requested=_requested(len(tried), len(listed), "image"))


def _sample(listed: Sequence[_T]) -> Sequence[_T]:
    """Return what is requested of a list: its beginning, then some spread over the rest."""
    return (*listed[:_MAX_TRIED], *spread(listed[_MAX_TRIED:], _MORE_TRIED))


def _after(count: int) -> str:
    """Return in words how many were requested in vain before one was there; empty while these are the first listed."""
    return f" (of {count} that were requested, the others are not there)" if count > _MAX_TRIED else ""


def _requested(count: int, listed: int, noun: str) -> str:
    if listed < 2:
        return ""
    named = plural(listed, f"listed {noun}")
    return f"{count} of {named} were requested" if listed > count else f"all {named} were requested"


async def _in_plate(
    files: DatasetFiles,
    root: Node,
    layout: PlateLayout,
    wells: Sequence[WellRef],
    *,
    why: str = "the first field of the first well that exists",
) -> Representative:
    requests, count = 0, 0
    for well in _sample(wells):
        if requests >= _MAX_REQUESTS:
            break
        group = await files.node(well.path, zarr_format=root.zarr_format or 3)
        requests, count = requests + 1, count + 1
        if not group or not group.fields:
            continue
        fields = [join(well.path, field.path) for field in group.fields[:_MAX_TRIED]]
        found = await _first_there(files, group, fields, why=f"{why}{_after(count)}")
        if found.node and await files.node(well.path, zarr_format=root.zarr_format or 3, own=True):
            # consolidated metadata may name a well that was deleted
            return replace(found, layout=layout, well=well, fields=len(group.fields))
        requests += len(fields)
    return Representative(requested=_requested(count, len(wells), "well"))


async def _in_series(files: DatasetFiles, root: Node) -> Representative:
    paths = await _series_paths(files, root)
    first = await _first_there(files, root, paths or ["0"], why="the first image of the series")
    return replace(first, series=paths)


async def _series_paths(files: DatasetFiles, root: Node) -> tuple[str, ...]:
    """Return the paths of a series: `series` of its `OME` group, else 0, 1, … by its OME-XML, else those found."""
    group = await files.node("OME", zarr_format=root.zarr_format or 3)
    if group and group.series:
        return tuple(group.series)
    body = await files.text(join("OME", _OME_XML))
    if body and (count := len(read_image_order(body))):
        return candidate_images(root, image_count=count)
    return await _numbered(files, root)


async def _numbered(files: DatasetFiles, root: Node) -> tuple[str, ...]:
    """Return 0, 1, … as far as there are images; nothing where there may be more than _MAX_NUMBERED."""
    for number in range(_MAX_NUMBERED):
        node = await files.node(str(number), zarr_format=root.zarr_format or 3)
        if not node or not node.datasets:
            return tuple(map(str, range(number)))
    return ()
