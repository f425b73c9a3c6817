"""Some wells of a plate, read for its montage, for as few requests as may be.

A well costs its own document, which says where its first field is, and that field's
pixels. The field's own documents are not asked for: it is taken to be stored as the
plate's representative image is, because one writer wrote both; what does not decode is
left out. A well without a document is absent, and that is a finding, too; one of which the
host says nothing is left out, and noted.

Trade-off: a few wells spread over the plate, not all of it: a plate of 384 wells would
cost its host as much as 200 other datasets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from sitegen.errors import FetchError
from sitegen.formatting import plural
from sitegen.inspection.dataset import Store, join
from sitegen.inspection.planes import Silence, find_source, read_plane
from sitegen.inspection.representative import Representative
from sitegen.model import Problem
from sitegen.ome import Array, PlateLayout, WellRef
from sitegen.pixels.image import ImageInfo, PictureBudget
from sitegen.pixels.read_plan import ReadPlan, make_read_plan
from sitegen.render.montage import FetchedWell, WellPosition

CELL_PX = 64
_CHANNELS = 3
"""More colours cannot be told apart on so few pixels, and each may cost a request for every well."""
_SHARE = 4
"""All wells together may cost this part of what the dataset's other picture may."""
_GOLDEN = 0.6180339887498949


def placed_wells(layout: PlateLayout) -> tuple[WellRef, ...]:
    """Return the wells whose place on the plate is known."""
    rows, columns = len(layout.row_names), len(layout.column_names)
    return tuple(well for well in layout.wells if 0 <= well.row < rows and 0 <= well.column < columns)


def absent_wells(store: Store, layout: PlateLayout) -> tuple[WellPosition, ...]:
    """Return the places of the wells that were asked for and are not there."""
    wells = placed_wells(layout)
    return tuple((well.row, well.column) for well in wells if well.path in store.tree and not store.tree[well.path])


def fold_alike(problems: Iterable[Problem], layout: PlateLayout) -> tuple[Problem, ...]:
    """Return the problems; what several wells have alike stands once, at the first, and says how many more have it."""
    paths = {well.path for well in layout.wells}
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        inside = _inside_well(problem.where, paths)
        groups.setdefault((problem.code, inside or problem.where, problem.message), []).append(problem)
    return tuple(
        replace(first, message=f"{first.message} (and in {plural(len(more), 'more well')})") if more else first
        for first, *more in groups.values()
    )


def _inside_well(where: str, paths: Collection[str]) -> str:
    """Return a place below its well; empty where it is in none."""
    parts = where.split("/")
    depths = (depth for depth in range(1, len(parts)) if "/".join(parts[:depth]) in paths)
    return next(("/".join(parts[depth:]) for depth in depths), "")


def spread_wells(wells: Sequence[WellRef], first: WellRef, count: int) -> tuple[WellRef, ...]:
    """Return at most `count` wells, `first` before all others, which are spread over the plate.

    wells: in the order of rows, then columns. One is taken of each of as many equal parts. Where in
    its part follows the golden ratio: at equal steps all might lie in one column, and columns are
    often of one treatment.
    """
    others = [well for well in wells if well != first]
    parts = min(count - 1, len(others))
    starts = [part * len(others) // parts for part in range(parts)] + [len(others)]
    taken = (start + int(part * _GOLDEN % 1 * (stop - start)) for part, (start, stop) in enumerate(pairwise(starts)))
    return (first, *(others[index] for index in taken))


async def read_wells(
    store: Store,
    chosen: Representative,
    subject: ImageInfo,
    finest: Array,
    *,
    z: int | None,
    t: int | None,
    count: int,
    budget: PictureBudget,
    silence: Silence,
) -> tuple[FetchedWell, ...]:
    """Return what was read of at most `count` wells of a plate, the representative first.

    chosen: the plate's representative image, `subject` and `finest` its description and finest array.
    z, t: of the plane to read, on level 0. budget: of the dataset's own picture.
    silence: takes note of what the host gave no answer for.
    """
    listed = placed_wells(chosen.layout) if chosen.layout else ()
    if not chosen.node or not chosen.well or chosen.well not in listed:
        return ()
    there = [well for well in listed if store.tree.get(well.path, chosen.node) is not None]
    for most in (count, count // 2, count // 4):
        wells = spread_wells(there, chosen.well, most) if most else ()
        limits = _budget(budget, len(wells))
        source = await find_source(store, chosen.path or "", chosen.node, subject, finest, limits, silence)
        if wells and not isinstance(source, Problem):
            plan = make_read_plan(source.subject, source.choice, source.array, limits, z=z, t=t)
            if isinstance(plan, Problem):
                return ()
            await store.make_room_beside(len(wells) * plan.max_bytes)
            return await _read_all(store, chosen, wells, plan, silence)
    return ()


def _budget(budget: PictureBudget, wells: int) -> PictureBudget:
    """Return what each of some wells may cost; the host's limits on chunks stay as they are."""
    return replace(
        budget,
        thumbnail_px=CELL_PX,
        preview_px=CELL_PX,
        max_bytes=budget.max_bytes // _SHARE // max(wells, 1),
        max_requests=_CHANNELS,
        max_channels=_CHANNELS,
        preview_requests=1,
        region_requests=_CHANNELS,
    )


async def _read_all(
    store: Store, chosen: Representative, wells: Sequence[WellRef], plan: ReadPlan, silence: Silence
) -> tuple[FetchedWell, ...]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_read_well(store, chosen, well, plan, silence)) for well in wells]
    return tuple(read for task in tasks if (read := task.result()))


async def _read_well(
    store: Store, chosen: Representative, well: WellRef, plan: ReadPlan, silence: Silence
) -> FetchedWell | None:
    """Return one well's pixels, None where it or its first field is not there, or its host says nothing."""
    path = chosen.path if well == chosen.well else await _first_field(store, chosen, well, silence)
    if path is None:
        return None
    plane = await read_plane(store, path, plan, silence)
    return FetchedWell(position=(well.row, well.column), plan=plane.plan, fetched=plane.fetched)


async def _first_field(store: Store, chosen: Representative, well: WellRef, silence: Silence) -> str | None:
    zarr_format = (chosen.node.zarr_format if chosen.node else None) or 3
    try:
        group = await store.node(well.path, zarr_format=zarr_format)
    except FetchError as error:
        silence.note(error, well.path)
        return None
    return join(well.path, group.fields[0].path) if group and group.fields else None
