"""Some wells of a plate, read for its montage with as few requests as possible.

A well costs its own document, which says where its first field is, and that field's pixels. The field's own
documents are not read: the plate's representative image has the same layout, because one program wrote both; a chunk
that does not decode is left out. A well without a document is absent, which is a finding, too.

Trade-off: a few wells spread over the plate, not all of it. A plate of 384 wells would cost its host as much as 200
other datasets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sitegen.errors import FetchError
from sitegen.formatting import plural
from sitegen.inspection.chunk_search import KnownForms, absent_chunks, misnamed_chunks
from sitegen.inspection.files import DatasetFiles, join
from sitegen.inspection.planes import ChosenLevel, FetchedPlane, OpenImage, fetch_plane, find_level
from sitegen.inspection.sampling import spread
from sitegen.inspection.unanswered import Unanswered
from sitegen.model import Problem, Shown
from sitegen.ome import Array, PlateLayout, WellRef
from sitegen.pixels.image import PictureBudget
from sitegen.pixels.read_plan import ReadPlan, make_read_plan
from sitegen.render.values import FetchedWell, WellPosition

CELL_PX = 64
"""Side of a well in the montage, in pixels."""
_MAX_CHANNELS = 3
"""More colors cannot be told apart on so few pixels, and each may cost a request for every well."""
_BYTES_SHARE = 4
"""All wells together may cost this part of what the dataset's picture may."""


def placed_wells(layout: PlateLayout) -> tuple[WellRef, ...]:
    """Return the wells whose place on the plate is known."""
    rows, columns = len(layout.row_names), len(layout.column_names)
    return tuple(well for well in layout.wells if 0 <= well.row < rows and 0 <= well.column < columns)


def absent_wells(files: DatasetFiles, layout: PlateLayout) -> tuple[WellPosition, ...]:
    """Return the (row, column) of the wells that were requested and are not there."""
    wells = placed_wells(layout)
    return tuple((well.row, well.column) for well in wells if well.path in files.tree and not files.tree[well.path])


def fold_well_problems(problems: Iterable[Problem], layout: PlateLayout) -> tuple[Problem, ...]:
    """Return the problems; one that several wells share is reported once, at the first, with the number of others."""
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
    """Return the path of a place below its well; empty where it is in none."""
    parts = where.split("/")
    depths = (depth for depth in range(1, len(parts)) if "/".join(parts[:depth]) in paths)
    return next(("/".join(parts[depth:]) for depth in depths), "")


def spread_wells(wells: Sequence[WellRef], first: WellRef, count: int) -> tuple[WellRef, ...]:
    """Return at most `count` wells: `first`, then others spread over the plate. wells: by row, then column."""
    others = [well for well in wells if well != first]
    return (first, *spread(others, count - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWells:
    """What was read of some wells."""

    wells: tuple[FetchedWell, ...] = ()
    problems: tuple[Problem, ...] = ()


async def read_wells(
    image: OpenImage,
    shown: Shown | None,
    *,
    count: int,
    budget: PictureBudget,
    unanswered: Unanswered,
    forms: KnownForms,
) -> ReadWells:
    """Return what was read of at most `count` wells of a plate, that of the representative image first.

    shown: what the plate's picture shows; the same plane is read. budget: of the plate's picture. forms: of the
    dataset's chunks.
    """
    chosen = image.chosen
    listed = placed_wells(chosen.layout) if chosen.layout else ()
    if not chosen.well or chosen.well not in listed:
        return ReadWells()
    there = [well for well in listed if image.files.tree.get(well.path, image.node) is not None]
    for most in (count, count // 2, count // 4):
        wells = spread_wells(there, chosen.well, most) if most else ()
        limits = _well_budget(budget, len(wells))
        level = await find_level(image, limits, unanswered)
        if wells and not isinstance(level, Problem):
            z, t = (shown.z, shown.t) if shown else (None, None)
            reading = _Reading(image=image, level=level, budget=limits, z=z, t=t, forms=forms, unanswered=unanswered)
            return await reading.read(wells)
    return ReadWells()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """The same plane of several wells."""

    image: OpenImage
    level: ChosenLevel
    budget: PictureBudget
    z: int | None
    t: int | None
    forms: KnownForms
    unanswered: Unanswered

    async def read(self, wells: Sequence[WellRef]) -> ReadWells:
        """Return the wells, read under the keys that are known; where these are not known, one well is searched."""
        stated, searched = self.level.array, self.forms.searched
        array = self.forms.correct(stated)
        read = await self._read_all(wells, array)
        if array != stated and _all_absent(read):  # another level may have the keys that its document states
            read = await self._read_all(wells, stated)
        if not _all_absent(read):
            return ReadWells(wells=read)
        found = await self.forms.find(stated, self._make_plan, self._fetch)
        folder = join(self.image.path, read[0].plan.path)
        if found:
            read = await self._read_all(wells, found)
            return ReadWells(wells=read, problems=(misnamed_chunks(folder, stated, found),))
        if searched:  # the picture of the plate has this problem
            return ReadWells(wells=read)
        then = "; nor is any of the other wells' that were read"
        return ReadWells(wells=read, problems=(absent_chunks(folder, read[0].plan, then=then),))

    async def _read_all(self, wells: Sequence[WellRef], array: Array) -> tuple[FetchedWell, ...]:
        plan = self._make_plan(array)
        if isinstance(plan, Problem):
            return ()
        await self.image.files.memory.reserve_extra_pixels(len(wells) * plan.max_bytes)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_read_well(self.image, well, plan, self.unanswered)) for well in wells]
        return tuple(read for task in tasks if (read := task.result()))

    def _make_plan(self, array: Array) -> ReadPlan | Problem:
        return make_read_plan(self.level.info, self.level.choice, array, self.budget, z=self.z, t=self.t)

    async def _fetch(self, plan: ReadPlan) -> FetchedPlane:
        return await fetch_plane(self.image.files, self.image.path, plan, self.unanswered)


def _all_absent(read: Sequence[FetchedWell]) -> bool:
    return bool(read) and all(well.fetched.all_absent for well in read)


def _well_budget(budget: PictureBudget, wells: int) -> PictureBudget:
    """Return what each of some wells may cost; the limits of single chunks stay as they are."""
    return replace(
        budget,
        thumbnail_px=CELL_PX,
        preview_px=CELL_PX,
        max_bytes=budget.max_bytes // _BYTES_SHARE // max(wells, 1),
        max_requests=_MAX_CHANNELS,
        max_channels=_MAX_CHANNELS,
        preview_requests=1,
        region_requests=_MAX_CHANNELS,
    )


async def _read_well(image: OpenImage, well: WellRef, plan: ReadPlan, unanswered: Unanswered) -> FetchedWell | None:
    """Return one well's pixels; None where it or its first field is not there, or its host gives no answer."""
    path = image.path if well == image.chosen.well else await _first_field(image, well, unanswered)
    if path is None:
        return None
    plane = await fetch_plane(image.files, path, plan, unanswered)
    return FetchedWell(position=(well.row, well.column), plan=plane.plan, fetched=plane.fetched)


async def _first_field(image: OpenImage, well: WellRef, unanswered: Unanswered) -> str | None:
    try:
        group = await image.files.node(well.path, zarr_format=image.node.zarr_format or 3)
    except FetchError as error:
        unanswered.add(error, well.path)
        return None
    return join(well.path, group.fields[0].path) if group and group.fields else None
