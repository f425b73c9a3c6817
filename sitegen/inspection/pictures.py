"""The pictures of one dataset: reads pixels, and has them rendered in another process.

A picture that the dataset supplies is preferred to a rendered one. A plane that is all fill value is tried at other
depths. Beside its picture a plate gets a montage of some of its wells, and an image with label images gets a picture
with the first of them laid over it. Whatever fails is a problem, also a bug of ours, and a missing answer, since the
next inspection may find a better picture. A dataset without a picture always says why, and keeps its metadata.

Over a network few requests matter more than fine pictures, because one host's latency decides how long a crawl takes.
Files of this machine cost no requests and are drawn from the finest level that is of use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import ParamSpec, TypeVar

from sitegen.errors import FetchError, WorkerDiedError
from sitegen.inspection.failures import survive
from sitegen.inspection.files import MAX_SUPPLIED_PICTURE_BYTES, join
from sitegen.inspection.io import InspectionIO
from sitegen.inspection.overlays import read_label
from sitegen.inspection.planes import ChosenLevel, FetchedPlane, OpenImage, fetch_plane, find_level
from sitegen.inspection.problems import thumbnail_not_fetched, thumbnail_unusable, worker_died
from sitegen.inspection.representative import Representative
from sitegen.inspection.unanswered import Unanswered
from sitegen.inspection.wells import absent_wells, placed_wells, read_wells
from sitegen.model import Level, Picture, Problem, Shown
from sitegen.model.task import PictureOptions, Task
from sitegen.ome import choose_thumbnail
from sitegen.pixels.image import PictureBudget
from sitegen.pixels.read_plan import make_read_plan
from sitegen.pixels.selection import alternative_z
from sitegen.render.encoding import EncodedImage, RenderedImages
from sitegen.render.image import render_image
from sitegen.render.montage import WellPosition, render_montage
from sitegen.render.overlay import render_overlay
from sitegen.render.supplied import reencode, reencode_if_small
from sitegen.transfer import digest

_P = ParamSpec("_P")
_R = TypeVar("_R")

FOLDER = "thumbs"
"""Of the site, with all its pictures."""
LABELS = "labels"
"""Group below an image that lists its label images."""
_LARGE_BYTES = 4_000_000
"""Chunks above this size are passed to another process through a file: a pipe would hold them four times."""
_LOCAL_WELLS = 96
_LOCAL_REQUESTS, _LOCAL_BYTES = 64, 24_000_000
"""Limits for a finer preview where requests cost nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MainPictures:
    """Thumbnail and preview of a dataset's representative image."""

    levels: tuple[Level, ...]
    """The image's levels, with what was learned of the one that was read."""
    thumbnail: Picture | None = None
    preview: Picture | None = None
    shown: Shown | None = None
    plane: FetchedPlane | None = None
    """What they were rendered from; None where they were supplied."""
    empty: bool = False
    """They show nothing but background: another image of the dataset may show more."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraPictures:
    """The pictures beside those of the representative image."""

    montage: Picture | None = None
    drawn: tuple[WellPosition, ...] = ()
    """(row, column) of the wells in the montage."""
    overlay: Picture | None = None
    problems: tuple[Problem, ...] = ()


class PictureMaker:
    """Makes the pictures of one dataset; `files` has those that were made, by `Picture.path`."""

    def __init__(self, io: InspectionIO, task: Task, options: PictureOptions) -> None:
        self.files: dict[str, bytes] = {}
        self._io = io
        self._options = options
        self._budget = PictureBudget(
            thumbnail_px=options.thumbnail_px, preview_px=options.preview_px, max_bytes=task.max_bytes
        )

    async def make_main(self, image: OpenImage) -> MainPictures:
        """Return thumbnail and preview of a dataset's representative image. Raises FetchError."""
        making = self._make_main(image)
        levels = image.info.levels
        return await survive(making, image.files.url, lambda problem: MainPictures(levels=levels, problems=(problem,)))

    async def make_extra(self, image: OpenImage, main: MainPictures, labels: Sequence[str]) -> ExtraPictures:
        """Return montage and label overlay. labels: names of the image's label images. Raises FetchError."""
        making = self._make_extra(image, main, labels)
        return await survive(making, image.files.url, lambda problem: ExtraPictures(problems=(problem,)))

    async def _make_main(self, image: OpenImage) -> MainPictures:
        await _prefetch_label(image)
        levels = image.info.levels
        supplied = await self._supplied(image)
        if supplied and supplied.thumbnail:
            how = _how(image.chosen, "The picture is the one that the dataset supplies.")
            return self._main(levels, replace(supplied, shown=Shown(level="", how=how)))
        main = await self._render_own(image)
        return replace(main, problems=(*(supplied.problems if supplied else ()), *main.problems))

    async def _make_extra(self, image: OpenImage, main: MainPictures, labels: Sequence[str]) -> ExtraPictures:
        wells_unanswered, label_unanswered = Unanswered(), Unanswered()
        montage = await self._montage(image.with_levels(main.levels), main.shown, wells_unanswered)
        overlay = await self._overlay(image, main.plane, labels, label_unanswered)
        problems = (
            *wells_unanswered.problems, *montage.problems, *label_unanswered.problems, *overlay.problems
        )  # fmt: skip
        return replace(montage, overlay=overlay.overlay, problems=problems)

    def _budget_of(self, image: OpenImage) -> PictureBudget:
        if image.files.is_remote:
            return self._budget
        return replace(self._budget, preview_requests=_LOCAL_REQUESTS, preview_bytes=_LOCAL_BYTES)

    async def _render_own(self, image: OpenImage) -> MainPictures:
        unanswered = Unanswered()
        level = await find_level(image, self._budget_of(image), unanswered)
        if isinstance(level, Problem):
            return MainPictures(levels=image.info.levels, problems=unanswered.problems or (level,))
        rendered, plane = await self._render_plane(image, level)
        if rendered.shown:
            rendered = replace(rendered, shown=replace(rendered.shown, how=_how(image.chosen, rendered.shown.how)))
        main = self._main(level.info.levels, rendered)
        return replace(main, plane=plane, problems=(*unanswered.problems, *main.problems))

    def _main(self, levels: tuple[Level, ...], rendered: RenderedImages) -> MainPictures:
        return MainPictures(
            levels=levels,
            thumbnail=self._keep(rendered.thumbnail),
            preview=self._keep(rendered.preview),
            shown=rendered.shown,
            empty=rendered.empty,
            problems=rendered.problems,
        )

    async def _supplied(self, image: OpenImage) -> RenderedImages | None:
        """Return the picture that the dataset supplies, encoded anew, or why it is unusable; None without one.

        One of the dataset's root, such as a plate, is preferred to one of the representative image.
        """
        root = image.files.tree.get("")
        folder, owner = ("", root) if root and root.thumbnails else (image.path, image.node)
        offered = choose_thumbnail(owner.thumbnails, self._budget.thumbnail_px)
        if offered is None:
            return None
        await image.files.reserve_pixels(MAX_SUPPLIED_PICTURE_BYTES)
        try:
            body = await image.files.supplied_picture(folder, offered.address)
        except FetchError as error:
            return RenderedImages(problems=(thumbnail_not_fetched(offered.address, error),))
        if body is None:
            return RenderedImages(problems=(thumbnail_unusable(offered.address, "it is not there"),))
        try:
            return await self._reencode(body)
        except WorkerDiedError as error:
            return RenderedImages(problems=(thumbnail_unusable(offered.address, str(error)),))

    async def _reencode(self, body: bytes) -> RenderedImages:
        """Return a supplied picture in our sizes and format, a large one by itself. Raises WorkerDiedError."""
        sizes = {"thumbnail_px": self._budget.thumbnail_px, "preview_px": self._budget.preview_px}
        small = await self._io.compute(reencode_if_small, body, **sizes)
        return small if small else await self._io.compute_large(reencode, body, **sizes)

    async def _render_plane(self, image: OpenImage, level: ChosenLevel) -> tuple[RenderedImages, FetchedPlane | None]:
        """Return the rendered plane; where it is empty, the first of the other depths that is not.

        An empty plane is not returned: nothing is laid over it, and its memory can be used for the next.
        """
        first, plane = await self._render(image, level)
        if not first.empty:
            return first, plane
        for z in alternative_z(level.info):
            plane = None
            other, plane = await self._render(image, level, z=z)
            if other.thumbnail and not other.empty:
                return other, plane
        return first, None

    async def _render(
        self, image: OpenImage, level: ChosenLevel, *, z: int | None = None
    ) -> tuple[RenderedImages, FetchedPlane | None]:
        plan = make_read_plan(level.info, level.choice, level.array, self._budget_of(image), z=z)
        if isinstance(plan, Problem):
            return RenderedImages(problems=(plan,)), None
        await image.files.reserve_pixels(plan.max_bytes)
        plane = await fetch_plane(image.files, image.path, plan)
        image.files.shrink_pixels(plane.fetched.size_bytes)
        try:
            return await self._compute(plane.fetched.size_bytes, render_image, plan, plane.fetched), plane
        except WorkerDiedError as error:
            return RenderedImages(problems=(worker_died(join(image.path, plan.path), error),)), None

    async def _montage(self, image: OpenImage, shown: Shown | None, unanswered: Unanswered) -> ExtraPictures:
        """Return the montage of a plate, where some of its wells can be drawn."""
        layout = image.chosen.layout
        if layout is None or not self._options.montage_wells or len(layout.wells) < 2:
            return ExtraPictures()
        count = self._options.montage_wells if image.files.is_remote else _LOCAL_WELLS
        budget = self._budget_of(image)
        wells = await read_wells(image, shown, count=count, budget=budget, unanswered=unanswered)
        if not wells:
            return ExtraPictures()
        try:
            rendered = await self._compute(
                sum(well.fetched.size_bytes for well in wells),
                render_montage,
                wells,
                rows=len(layout.row_names),
                columns=len(layout.column_names),
                listed=frozenset((well.row, well.column) for well in placed_wells(layout)),
                absent=absent_wells(image.files, layout),
                longest_px=self._budget.preview_px,
            )
        except WorkerDiedError as error:
            return ExtraPictures(problems=(worker_died("wells", error),))
        if not rendered.drawn:
            return ExtraPictures()
        return ExtraPictures(montage=self._keep(rendered.preview), drawn=rendered.drawn)

    async def _overlay(
        self, image: OpenImage, plane: FetchedPlane | None, labels: Sequence[str], unanswered: Unanswered
    ) -> ExtraPictures:
        """Return the picture with the first label image laid over it."""
        if plane is None or not labels:
            return ExtraPictures()
        path = join(image.path, LABELS, labels[0])
        zarr_format = image.node.zarr_format or 3
        label = await read_label(image.files, path, plane.plan, zarr_format=zarr_format, unanswered=unanswered)
        if label is None:
            return ExtraPictures()
        size_bytes = plane.fetched.size_bytes + label.fetched.size_bytes
        try:
            rendered = await self._compute(
                size_bytes, render_overlay, plane.plan, plane.fetched, label.plan, label.fetched
            )
        except WorkerDiedError as error:
            return ExtraPictures(problems=(worker_died(path, error),))
        picture = None if rendered.empty else self._keep(rendered.preview)
        return ExtraPictures(overlay=picture, problems=rendered.problems)

    async def _compute(self, size_bytes: int, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Return the function's result on arguments of so many bytes. Raises WorkerDiedError."""
        compute = self._io.compute_large if size_bytes > _LARGE_BYTES else self._io.compute
        return await compute(function, *args, **kwargs)

    def _keep(self, encoded: EncodedImage | None) -> Picture | None:
        if encoded is None:
            return None
        name = digest(encoded.content)
        path = f"{FOLDER}/{name[:2]}/{name}.webp"
        self.files[path] = encoded.content
        return Picture(path=path, width=encoded.width, height=encoded.height)


def _first_label(image: OpenImage) -> str | None:
    """Return the path of the image's first label image, below the dataset."""
    path = join(image.path, LABELS)
    group = image.files.tree.get(path)
    return join(path, group.labels[0]) if group and group.labels else None


async def _prefetch_label(image: OpenImage) -> None:
    """Read the document of the label image, which may be large, before pixels are in memory."""
    if path := _first_label(image):
        with suppress(FetchError):
            await image.files.node(path, zarr_format=image.node.zarr_format or 3)


def _how(chosen: Representative, rendered: str) -> str:
    """Return in words which image is shown, then how it was rendered."""
    return f"{chosen.why[:1].upper()}{chosen.why[1:]}. {rendered}" if chosen.why else rendered
