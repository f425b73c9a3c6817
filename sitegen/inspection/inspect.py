"""One dataset: its store in, what was found of it out.

The order of the questions is the order of what they cost. Root, RO-Crate and the first
level are asked for together; the neighbours predict which root and which level. A plate
or a series leads on to its representative image (OME-ZARR.md, D1). Then one level is
chosen for the pictures, read and drawn. Each step may fail on its own: what was learned
before is kept, and the failure is a `Problem`. What cannot be read at all is a finding,
too, with the status that says why.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field, replace
from typing import Any

from sitegen.engine.predictions import Neighbours
from sitegen.errors import BuildError, FetchError
from sitegen.inspection.dataset import Store, join
from sitegen.inspection.pictures import LABELS, Painted, Paints
from sitegen.inspection.representative import Representative, find_next_well, find_representative
from sitegen.inspection.wells import absent_wells, fold_alike
from sitegen.model import Findings, Kind, Level, Plate, Problem
from sitegen.model.codes import make_problem
from sitegen.ome import Array, Node, PlateLayout, outermost_ome, predict_levels, read_crate, read_node
from sitegen.validate import store_version, validate_store

CRATE = "ro-crate-metadata.json"
_ROOTS = ("zarr.json", ".zattrs", ".zgroup", ".zarray")
_MOST_LEVELS = 16
"""Halved 16 times, a side of 10 million pixels is below 256."""
_MORE_WELLS = 3
"""Read in turn where the first well of a plate shows nothing."""


@dataclass(slots=True)
class Visit:
    """One dataset being surveyed: its files, what may help, and what was found so far."""

    store: Store
    neighbours: Neighbours
    painter: Paints
    series0: str | None
    count_bytes: bool
    found: Findings = field(default_factory=lambda: Findings(status="ok"))

    def learn(self, *problems: Problem, **facts: Any) -> None:
        """Add to what was found: facts by their names in `Findings`, and problems, each once."""
        new = tuple(problem for problem in dict.fromkeys(problems) if problem not in self.found.problems)
        self.found = replace(self.found, **facts, problems=(*self.found.problems, *new))


async def survey(
    store: Store,
    *,
    neighbours: Neighbours,
    painter: Paints,
    series0: str | None = None,
    count_bytes: bool = False,
) -> Findings:
    """Return what one visit to a dataset found.

    series0: path of the representative image below the dataset, where a list states it.
    count_bytes: no list states the stored bytes; a dataset with the Challenge's statistic is asked for every level.
    Raises FetchError where the dataset's host gives no answer about its root, BuildError where the cache is broken.
    """
    visit = Visit(store=store, neighbours=neighbours, painter=painter, series0=series0, count_bytes=count_bytes)
    try:
        return await _survey(visit, store)
    except ExceptionGroup as failures:
        error: Exception | None = failures.subgroup(BuildError)
        while isinstance(error, ExceptionGroup):
            error = error.exceptions[0]
        raise error or failures from None


async def _survey(visit: Visit, store: Store) -> Findings:
    root = await _read_root(visit)
    if root is None or root.kind is None:
        return replace(visit.found, **_unreadable(store, root))
    visit.learn(*root.problems, **_facts_of_root(root))
    store.tree[""] = root
    store.use_consolidated(root, "")
    try:
        await _read_image(visit, root)
    except FetchError as error:
        visit.learn(problem_of(error, where="image"))
    if root.kind not in ("array", "group"):
        judgement = await store.apart(validate_store, store.tree)
        found = fold_alike(judgement.problems, root.plate) if root.plate else judgement.problems
        visit.learn(*found, valid=judgement.valid, ome_zarr_version=store_version(store.tree))
    return visit.found


async def _read_root(visit: Visit) -> Node | None:
    """Return the dataset's root, asking meanwhile for the RO-Crate and the level that it probably has."""
    guess = visit.neighbours.guess(visit.store.url)
    array = "zarr.json" if guess.zarr_format == 3 else ".zarray"
    failure = None
    async with asyncio.TaskGroup() as group:
        group.create_task(_read_crate(visit))
        if guess.level is not None:
            group.create_task(visit.store.ask_ahead(join(guess.level, array)))
        try:
            root = await _root_node(visit.store, guess.zarr_format)
        except FetchError as error:
            failure = error
    if failure:
        raise failure
    return root


async def _root_node(store: Store, first_format: int) -> Node | None:
    """Return the root in the format that the neighbours have, else in the other."""
    for zarr_format in (first_format, 5 - first_format):
        files = await (_v3_root(store) if zarr_format == 3 else _v2_root(store))
        if files:
            return await store.apart(read_node, files)
    return None


async def _v3_root(store: Store) -> dict[str, bytes]:
    body = await store.document("zarr.json")
    return {} if body is None else {"zarr.json": body}


async def _v2_root(store: Store) -> dict[str, bytes]:
    """Return what marks a group or array of format 2; OME metadata alone are mark enough."""
    files = {}
    for name in (".zattrs", ".zgroup", ".zarray"):
        body = await store.document(name)
        if body is not None:
            files[name] = body
        if files and (await store.apart(read_node, files)).kind not in (None, "group"):
            return files
    if files and (body := await store.document(".zmetadata")) is not None:
        files[".zmetadata"] = body  # nothing else says what is below a plain group
    return files


async def _read_crate(visit: Visit) -> None:
    if not visit.neighbours.worth_asking(visit.store.url, CRATE):
        return
    try:
        body = await visit.store.document(CRATE)
    except FetchError as error:
        visit.learn(problem_of(error, where=CRATE))
        return
    if body is not None:
        crate, problems = await visit.store.apart(read_crate, body)
        visit.learn(*problems, crate=crate)


def _facts_of_root(root: Node) -> dict[str, Any]:
    facts: dict[str, Any] = {"kind": root.kind, "ome_zarr_version": root.version, "zarr_format": root.zarr_format}
    if root.kind == "plate" and root.plate:
        facts["plate"] = _plate(root.plate)
    return facts


def _plate(layout: PlateLayout) -> Plate:
    return Plate(
        rows=len(layout.row_names),
        columns=len(layout.column_names),
        wells=len(layout.wells),
        fields=layout.field_count,
        row_names=layout.row_names,
        column_names=layout.column_names,
        present=tuple((well.row, well.column) for well in layout.wells if well.row >= 0 and well.column >= 0),
        acquisitions=len(layout.acquisitions) or None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Portrait:
    """A representative image that was read, and what was painted of it."""

    chosen: Representative
    array: Array
    painted: Painted


async def _read_image(visit: Visit, root: Node) -> None:
    """Read the representative image, and what is shown beside it: other wells of its plate, its labels."""
    portrait = await _find_portrait(visit, root)
    if portrait:
        if visit.count_bytes:
            visit.learn(bytes_written=await _count_bytes(visit, portrait))
        painted = portrait.painted
        beside = await visit.painter.paint_beside(
            visit.store, portrait.chosen, painted, portrait.array, visit.found.label_images
        )
        shown = painted.shown and replace(painted.shown, empty=painted.empty)
        visit.learn(
            *painted.problems, *beside.problems, thumbnail=painted.thumbnail, preview=painted.preview,
            shown=shown, levels=painted.levels, montage=beside.montage, overlay=beside.overlay,
        )  # fmt: skip
        visit.learn(plate=visit.found.plate and replace(visit.found.plate, drawn=beside.drawn))
    if visit.found.plate and root.plate:
        visit.learn(plate=replace(visit.found.plate, absent=absent_wells(visit.store, root.plate)))


async def _count_bytes(visit: Visit, portrait: _Portrait) -> int | None:
    """Return the stored bytes by the Challenge's statistic: those of all levels, for a plate of all its fields."""
    chosen = portrait.chosen
    if portrait.array.written is None or chosen.node is None:
        return None
    counts = [portrait.array.written]
    for index in range(1, len(chosen.node.datasets)):
        array = await _read_level(visit.store, chosen.path or "", chosen.node, index)
        if array is None or array.written is None:
            return None
        counts.append(array.written)
    return sum(counts) * (visit.found.images or 1 if visit.found.plate else 1)


async def _find_portrait(visit: Visit, root: Node) -> _Portrait | None:
    """Return the representative image; of a plate whose first well is empty, the first of the next that is not."""
    chosen = await find_representative(visit.store, root, series0=visit.series0)
    first = await _read_chosen(visit, root, chosen)
    if first is None or not first.painted.empty:
        return first
    found = visit.found
    for _ in range(_MORE_WELLS):
        chosen = await find_next_well(visit.store, root, chosen)
        other = await _read_chosen(visit, root, chosen) if chosen.node else None
        if other and other.painted.thumbnail and not other.painted.empty:
            return other
    visit.found = replace(found, problems=visit.found.problems)
    return first


async def _read_chosen(visit: Visit, root: Node, chosen: Representative) -> _Portrait | None:
    """Read one image: its axes, levels, channels, labels, and its picture; None without pixels to show."""
    visit.learn(**_facts_of_choice(visit.found, root, chosen))
    if chosen.node is None or chosen.path is None:
        visit.learn(no_image(root))
        return None
    if root.kind == "group":
        visit.learn(image_below(chosen.path, outermost_ome(root, chosen.path)))
    visit.store.use_consolidated(chosen.node, chosen.path)
    array = await _read_level(visit.store, chosen.path, chosen.node, 0)
    visit.learn(*chosen.node.problems, **_facts_of_image(chosen.node, array))
    if any(level.shape is None for level in visit.found.levels):
        visit.learn(levels=await _read_all_levels(visit, chosen.path, chosen.node))
    await _read_labels(visit, chosen)
    if array is None:
        visit.learn(*_why_no_array(visit.store, chosen.path, chosen.node))
        return None
    painted = await visit.painter.paint(visit.store, chosen, visit.found.levels, array)
    return _Portrait(chosen=chosen, array=array, painted=painted)


def _facts_of_choice(found: Findings, root: Node, chosen: Representative) -> dict[str, Any]:
    facts: dict[str, Any] = {"image_path": chosen.path, "images": _count_images(found, root, chosen)}
    facts["series"] = chosen.series
    if found.plate and chosen.well:
        facts["plate"] = replace(
            found.plate,
            shown=(chosen.well.row, chosen.well.column),
            fields=found.plate.fields or chosen.fields,
        )
    return facts


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


async def _read_level(store: Store, path: str, node: Node, index: int) -> Array | None:
    """Return the array of one level, or None where it is not there; a bare array is its own level."""
    if node.array:
        return node.array
    if index >= len(node.datasets):
        return None
    level = await store.node(join(path, node.datasets[index].path), zarr_format=node.zarr_format or 3, is_array=True)
    return level.array if level else None


def _why_no_array(store: Store, path: str, node: Node) -> tuple[Problem, ...]:
    """Return what is wrong with the first level's document; where there is none, the judge has said so."""
    level = store.tree.get(join(path, node.datasets[0].path)) if node.datasets else None
    return level.problems if level else ()


async def _read_all_levels(visit: Visit, path: str, node: Node) -> tuple[Level, ...]:
    """Return the levels, each as its own array has it: the way of data that state no scales (0.1 to 0.3)."""
    levels = []
    for index, level in enumerate(visit.found.levels[:_MOST_LEVELS]):
        array = await _read_level(visit.store, path, node, index)
        if array:
            level = replace(level, shape=array.shape, chunks=array.chunks, shards=array.shards, exact=True)
        levels.append(level)
    return tuple(levels)


def _facts_of_image(node: Node, array: Array | None) -> dict[str, Any]:
    levels = predict_levels(node.datasets, array) if array else _unread_levels(node)
    return {
        "axes": node.axes,
        "channels": node.channels,
        "levels": levels,
        "dtype": array.dtype if array else None,
        "dimension_names": array.dimension_names if array else None,
        "codecs": array.codecs if array else (),
        "bytes_uncompressed": _uncompressed(levels, array),
    }


def _unread_levels(node: Node) -> tuple[Level, ...]:
    return tuple(Level(path=dataset.path, scale=dataset.scale, exact=False) for dataset in node.datasets)


def _uncompressed(levels: tuple[Level, ...], array: Array | None) -> int | None:
    if not array or not array.item_bytes:
        return None
    return sum(math.prod(level.shape) for level in levels if level.shape) * array.item_bytes


async def _read_labels(visit: Visit, chosen: Representative) -> None:
    """Learn the names of the image's label images, where its neighbours make it worth asking."""
    path, node = join(chosen.path or "", LABELS), chosen.node
    if not node or node.is_label or node.array:
        return
    if not visit.neighbours.worth_asking(visit.store.url, labels_of(visit.found.kind)):
        return
    try:
        group = await visit.store.node(path, zarr_format=node.zarr_format or 3)
    except FetchError as error:
        visit.learn(problem_of(error, where=path))
        return
    if group:
        visit.learn(*group.problems, label_images=tuple(group.labels or ()))


def labels_of(kind: Kind | None) -> str:
    """Name the labels of a kind among optional documents: that an image has some says nothing of a plate beside it."""
    return f"{LABELS} of {kind}"


def _unreadable(store: Store, root: Node | None) -> dict[str, Any]:
    """Return status and problems of a dataset whose root is not there, or is not Zarr."""
    if root is not None:
        return {"status": "unreadable", "problems": root.problems}
    refusals = [store.refusals[name] for name in _ROOTS if name in store.refusals]
    # A login page or a 403 says that something is there, unless its host says so of all that is not.
    error = next((error for error in refusals if error.status != "missing"), refusals[0])
    return {"status": error.status, "problems": (problem_of(error),)}


def image_below(path: str, outermost: str) -> Problem:
    """Return what is wrong with a plain group above the image at `path`."""
    return make_problem(
        "not-ome-zarr",
        message=f"this is a Zarr group without OME-Zarr metadata; shown is what was found below it, at {path}",
        hint=f"List the address that ends in {outermost} instead.",
    )


def no_image(root: Node) -> Problem:
    """Return why a dataset that is Zarr has no picture."""
    if root.kind == "group":
        return make_problem(
            "not-ome-zarr",
            message="this is a Zarr group without OME-Zarr metadata, so nothing says where its images are",
        )
    return make_problem("no-image", message=f"no image could be found in this {root.kind}, so there is no picture")


def problem_of(error: FetchError, *, where: str = "") -> Problem:
    """Return what an address failed to give, as a problem."""
    return make_problem(error.code, where, str(error), hint=error.hint)


def explain_silence(error: FetchError) -> Findings:
    """Return the findings of a dataset whose host gave no answer about it."""
    return Findings(status=error.status, problems=(problem_of(error),))
