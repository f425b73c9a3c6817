"""Which image stands for a dataset, and where it lies (OME-ZARR.md, D1).

A plate's first well that is really there, by row and column, and that well's own first
field; a series' first image by its `OME` group, else the first that answers; a scene's
first image. Never a guess that was not read: field `0` of the first listed well is what
other viewers assume, and often it is not there. A list's `series0` beats all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sitegen.inspection.dataset import Store, join
from sitegen.ome import Node, PlateLayout, WellRef, candidate_images, read_image_order

_TRIED = 5
"""Wells or images that are listed but not there, before a dataset is said to have none."""

_NUMBERED = 16
"""Images of a series that nothing lists that are looked for, one by one."""
_OME_XML = "METADATA.ome.xml"
_WHY = {
    "well": "the first field",
    "labels": "the first label image",
    "scene": "the scene's first image",
    "series": "the first image of the series",
    "group": "the first image that was found below",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Representative:
    """The image that stands for a dataset; without `node` there is none."""

    path: str | None = None
    """Below the dataset; empty for an image."""
    node: Node | None = None
    why: str = ""
    """In words, such as `field 0 of well B/03`."""
    layout: PlateLayout | None = None
    """Of the plate that it stands for."""
    well: WellRef | None = None
    fields: int | None = None
    """Fields of the well that was read."""
    series: tuple[str, ...] = ()
    """Paths of a series' images, where something states them."""


async def find_representative(store: Store, root: Node, *, series0: str | None = None) -> Representative:
    """Return the image that stands for a dataset. Raises FetchError where its host gives no answer."""
    if series0:
        return await _first_there(store, root, [series0.strip("/")], why="the list's series0")
    if root.kind in ("image", "array"):
        return Representative(path="", node=root)
    if root.kind == "plate" and root.plate:
        return await _in_plate(store, root, root.plate, root.plate.wells)
    if root.kind == "series" and not root.is_ome_group:
        return await _in_series(store, root)
    return await _first_there(store, root, candidate_images(root), why=_WHY.get(root.kind or "", ""))


async def _first_there(store: Store, root: Node, paths: Iterable[str], *, why: str) -> Representative:
    """Return the first of `paths` that is an image."""
    for path in list(paths)[:_TRIED]:
        node = await store.node(path, zarr_format=root.zarr_format or 3)
        if node and (node.datasets or node.array):
            return Representative(path=path, node=node, why=f"{why}, {path}")
    return Representative()


async def find_next_well(store: Store, root: Node, chosen: Representative) -> Representative:
    """Return the image of the next well of a plate, by row and column; without `node` where there is none."""
    layout = chosen.layout
    if layout is None or chosen.well is None:
        return Representative()
    rest = layout.wells[layout.wells.index(chosen.well) + 1 :]
    return await _in_plate(store, root, layout, rest, why="the first field of the first well that is not empty")


async def _in_plate(
    store: Store,
    root: Node,
    layout: PlateLayout,
    wells: Sequence[WellRef],
    *,
    why: str = "the first field of the first well that is there",
) -> Representative:
    for well in wells[:_TRIED]:
        group = await store.node(well.path, zarr_format=root.zarr_format or 3)
        if not group or not group.fields:
            continue
        found = await _first_there(store, root, [join(well.path, field.path) for field in group.fields], why=why)
        if found.node:
            return replace(found, layout=layout, well=well, fields=len(group.fields))
    return Representative()


async def _in_series(store: Store, root: Node) -> Representative:
    paths = await _series_paths(store, root)
    first = await _first_there(store, root, paths or ["0"], why="the first image of the series")
    return replace(first, series=paths)


async def _series_paths(store: Store, root: Node) -> tuple[str, ...]:
    """Return the paths of a series: its `OME` group's `series`, else 0, 1, … by its OME-XML, else as far as they go."""
    group = await store.node("OME", zarr_format=root.zarr_format or 3)
    if group and group.series:
        return tuple(group.series)
    body = await store.document(join("OME", _OME_XML))
    if body and (count := len(read_image_order(body))):
        return candidate_images(root, image_count=count)
    return await _numbered(store, root)


async def _numbered(store: Store, root: Node) -> tuple[str, ...]:
    """Return 0, 1, … as far as there are images; nothing where there are more than one should ask for."""
    for number in range(_NUMBERED):
        node = await store.node(str(number), zarr_format=root.zarr_format or 3)
        if not node or not node.datasets:
            return tuple(map(str, range(number)))
    return ()
