"""Which image stands for a dataset, and where it lies (OME-ZARR.md, D1).

A plate's first well that is really there, by row and column, and that well's own first
field; a series' first image by its `OME` group, else the first that answers; a scene's
first image. Never a guess that was not read: field `0` of the first listed well is what
other viewers assume, and often it is not there. A list's `series0` beats all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sitegen.model import Problem
from sitegen.ome import Node, WellRef, read_image_order
from sitegen.store import Store, join

_TRIED = 5
"""Wells or images that are listed but not there, before a dataset is said to have none."""

_OME_XML = "METADATA.ome.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Representative:
    """The image that stands for a dataset; without `node`, why there is none is in `problems`."""

    path: str | None = None
    """Below the dataset; empty for an image."""
    node: Node | None = None
    why: str = ""
    """In words, such as `field 0 of well B/03`."""
    well: WellRef | None = None
    fields: int | None = None
    """Fields of the well that was read."""
    series: tuple[str, ...] = ()
    """Paths of a series' images, where something states them."""
    problems: tuple[Problem, ...] = ()


async def find_representative(store: Store, root: Node, *, series0: str | None = None) -> Representative:
    """Return the image that stands for a dataset. Raises FetchError where its host gives no answer."""
    if series0:
        return await _first_there(store, root, [series0.strip("/")], why="the list's series0")
    if root.kind == "plate" and root.plate:
        return await _in_plate(store, root, root.plate.wells)
    if root.kind == "series":
        return await _in_series(store, root)
    if root.kind == "well":
        return await _first_there(store, root, [field.path for field in root.fields], why="the first field")
    if root.kind == "labels":
        return await _first_there(store, root, root.labels or (), why="the first label image")
    if root.kind == "scene":
        return await _first_there(store, root, root.scene_images, why="the scene's first image")
    if root.kind in ("image", "array"):
        return Representative(path="", node=root)
    return Representative()


async def _first_there(store: Store, root: Node, paths: Iterable[str], *, why: str) -> Representative:
    """Return the first of `paths` that is an image; each that is not there is a problem."""
    problems: list[Problem] = []
    for path in list(paths)[:_TRIED]:
        node = await store.node(path, zarr_format=root.zarr_format or 3)
        if node and (node.datasets or node.array):
            return Representative(path=path, node=node, why=f"{why}, {path}", problems=tuple(problems))
        problems.append(_not_there(path, "an image"))
    return Representative(problems=tuple(problems))


async def _in_plate(store: Store, root: Node, wells: Sequence[WellRef]) -> Representative:
    problems: list[Problem] = []
    for well in wells[:_TRIED]:
        group = await store.node(well.path, zarr_format=root.zarr_format or 3)
        if not group or not group.fields:
            problems.append(_not_there(well.path, "a well"))
            continue
        paths = [join(well.path, field.path) for field in group.fields]
        found = await _first_there(store, root, paths, why="the first field of the first well that is there")
        problems.extend(found.problems)
        if found.node:
            return Representative(
                path=found.path,
                node=found.node,
                why=found.why,
                well=well,
                fields=len(group.fields),
                problems=tuple(problems),
            )
    return Representative(problems=tuple(problems))


async def _in_series(store: Store, root: Node) -> Representative:
    paths = await _series_paths(store, root)
    first = await _first_there(store, root, paths or ["0"], why="the first image of the series")
    return Representative(path=first.path, node=first.node, why=first.why, series=paths, problems=first.problems)


async def _series_paths(store: Store, root: Node) -> tuple[str, ...]:
    """Return the paths of a series: its `OME` group's `series`, else 0, 1, … as many as its OME-XML has images."""
    group = await store.node("OME", zarr_format=root.zarr_format or 3)
    if group and group.series:
        return tuple(group.series)
    body = await store.document(join("OME", _OME_XML))
    count = len(read_image_order(body)) if body else 0
    return tuple(str(number) for number in range(count))


def _not_there(path: str, what: str) -> Problem:
    return Problem(
        code="child-missing",
        level="error",
        where=path,
        message=f"the metadata name {what} at {path}; nothing that can be read is there",
        hint="upload what is missing, or take it out of the metadata",
    )
